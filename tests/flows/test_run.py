"""The whole line as its users run it: on the sample, twice, killed, on a broken folder, step by step."""

import csv
import json
import sqlite3
from pathlib import Path

import pytest

from tests.acceptance.sample import compare
from tests.builders.command import PROTOCOL, SAMPLE, Done, hepatrack, inputs, killed_after, part_of_sample

pytestmark = [pytest.mark.prefect, pytest.mark.image]
TABLES = ("lesions.csv", "timepoints.csv", "endpoint.csv")
QUICK = "RETNET-007"
"""The subject whose masks are adopted."""


def tables(out: Path) -> dict[str, bytes]:
    return {name: (out / name).read_bytes() for name in TABLES}


def rows(path: Path) -> list[dict[str, str]]:
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


@pytest.fixture(scope="module")
def sample_run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Done, Path, Path]:
    """One run on the whole sample: the command, the study and the output."""
    folder = tmp_path_factory.mktemp("sample")
    done = hepatrack("run", *inputs(SAMPLE, folder / "study", folder / "out"))
    return done, folder / "study", folder / "out"


@pytest.fixture(scope="module")
def quick_run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, bytes]]:
    """An undisturbed run on the subject with adopted masks: its source and its tables."""
    folder = tmp_path_factory.mktemp("quick")
    source = part_of_sample(folder, QUICK)
    done = hepatrack("run", *inputs(source, folder / "study", folder / "out"))
    assert done.code == 0, done.err[-3000:]
    return source, tables(folder / "out")


def test_sample_meets_its_truth(sample_run):
    done, _, out = sample_run
    assert done.code == 0, done.err[-3000:]
    comparison = compare(out, SAMPLE)
    assert comparison.passed, "\n".join(comparison.lines())


def test_one_flow_run_for_each_subject(sample_run):
    _, study, _ = sample_run
    found = [(run, state) for flow, run, state in runs(study) if flow == "subject"]
    assert sorted(found) == [(f"RETNET-{n:03d}", "Completed") for n in range(1, 8)]


def test_report_has_a_page_for_each_subject(sample_run):
    _, _, out = sample_run
    index = (out / "index.html").read_text(encoding="utf-8")
    for n in range(1, 8):
        assert f"report/RETNET-{n:03d}.html" in index
        assert (out / "report" / f"RETNET-{n:03d}.html").exists()


def test_unsigned_results_are_provisional(sample_run):
    _, _, out = sample_run
    assert {row["provisional"] for row in rows(out / "endpoint.csv")} == {"Y"}
    sources = {row["source"] for row in rows(out / "lesions.csv")}
    assert sources == {"proposed", "adopted", "signed"}


def test_second_run_does_no_image_work(sample_run, tmp_path):
    done, study, out = sample_run
    before = runs(study)
    again = hepatrack("run", *inputs(SAMPLE, study, tmp_path / "again"))
    assert again.code == 0, again.err[-3000:]
    assert tables(tmp_path / "again") == tables(out)
    assert runs(study) == before
    assert again.seconds < done.seconds / 10


def test_no_patient_name_in_any_log(sample_run):
    done, study, _ = sample_run
    logs = done.out + done.err + (study / "prefect" / "server.log").read_text(encoding="utf-8", errors="replace")
    assert "Anonymous" not in logs


@pytest.mark.parametrize("steps", [1, 5])
def test_killed_run_goes_on(quick_run, tmp_path: Path, steps: int):
    source, undisturbed = quick_run
    killed_after(steps, "run", *inputs(source, tmp_path / "study", tmp_path / "out"))
    after = hepatrack("run", *inputs(source, tmp_path / "study", tmp_path / "out"))
    assert after.code == 0, after.err[-3000:]
    with sqlite3.connect(tmp_path / "study" / "prefect" / "prefect.db") as database:
        cached = database.execute("select count(*) from task_run where state_name = 'Cached'").fetchone()[0]
    assert cached >= steps
    assert not {"Running", "Pending"} & {state for _, _, state in runs(tmp_path / "study")}
    assert tables(tmp_path / "out") == undisturbed


