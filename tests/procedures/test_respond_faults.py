"""respond names every fault of TU and TR in one run and leaves out the subjects that have one."""

import csv
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from flows.cli import app
from pipeline.store.faults import FaultsError
from tests.builders.respond import command, read, without
from tests.builders.tumor_tables import Reader, Rows, tr, tu

SUBJECTS = [Reader(f"S-{number}") for number in range(1, 5)]
OF_TU = [row for reader in SUBJECTS for row in tu("T01 TARGET LIVER", reader=reader)]
OF_TR = [row for reader in SUBJECTS for row in tr("T01 LDIAM 1=50 2=30 3=60", reader=reader)]
"""Four subjects: rows 2 to 5 of TU, three rows each from row 2 of TR."""


def with_cells(rows: Rows, number: int, **cells: str) -> Rows:
    """Return the rows with other cells in the row of that number, the header being 1."""
    return [row | cells if place == number else row for place, row in enumerate(rows, start=2)]


def subjects(folder: Path) -> list[str]:
    return sorted({row["USUBJID"] for row in read(folder)})


def faulty() -> tuple[Rows, Rows]:
    """S-1: two wrong cells, in TU and TR. S-3: a lesion that TU does not name, at two visits."""
    of_tu = with_cells(OF_TU, 2, TUSTRESC="MAYBE")
    of_tr = with_cells(OF_TR, 3, TRSTRESN="thirty")
    return of_tu, with_cells(with_cells(of_tr, 9, TRLNKID="T9"), 10, TRLNKID="T9")


def test_every_fault_is_named_and_the_others_get_what_they_get_without(tmp_path: Path) -> None:
    sound, broken = tmp_path / "sound", tmp_path / "broken"
    sound.mkdir(), broken.mkdir()
    assert command(sound, OF_TU, OF_TR).exit_code == 0
    result = command(broken, *faulty(), "--faults", str(broken / "faults.csv"))
    assert result.exit_code == 1
    for place in ("TU.csv row 2, column TUSTRESC", "TR.csv row 3, column TRSTRESN", "row 9, column", "row 10, column"):
        assert place in result.stderr
    assert "2 subjects are left out, for 4 faults" in result.stderr
    assert read(broken) == [row for row in read(sound) if row["USUBJID"] in {"S-2", "S-4"}]
    with (broken / "faults.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["table"], row["row"], row["column"], row["subject"]) for row in rows] == [
        ("TU.csv", "2", "TUSTRESC", "S-1"),
        ("TR.csv", "3", "TRSTRESN", "S-1"),
        ("TR.csv", "9", "TRLNKID", "S-3"),
        ("TR.csv", "10", "TRLNKID", "S-3"),
    ]
    assert rows[1]["value"] == "'thirty'"
    assert rows[1]["allowed"].startswith("a number >= 0")


def test_strict_writes_nothing_and_names_every_fault(tmp_path: Path) -> None:
    result = command(tmp_path, *faulty(), "--strict", "--faults", str(tmp_path / "faults.csv"))
    assert isinstance(result.exception, FaultsError)
    assert len(str(result.exception).splitlines()) == 4
    assert "(subject S-1)" in str(result.exception)
    assert not (tmp_path / "RS.csv").exists()
    assert len((tmp_path / "faults.csv").read_text().splitlines()) == 5


def test_json_lists_the_faults(tmp_path: Path) -> None:
    result = command(tmp_path, *faulty(), "--json")
    assert result.exit_code == 1
    told = json.loads(result.stdout)["faults"]
    assert [(fault["row"], fault["subject"]) for fault in told] == [(2, "S-1"), (3, "S-1"), (9, "S-3"), (10, "S-3")]


def test_what_both_tables_lack_is_told_at_once(tmp_path: Path) -> None:
    result = command(tmp_path, without(OF_TU, "TULNKID"), without(OF_TR, "VISITNUM"))
    assert isinstance(result.exception, FaultsError)
    assert "missing column TULNKID" in str(result.exception)
    assert "missing column VISITNUM" in str(result.exception)


