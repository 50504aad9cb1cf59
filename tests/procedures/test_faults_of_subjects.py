"""estimate and figures name every fault of their tables in one run and leave out the subjects that have one."""

import csv
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from flows.cli import app
from pipeline.store.faults import FaultsError
from tests.builders import courses

ADTTE = "USUBJID,PARAMCD,AVAL,CNSR"


def write(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def run(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def estimate(folder: Path, lines: list[str], *more: object) -> Result:
    table = write(folder / "adtte.csv", ADTTE, *lines)
    return run("estimate", "--adtte", table, "--param", "OS", "--out", folder / "out", *more)


SOUND = [f"S-{number},OS,{10 * number},{number % 2}" for number in range(1, 9)]
"""Eight subjects in rows 2 to 9."""
FAULTY = [
    "S-9,OS,ten,0",  # row 10
    "S-10,OS,10,",
    "S-11,OS,10,0",
    "S-11,OS,12,0",  # row 13, the second of the subject
    "S-12,,10,0",
    "S-13,OS,10",
    "S-13,PFS,10,1",
    "S-\u200b14,OS,10,0",
    f"{'L' * 300},OS,10,0",
]
PLACES = [
    ("10", "AVAL", "S-9"),
    ("11", "CNSR", "S-10"),
    ("13", "USUBJID, PARAMCD", "S-11"),
    ("14", "PARAMCD", "S-12"),
    ("15", "", "S-13"),
    ("17", "USUBJID", "S-14"),
    ("18", "USUBJID", f"{'L' * 39}…"),
]


def test_estimate_names_every_fault_and_estimates_the_others_as_without(tmp_path: Path) -> None:
    assert estimate(tmp_path, SOUND).exit_code == 0
    known = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    result = estimate(tmp_path, SOUND + FAULTY, "--faults", tmp_path / "faults.csv")
    assert result.exit_code == 1
    assert "7 subjects are left out, for 7 faults" in result.stderr
    named = [(row["row"], row["column"], row["subject"]) for row in rows(tmp_path / "faults.csv")]
    assert sorted(named) == sorted(PLACES)
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == known


def test_estimate_strict_ends_with_every_fault_and_writes_nothing(tmp_path: Path) -> None:
    result = estimate(tmp_path, SOUND + FAULTY, "--strict")
    assert isinstance(result.exception, FaultsError)
    assert len(result.exception.faults) == len(PLACES)
    assert not (tmp_path / "out").exists()


def test_estimate_leaves_out_who_has_no_arm_and_names_the_faults_of_both_tables(tmp_path: Path) -> None:
    arms = [f"S-{number},{'AB'[number % 2]}" for number in range(1, 7)]
    table = write(tmp_path / "arms.csv", "subject,arm", *arms, "S-7,A", "S-7,B")
    result = estimate(tmp_path, [*SOUND, "S-9,OS,ten,0"], "--arms", table)
    assert result.exit_code == 1
    assert "S-7: arms.csv row 9, columns subject: found ('S-7',) as in row 8" in result.stderr
    assert "S-8: adtte.csv row 9, column USUBJID: found 'S-8'; allowed: a subject that arms.csv gives" in result.stderr
    assert "S-9: adtte.csv row 10, column AVAL: found 'ten'" in result.stderr
    subjects = [row for row in rows(tmp_path / "out" / "estimates.csv") if row["statistic"] == "subjects"]
    assert [(row["group"], row["estimate"]) for row in subjects] == [("all", "6"), ("A", "3"), ("B", "3")]


def test_estimate_of_nobody_says_so(tmp_path: Path) -> None:
    result = estimate(tmp_path, ["S-1,OS,ten,0", "S-2,OS,10,x"])
    assert isinstance(result.exception, FaultsError)
    message = str(result.exception)
    assert "adtte.csv: found no subject of OS without a fault" in message
    assert "row 2, column AVAL" in message
    assert "row 3, column CNSR" in message


@pytest.mark.parametrize("strict", [False, True])
def test_figures_draw_the_others_and_name_every_fault(tmp_path: Path, strict: bool) -> None:
    files = courses.write(tmp_path, 4)
    lines = files.timepoints.read_text(encoding="utf-8").splitlines()
    first = next(place for place, line in enumerate(lines) if line.startswith("S-002,"))
    lines[first] += ",extra"
    files.timepoints.write_text("\n".join(lines) + "\n", encoding="utf-8")
    arms = write(tmp_path / "a.csv", "subject,arm", "S-001,BE", "S-002,BE", "S-004,BE")
    events = write(tmp_path / "e.csv", "subject,event,date", "S-004,DEATH,2025-02-30", "S-001,EMBOLIZATION,2024-01-05")
    words = ["figures", "--timepoints", files.timepoints, "--endpoint", files.endpoint, "--arms", arms]
    words += ["--events", events, "--out", tmp_path / "out", *(["--strict"] if strict else [])]
    result = run(*words)
    named = str(result.exception) if strict else result.stderr
    for place in (f"timepoints.csv row {first + 1}: found", "e.csv row 2, column date", "found 'S-003' without arm"):
        assert place in named
    assert (tmp_path / "out").exists() is not strict
    if not strict:
        assert result.exit_code == 1
        assert "1 subject, figures" in result.stdout
        assert {row["subject"] for row in rows(tmp_path / "out" / "spider.csv")} == {"S-001"}
