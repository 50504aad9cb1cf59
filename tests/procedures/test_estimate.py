"""hepatrack estimate: tables and figures of a parameter, whole or not at all, by arm only with arms."""

import csv
import math
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner, Result

from flows.cli import app
from pipeline.analysis import cox, cumulative_incidence, kaplan_meier
from pipeline.analysis.sample import Ending
from pipeline.model.errors import InputError
from pipeline.procedures import estimate
from tests.builders import survival_trials

HEADER = "USUBJID,PARAMCD,AVAL,CNSR,TRTP,ICL,ICR"
CNSR = {Ending.EVENT: 0, Ending.CENSORED: 1, Ending.COMPETING: 9}
GROUPS = survival_trials.trial(1)


@pytest.fixture
def adtte(tmp_path: Path) -> Path:
    """HPFS and THP of 180 subjects, and one without start date; the arm stands in TRTP."""
    lines = [HEADER]
    for param in ("HPFS", "THP"):
        number = 0
        for arm, group in GROUPS.items():
            for day, ending in zip(group.days, group.ending, strict=True):
                number += 1
                right = f"{day:g}" if ending == Ending.EVENT else ""
                lines.append(
                    f"S-{number:03},{param},{day:g},{CNSR[Ending(ending)]},SECRET {arm},{max(day - 84, 0):g},{right}"
                )
        lines.append(f"S-999,{param},,,SECRET A,,")
    return _file(tmp_path / "adtte.csv", *lines)


@pytest.fixture
def arms(tmp_path: Path) -> Path:
    lines = [f"S-{number:03},{'BE' if number <= 90 else 'cTACE'}" for number in range(1, 181)]
    return _file(tmp_path / "arms.csv", "subject,arm", *lines)


