"""Run the command as its users do: in a process of its own."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "sample_dicoms"
PROTOCOL = ROOT / "configs" / "protocols" / "retnet.yaml"
LIMIT_SECONDS = 1500


@dataclass(frozen=True)
class Done:
    """A finished command."""

    code: int
    out: str
    err: str
    seconds: float


def environment() -> dict[str, str]:
    """The environment without a Prefect server of the machine."""
    return {key: value for key, value in os.environ.items() if not key.startswith(("PREFECT_", "HEPATRACK_"))}


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
    tables = [("--events", "events.csv"), ("--masks", "masks.csv"), ("--reads", "reads.csv")]
    given = [part for flag, name in tables if (source / name).exists() for part in (flag, source / name)]
    return [source, "--protocol", PROTOCOL, *given, "--study", study, "--out", out]


def part_of_sample(folder: Path, *subjects: str) -> Path:
    """Make a source folder with some subjects of the sample; the tables are cut to them."""
    source = folder / "source"
    source.mkdir()
    for subject in subjects:
        copy_tree(SAMPLE / subject, source / subject)
    for name in ("events.csv", "masks.csv", "reads.csv"):
        header, *rows = (SAMPLE / name).read_text(encoding="utf-8").splitlines()
        kept = [row for row in rows if row.split(",", 1)[0] in subjects]
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
