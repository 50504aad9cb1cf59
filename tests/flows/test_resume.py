"""A run of one subject that is killed, done step by step, or given a broken folder beside it."""

import json
import sqlite3
from pathlib import Path

import pytest

from tests.builders.command import QUICK, hepatrack, inputs, killed_after, part_of_sample, rows, runs, tables

pytestmark = [pytest.mark.prefect, pytest.mark.image]


@pytest.fixture(scope="module")
def quick_run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, bytes]]:
    """An undisturbed run on the subject with adopted masks: its source and its tables."""
    folder = tmp_path_factory.mktemp("quick")
    source = part_of_sample(folder, QUICK)
    done = hepatrack("run", *inputs(source, folder / "study", folder / "out"))
    assert done.code == 0, done.err[-3000:]
    return source, tables(folder / "out")


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
    assert "empty file (0 bytes)" in reasons
    assert "zero.dcm" not in reasons
    assert {failure["subject"] for failure in result["failures"]} == {"RETNET-003", "(unknown)"}
    points = {(row["subject"], row["visit"]): row for row in rows(tmp_path / "out" / "timepoints.csv")}
    assert points[QUICK, "W12"]["hepatic_recist11"] == "SD"
    assert points["RETNET-003", "W12"]["hepatic_recist11"] == "NE"
    assert points["RETNET-003", "W24"]["hepatic_recist11"] == "PD"
    assert ("subject", "RETNET-003", "Incomplete") in runs(tmp_path / "study")
    scanned = json.loads(hepatrack("scan", source, "--headers-only", "--json", "--paths").out)
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