def _file(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _run(adtte: Path, param: str, out: Path, *more: object) -> Result:
    words = ["estimate", "--adtte", adtte, "--param", param, "--out", out, *more]
    return CliRunner().invoke(app, [str(word) for word in words])


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_by_arm(adtte: Path, arms: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = _run(adtte, "HPFS", out, "--arms", arms)
    assert result.exit_code == 0, result.output
    assert {path.name for path in out.iterdir()} == {
        "estimates.csv",
        "curve.csv",
        "npmle.csv",
        "kaplan_meier.svg",
        "kaplan_meier.png",
        "kaplan_meier.csv",
    }
    rows = _rows(out / "estimates.csv")
    (ratio,) = [row for row in rows if row["method"] == "cox"]
    expected = cox.compare(GROUPS["A"], GROUPS["B"])
    assert expected is not None
    assert (ratio["group"], ratio["reference"]) == ("cTACE", "BE")
    assert float(ratio["estimate"]) == pytest.approx(expected.ratio, rel=1e-10)
    (left_out,) = [row["estimate"] for row in rows if row["statistic"] == "left_out"]
    assert left_out == "1"
    assert [row["estimate"] for row in rows if row["statistic"] == "subjects"] == ["180", "90", "90"]
    assert "cTACE against BE: cox hazard_ratio" in result.output


def test_curve_holds_the_estimates_at_every_time(adtte: Path, arms: Path, tmp_path: Path) -> None:
    estimate.estimate(adtte, "THP", arms, tmp_path / "out")
    rows = [row for row in _rows(tmp_path / "out" / "curve.csv") if row["group"] == "cTACE"]
    survival = kaplan_meier.estimate(GROUPS["B"])
    incidence = cumulative_incidence.estimate(GROUPS["B"])
    assert [float(row["time"]) for row in rows] == survival.table.time.tolist()
    assert [int(row["competing"]) for row in rows] == survival.table.competing.tolist()
    assert [float(row["survival"]) for row in rows] == pytest.approx(survival.survival, rel=1e-10)
    assert [float(row["cif"]) for row in rows] == pytest.approx(incidence.incidence, rel=1e-10)
    limits = [float(row["cif_ci_low"] or math.nan) for row in rows]
    assert limits == pytest.approx(incidence.ci_low, rel=1e-10, nan_ok=True)


def test_death_competes_only_where_the_parameter_says_so(adtte: Path, tmp_path: Path) -> None:
    competing = [_count(adtte, param, tmp_path / param, "competing") for param in ("HPFS", "THP")]
    deaths = sum(int((group.ending == Ending.COMPETING).sum()) for group in GROUPS.values())
    assert competing == [0, deaths]
    assert (tmp_path / "THP" / "cumulative_incidence.svg").exists()
    assert not (tmp_path / "THP" / "kaplan_meier.svg").exists()


def _count(adtte: Path, param: str, out: Path, statistic: str) -> int:
    estimate.estimate(adtte, param, None, out)
    (row,) = [row for row in _rows(out / "estimates.csv") if row["statistic"] == statistic]
    return int(row["estimate"])


def test_without_arms_nothing_tells_an_arm(adtte: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = _run(adtte, "THP", out)
    assert result.exit_code == 0
    assert "SECRET" not in result.output
    for path in out.iterdir():
        assert b"SECRET" not in path.read_bytes(), path.name
    rows = _rows(out / "estimates.csv")
    assert {row["group"] for row in rows} == {"all"}
    assert not {row["method"] for row in rows} & {"cox", "log-rank", "gray"}


def test_a_blinded_run_leaves_nothing_of_an_unblinded_one(adtte: Path, arms: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    estimate.estimate(adtte, "HPFS", arms, out)
    (out / "notes.txt").write_text("mine", encoding="utf-8")
    estimate.estimate(adtte, "THP", None, out)
    assert all(b"cTACE" not in path.read_bytes() for path in out.iterdir())
    assert not (out / "kaplan_meier.png").exists()
    assert (out / "notes.txt").read_text(encoding="utf-8") == "mine"


def test_two_runs_give_equal_bytes(adtte: Path, arms: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        estimate.estimate(adtte, "THP", arms, tmp_path / name)
    names = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert "cumulative_incidence.svg" in names
    for name in names:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes(), name


def test_of_several_readers_the_accepted_row_counts(tmp_path: Path) -> None:
    rows = ["S-1,PFS,10,0,", "S-1,PFS,30,0,Y", "S-2,PFS,20,0,", "S-3,PFS,25,1,Y"]
    table = _file(tmp_path / "adtte.csv", "USUBJID,PARAMCD,AVAL,CNSR,ACPTFL", *rows)
    estimate.estimate(table, "PFS", None, tmp_path / "out")
    assert [row["time"] for row in _rows(tmp_path / "out" / "curve.csv")] == ["20", "25", "30"]


def test_competing_median_is_marked(adtte: Path, tmp_path: Path) -> None:
    notes = {}
    for param in ("HPFS", "THP"):
        estimate.estimate(adtte, param, None, tmp_path / param)
        (row,) = [row for row in _rows(tmp_path / param / "estimates.csv") if row["statistic"] == "median"]
        notes[param] = row["note"]
    assert notes["HPFS"] == ""
    assert "competing events are censored" in notes["THP"]


def test_intervals_of_the_file_give_an_npmle(adtte: Path, tmp_path: Path) -> None:
    estimate.estimate(adtte, "HPFS", None, tmp_path / "out")
    masses = [float(row["probability"]) for row in _rows(tmp_path / "out" / "npmle.csv")]
    assert np.sum(masses) == pytest.approx(1)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (["S-1,HPFS,12,0,,,", "S-2,OS,9,1,,,"], "column PARAMCD: found no row of 'THP'; allowed: HPFS, OS"),
        (["S-1,THP,twelve,0,,,"], "row 2, column AVAL: found 'twelve'; allowed: a number >= 0"),
        (["S-1,THP,-3,0,,,"], "row 2, column AVAL: found '-3'; allowed: a number >= 0"),
        (["S-1,THP,12,0,,,", "S-2,THP,12,,,,"], "row 3, column CNSR: found ''; allowed: 0 for an event"),
        (["S-1,THP,12,-1,,,"], "row 2, column CNSR: found '-1'"),
        (["S-1,THP,12,0,,,", "S-1,THP,13,0,,,"], "row 3, columns USUBJID, PARAMCD"),
        ([",THP,12,0,,,"], "row 2, column USUBJID: found ''"),
        (["S-1,THP,,,,,"], "column AVAL: every row of THP is empty"),
        (["S-1,THP,12,0,,9,5"], "row 2, column ICR: found '5'; allowed: at least ICL, 9"),
        (["S-1,THP,12,0,,,5"], "row 2, column ICL: found ''; allowed: a number >= 0, for ICR is given"),
    ],
)
def test_malformed_tables_are_named_and_nothing_is_written(tmp_path: Path, rows: list[str], words: str) -> None:
    table = _file(tmp_path / "adtte.csv", HEADER, *rows)
    with pytest.raises(InputError) as error:
        estimate.estimate(table, "THP", None, tmp_path / "out", strict=True)
    assert str(error.value).startswith("adtte.csv")
    assert words in str(error.value)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (["S-1,A", "S-2,B", "S-4,B"], "adtte.csv row 4, column USUBJID: found 'S-3'; allowed: a subject that arms.csv"),
        (["S-1,A", "S-2,B", "S-3,B", "S-4,B"], "arms.csv: found one subject in arm A (S-1); allowed: two"),
        (["S-1,A", "S-2,A", "S-3,A", "S-4,A"], "arms.csv: found one arm (A); allowed: two or more"),
        (["S-1,all", "S-2,all", "S-3,B", "S-4,B"], "arms.csv: found 'all'"),
    ],
)
def test_arms_that_cannot_be_compared(tmp_path: Path, rows: list[str], words: str) -> None:
    table = _file(tmp_path / "adtte.csv", HEADER, *(f"S-{n},PFS,{n * 9},0,,," for n in range(1, 5)))
    arms = _file(tmp_path / "arms.csv", "subject,arm", *rows)
    with pytest.raises(InputError) as error:
        estimate.estimate(table, "PFS", arms, tmp_path / "out", strict=True)
    assert words in str(error.value)
    assert not (tmp_path / "out").exists()


def test_a_failure_leaves_an_earlier_result_as_it_was(adtte: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    estimate.estimate(adtte, "HPFS", None, out)
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    with pytest.raises(InputError):
        estimate.estimate(adtte, "NONE", None, out)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def test_arms_without_events_are_told_not_guessed(tmp_path: Path) -> None:
    table = _file(tmp_path / "adtte.csv", HEADER, *(f"S-{n},THP,{n * 9},1,,," for n in range(1, 5)))
    arms = _file(tmp_path / "arms.csv", "subject,arm", "S-1,A", "S-2,A", "S-3,B", "S-4,B")
    result = _run(table, "THP", tmp_path / "out", "--arms", arms)
    assert result.exit_code == 0, result.output
    rows = [row for row in _rows(tmp_path / "out" / "estimates.csv") if row["method"] in ("log-rank", "gray", "cox")]
    assert [row["estimate"] for row in rows] == ["", "", ""]
    assert all(row["note"] for row in rows)
    assert "no finite ratio" in result.output


def test_arms_may_be_adsl_and_what_was_converted_is_told(adtte: Path, arms: Path, tmp_path: Path) -> None:
    by_table = _run(adtte, "HPFS", tmp_path / "table", "--arms", arms)
    rows = arms.read_text("utf-8").splitlines()[1:]
    adsl = _file(tmp_path / "adsl.csv", "STUDYID;USUBJID;TRT01P", *(f"R;{row.replace(',', ';')}" for row in rows))
    by_adsl = _run(adtte, "HPFS", tmp_path / "adsl", "--arms", adsl)
    assert by_table.exit_code == by_adsl.exit_code == 0, by_adsl.output
    assert "Note: adsl.csv: the arm is TRT01P" in by_adsl.stderr
    assert "Note: adsl.csv: cells separated by semicolons" in by_adsl.stderr
    for name in ("estimates.csv", "curve.csv"):
        assert (tmp_path / "adsl" / name).read_bytes() == (tmp_path / "table" / name).read_bytes()
