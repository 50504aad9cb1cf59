"""Run the command as its users do: in a process of its own."""

import csv
import os
import signal
import sqlite3
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "sample_dicoms"
PROTOCOL = ROOT / "configs" / "protocols" / "retnet.yaml"
LIMIT_SECONDS = 1500
TABLES = ("lesions.csv", "timepoints.csv", "endpoint.csv")
QUICK = "RETNET-007"
"""The subject of the sample whose masks are adopted."""


@dataclass(frozen=True)
class Done:
    """A finished command."""

    code: int
    out: str
    err: str
    seconds: float


def environment() -> dict[str, str]:
    """The environment without a Prefect server of the machine; lines propose by image analysis, which is quick."""
    own = {key: value for key, value in os.environ.items() if not key.startswith(("PREFECT_", "HEPATRACK_"))}
    return own | {"HEPATRACK_ENGINES": "classical"}


def hepatrack(*arguments: object, **extra: str) -> Done:
    """Run `hepatrack` to its end."""
    start = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "flows.cli", *map(str, arguments)],
        cwd=ROOT,
        env={**environment(), **extra},
        capture_output=True,
        text=True,
        timeout=LIMIT_SECONDS,
        check=False,
    )
    return Done(done.returncode, done.stdout, done.stderr, time.monotonic() - start)


def killed_after(steps: int, *arguments: object) -> None:
    """Start `hepatrack` and kill it, with all it started, once that many steps are done."""
    command = [sys.executable, "-m", "flows.cli", *map(str, arguments)]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment(),
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stderr is not None
        seen = 0
        for line in process.stderr:
            seen += line.startswith("done:")
            if seen >= steps:
                break
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    assert seen >= steps, "the command ended before it could be killed"


def inputs(source: Path, study: Path, out: Path) -> list[object]:
    """The arguments of a run on the sample or a part of it."""
    files = [("--events", "events.csv"), ("--masks", "masks.csv"), ("--reads", "reads.csv")]
    options = [part for flag, name in files if (source / name).exists() for part in (flag, source / name)]
    return [source, "--protocol", PROTOCOL, *options, "--study", study, "--out", out]


def part_of_sample(folder: Path, *subjects: str) -> Path:
    """Make a source folder with some subjects of the sample; the tables are cut to them."""
    source = folder / "source"
    source.mkdir()
    for subject in subjects:
        copy_tree(SAMPLE / subject, source / subject)
    for name in ("events.csv", "masks.csv", "reads.csv"):
        header, *lines = (SAMPLE / name).read_text(encoding="utf-8").splitlines()
        kept = [line for line in lines if line.split(",", 1)[0] in subjects]
        if kept:
            (source / name).write_text("\n".join([header, *kept, ""]), encoding="utf-8")
    return source


def copy_tree(source: Path, target: Path) -> None:
    """Copy a folder of images."""
    for path in sorted(source.rglob("*")):
        if path.is_file():
            place = target / path.relative_to(source)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(path.read_bytes())


def tables(out: Path) -> dict[str, bytes]:
    """The bytes of the result tables in a folder."""
    return {name: (out / name).read_bytes() for name in TABLES}


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV table."""
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def runs(study: Path) -> list[tuple[str, str, str]]:
    """(flow, run, state) of every flow run that the Prefect server knows, oldest first."""
    query = (
        "select flow.name, flow_run.name, flow_run.state_name from flow_run join flow on flow.id = flow_run.flow_id "
        "order by flow_run.created"
    )
    with sqlite3.connect(study / "prefect" / "prefect.db") as database:
        return list(database.execute(query))