def test_broken_folder(tmp_path: Path):
    source = part_of_sample(tmp_path, QUICK, "RETNET-003")
    damaged = sorted((source / "RETNET-003" / "W12").rglob("*"))
    slices = [path for path in damaged if path.is_file()]
    slices[5].write_bytes(slices[5].read_bytes()[:-400])
    slices[60].unlink()
    (source / "RETNET-003" / "zero.dcm").write_bytes(b"")
    (source / "RETNET-003" / "notes.txt").write_text("not an image", encoding="utf-8")
    done = hepatrack("run", *inputs(source, tmp_path / "study", tmp_path / "out"), "--json")
    assert done.code == 1, done.err[-3000:]
    result = json.loads(done.out)
    reasons = " ".join(failure["reason"] for failure in result["failures"])
    assert "GAP" in reasons
    assert "zero.dcm" in reasons
    assert {failure["subject"] for failure in result["failures"]} == {"RETNET-003", "(unknown)"}
    points = {(row["subject"], row["visit"]): row for row in rows(tmp_path / "out" / "timepoints.csv")}
    assert points[QUICK, "W12"]["hepatic_recist11"] == "SD"
    assert points["RETNET-003", "W12"]["hepatic_recist11"] == "NE"
    assert points["RETNET-003", "W24"]["hepatic_recist11"] == "PD"
    assert ("subject", "RETNET-003", "Incomplete") in runs(tmp_path / "study")
    scanned = json.loads(hepatrack("scan", source, "--headers-only", "--json").out)
    by_path = {entry["path"]: entry for entry in scanned["files"]}
    assert len(by_path) == sum(path.is_file() for path in source.rglob("*"))
    assert by_path["RETNET-003/zero.dcm"]["status"] == "unreadable"
    assert by_path["RETNET-003/notes.txt"]["status"] == "left_out"


def test_step_by_step_equals_run(quick_run, tmp_path: Path):
    source, expected = quick_run
    study, out = tmp_path / "study", tmp_path / "out"
    arguments = inputs(source, study, out)[:-2]
    assert hepatrack("ingest", *arguments).code == 0
    for command in ("propose", "assess"):
        done = hepatrack(command, "--study", study)
        assert done.code == 0, done.err[-3000:]
    assert hepatrack("export", "--study", study, "--out", out).code == 0
    assert tables(out) == expected


def test_steps_out_of_order_say_what_is_missing(tmp_path: Path):
    done = hepatrack("propose", "--study", tmp_path / "study")
    assert done.code == 2
    assert "hepatrack ingest" in done.err


@pytest.mark.parametrize(
    ("table", "text", "told"),
    [
        ("--events", "subject,event,date,detail\nS-1,EMBOLISED,2021-03-01,\n", "EMBOLIZATION"),
        ("--events", "subject,event\nS-1,DEATH\n", "date"),
        ("--reads", "subject,lesion\nS-1,T01\n", "signed_at"),
    ],
)
def test_invalid_table_writes_nothing(tmp_path: Path, table: str, text: str, told: str):
    path = tmp_path / "table.csv"
    path.write_text(text, encoding="utf-8")
    study, out = tmp_path / "study", tmp_path / "out"
    done = hepatrack("run", SAMPLE / QUICK, "--protocol", PROTOCOL, table, path, "--study", study, "--out", out)
    assert done.code == 2
    assert "table.csv" in done.err
    assert told in done.err
    assert not study.exists()
    assert not out.exists()


def test_invalid_protocol_names_the_line(tmp_path: Path):
    text = PROTOCOL.read_text(encoding="utf-8").replace("progression_percent: 20", "progression_percent: twenty", 1)
    path = tmp_path / "bad.yaml"
    path.write_text(text, encoding="utf-8")
    line = 1 + text[: text.index("twenty")].count("\n")
    done = hepatrack("run", SAMPLE / QUICK, "--protocol", path, "--study", tmp_path / "s", "--out", tmp_path / "o")
    assert done.code == 2
    assert f"bad.yaml line {line}" in done.err