def test_a_row_that_names_no_subject_ends_the_command(tmp_path: Path) -> None:
    result = command(tmp_path, OF_TU, with_cells(OF_TR, 4, USUBJID=""))
    assert isinstance(result.exception, FaultsError)
    assert "TR.csv row 4, column USUBJID: found ''" in str(result.exception)


def again(folder: Path) -> Result:
    """Run the command on the tables of a folder."""
    tables = [f"--{name}={folder / name.upper()}.csv" for name in ("tu", "tr")]
    return CliRunner().invoke(app, ["respond", *tables, "--out", str(folder / "RS.csv")])


def cut(path: Path, line: int, cells: int) -> None:
    """Cut the last cells off a line of a file."""
    lines = path.read_text("utf-8").splitlines()
    lines[line - 1] = ",".join(lines[line - 1].split(",")[:-cells])
    path.write_text("\n".join(lines) + "\n", "utf-8")


@pytest.mark.parametrize("scattered", [False, True])
def test_a_row_that_is_cut_off_takes_its_subject_out(tmp_path: Path, scattered: bool) -> None:
    of_tr = [OF_TR[0], *OF_TR[2:], OF_TR[1]] if scattered else OF_TR
    command(tmp_path, OF_TU, of_tr)
    cut(tmp_path / "TR.csv", len(of_tr) + 1 if scattered else 3, 2)
    result = again(tmp_path)
    assert result.exit_code == 1
    assert "S-1: TR.csv row" in result.stderr
    assert subjects(tmp_path) == ["S-2", "S-3", "S-4"]


def test_a_slipped_row_is_nobodys(tmp_path: Path) -> None:
    command(tmp_path, OF_TU, OF_TR)
    path = tmp_path / "TR.csv"
    lines = path.read_text("utf-8").splitlines()
    lines[3] = "slipped," + lines[3] + "x"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    result = again(tmp_path)
    assert isinstance(result.exception, FaultsError)
    assert "TR.csv row 4: found" in str(result.exception)


def test_rows_that_agree_but_for_their_number_count_once(tmp_path: Path) -> None:
    numbered = [row | {"TRSEQ": str(number)} for number, row in enumerate(OF_TR)]
    result = command(tmp_path, OF_TU + OF_TU[:1], [*numbered, numbered[1] | {"TRSEQ": "99"}])
    assert result.exit_code == 0
    assert "TR.csv: rows that agree with another in every column but TRSEQ count once (once)" in result.stderr
    assert "TU.csv: rows that agree with another in every column but TUSEQ count once (once)" in result.stderr
    assert subjects(tmp_path) == ["S-1", "S-2", "S-3", "S-4"]


def test_every_result_that_stands_on_two_days_is_named_with_both(tmp_path: Path) -> None:
    dated = [row | {"TRDTC": f"2024-0{row['VISITNUM']}-01"} for row in OF_TR]
    again = [dated[number] | {"TRDTC": "2024-05-09"} for number in (1, 5)]
    result = command(tmp_path, OF_TU, dated + again)
    assert result.exit_code == 1
    assert "found T01, LDIAM, 2 on 2024-05-09 and on 2024-02-01 as in TR.csv row 3" in result.stderr
    assert "found T01, LDIAM, 3 on 2024-05-09 and on 2024-03-01 as in TR.csv row 7" in result.stderr
    assert subjects(tmp_path) == ["S-3", "S-4"]


def test_all_subjects_may_be_left_out(tmp_path: Path) -> None:
    result = command(tmp_path, [row | {"TUSTRESC": "?"} for row in OF_TU], OF_TR)
    assert result.exit_code == 1
    assert read(tmp_path) == []


def test_a_subject_of_tu_without_a_result_is_told(tmp_path: Path) -> None:
    result = command(tmp_path, OF_TU, [row for row in OF_TR if row["USUBJID"] != "S-2"])
    assert result.exit_code == 0, result.output
    assert "Note: TR.csv has no row of a subject of TU.csv (once; first S-2)" in result.stderr
    assert [row["RSSTRESC"] for row in read(tmp_path) if row["USUBJID"] == "S-2"] == ["NE"]
