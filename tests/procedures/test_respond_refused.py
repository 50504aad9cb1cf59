"""respond refuses a wrong table with file, row, column, found and allowed; nothing is written."""

from pathlib import Path

import pytest

from pipeline.model.errors import InputError
from tests.builders.respond import command, without
from tests.builders.tumor_tables import INDEPENDENT, Rows, tr, tu, two_subjects

ONE = (tu("T01 TARGET LIVER"), tr("T01 LDIAM 1=50 2=40"))


def with_cell(rows: Rows, place: int, **cells: str) -> Rows:
    return [row | cells if number == place else row for number, row in enumerate(rows)]


@pytest.mark.parametrize(
    ("of_tu", "of_tr", "message"),
    [
        (without(ONE[0], "TULNKID"), ONE[1], "TU.csv row 1: missing column TULNKID; allowed: USUBJID, TULNKID"),
        (without(ONE[0], "USUBJID"), ONE[1], "TU.csv row 1: missing column USUBJID"),
        (without(ONE[0], "TUSTRESC"), without(ONE[1], "VISITNUM"), "TR.csv row 1: missing column VISITNUM"),
        (
            without(without(ONE[0], "TUSTRESC"), "TUORRES"),
            ONE[1],
            "TU.csv row 1: missing column TUSTRESC or TUORRES; found:",
        ),
        (
            ONE[0],
            without(without(without(ONE[1], "TRSTRESC"), "TRORRES"), "TRSTRESN"),
            "TR.csv row 1: missing column TRSTRESN or TRSTRESC or TRORRES",
        ),
        (
            ONE[0],
            with_cell(ONE[1], 1, TRSTRESN="forty"),
            "TR.csv row 3, column TRSTRESN: found 'forty'; allowed: a number",
        ),
        (
            ONE[0],
            with_cell(ONE[1], 1, TRSTRESN="-4"),
            "TR.csv row 3, column TRSTRESN: found '-4'; allowed: a number >= 0",
        ),
        (
            ONE[0],
            with_cell(ONE[1], 1, TRSTRESN="", TRSTRESC="about 40"),
            "TR.csv row 3, column TRSTRESC: found 'about 40'; allowed: a number",
        ),
        (ONE[0], with_cell(ONE[1], 1, VISITNUM="two"), "TR.csv row 3, column VISITNUM: found 'two'; allowed: a number"),
        (
            ONE[0],
            with_cell(ONE[1], 1, VISITNUM=""),
            "TR.csv row 3, column VISITNUM: found ''; allowed: a number with '.' as decimal mark, not empty",
        ),
        (
            ONE[0],
            with_cell(ONE[1], 1, TRSTRESU="in"),
            "TR.csv row 3, column TRSTRESU: found 'in'; allowed: a unit of LDIAM",
        ),
        (
            ONE[0],
            with_cell(ONE[1], 1, TRORRESU="in"),
            "TR.csv row 3, column TRORRESU: found 'in'; allowed: a unit of LDIAM",
        ),
        (
            ONE[0],
            with_cell(ONE[1], 1, TRSTRESN="", TRSTRESC="", TRORRESU=""),
            "TR.csv row 3, column TRORRESU: found ''; allowed: a unit of LDIAM: mm, cm",
        ),
        (
            ONE[0],
            with_cell(ONE[1], 1, TRDTC="2014-02-30"),
            "TR.csv row 3, column TRDTC: found '2014-02-30'; allowed: a date",
        ),
        (
            ONE[0],
            ONE[1] + [ONE[1][0] | {"TRDTC": "2024-03-20"}],
            "TR.csv row 4, columns TRLNKID, TRTESTCD, VISITNUM: found T01, LDIAM, 1 on 2024-03-20 and on no date",
        ),
        (
            ONE[0],
            ONE[1] + tr("T01 LDIAM 1=60"),
            "found T01, LDIAM, 1 as in TR.csv row 2 for the same reader; allowed: each once",
        ),
        (
            [row | {"VISITNUM": ""} for row in tu("T01 TARGET LIVER", "N1 NEW LIVER")],
            ONE[1],
            "TU.csv row 3, column VISITNUM: found '' for the new lesion N1, which has no row in TR either; allowed",
        ),
        (
            ONE[0],
            [row | {"TRBLFL": "Y"} for row in ONE[1]],
            "TR.csv row 3, column TRBLFL: found 'Y'; allowed: empty, for row 2 is the baseline of this lesion",
        ),
        (
            ONE[0],
            with_cell(with_cell(ONE[1], 0, VISIT="BASELINE"), 1, VISIT="Baseline"),
            "TR.csv row 3, column VISIT: found 'Baseline' with VISITNUM 2, but another row",
        ),
        (
            ONE[0] + with_cell(ONE[0], 0, TUACPTFL="Y"),
            ONE[1],
            "TU.csv row 3, column TULNKID: found 'T01' (TUMIDENT) as in TU.csv row 2 for the same",
        ),
        (
            ONE[0] + tu("T01 NON-TARGET LIVER @2"),
            ONE[1],
            "TU.csv row 3, column TUSTRESC: found 'NON-TARGET' for T01, which is 'TARGET' in TU.csv row 2; allowed",
        ),
        (
            ONE[0] + tu("T01 TARGET LUNG @2"),
            ONE[1],
            "TU.csv row 3, column TULOC: found lung for T01, which is liver in",
        ),
        (
            tu("T01 MAYBE LIVER"),
            ONE[1],
            "TU.csv row 2, column TUSTRESC: found 'MAYBE'; allowed: TARGET, NON-TARGET, NEW",
        ),
        (tu("T02 TARGET LIVER"), ONE[1], "TR.csv row 2, column TRLNKID: found 'T01'; allowed: a TULNKID that TU names"),
        (
            tu("T01 TARGET LIVER", reader=INDEPENDENT),
            ONE[1],
            "found 'T01'; allowed: a TULNKID that TU names for this subject and reader (INVESTIGATOR): none is named",
        ),
        (
            ONE[0] + tu("N1 NEW LIVER @1"),
            ONE[1],
            "TU.csv row 3: found the new lesion N1 at VISITNUM 1, the baseline of this reader; allowed: TARGET",
        ),
        (
            ONE[0],
            ONE[1] + tr("T01 TUMSTATE 2=ABSENT"),
            "TR.csv row 3, column TRSTRESN: found '40' for LDIAM; allowed: 0 or empty, for the lesion is ABSENT",
        ),
        (
            ONE[0],
            ONE[1] + tr("T01 TUMSTATE 2=GOOD"),
            "TR.csv row 4, column TRSTRESC: found 'GOOD'; allowed: PRESENT, ABSENT",
        ),
        (
            ONE[0],
            with_cell(ONE[1], 1, TRSTAT="NOT DONE"),
            "TR.csv row 3, column TRSTRESN: found '40'; allowed: empty, for",
        ),
        (
            ONE[0],
            with_cell(ONE[1], 1, TRSTAT="DONE"),
            "TR.csv row 3, column TRSTAT: found 'DONE'; allowed: NOT DONE, or",
        ),
        (ONE[0], with_cell(ONE[1], 1, TRACPTFL="X"), "TR.csv row 3, column TRACPTFL: found 'X'; allowed: Y, or empty"),
        (
            ONE[0] + tu("X.1 TARGET LIVER @2 TUSPLIT"),
            ONE[1],
            "column TULNKID: found 'X.1' (TUSPLIT) but no lesion of that",
        ),
        (ONE[0] + tu("T01/T9 TARGET LIVER @2 TUMERGE"), ONE[1], "found 'T01/T9' (TUMERGE) but no lesion T9; allowed:"),
        (
            ONE[0] + tu("T01.1 TARGET LIVER @2 TUSPLIT"),
            ONE[1] + tr("T01.1 LDIAM 2=20"),
            "TR.csv row 3, column TRSTRESN: found '40' for T01, which its fragments T01.1 stand for at this visit",
        ),
        (
            ONE[0],
            with_cell(ONE[1], 1, USUBJID=""),
            "TR.csv row 3, column USUBJID: found ''; allowed: at most 64 characters that can be seen",
        ),
    ],
)
def test_a_wrong_table_is_refused_and_nothing_is_written(
    tmp_path: Path, of_tu: Rows, of_tr: Rows, message: str
) -> None:
    result = command(tmp_path, of_tu, of_tr, "--strict")
    assert isinstance(result.exception, InputError)
    assert message in str(result.exception)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["TR.csv", "TU.csv"]


def test_a_fault_in_the_last_subject_leaves_an_older_file_alone(tmp_path: Path) -> None:
    (tmp_path / "RS.csv").write_text("older")
    of_tu, of_tr = two_subjects()
    result = command(tmp_path, of_tu, with_cell(of_tr, len(of_tr) - 1, TRSTRESN="x"), "--strict")
    assert isinstance(result.exception, InputError)
    assert (tmp_path / "RS.csv").read_text() == "older"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["RS.csv", "TR.csv", "TU.csv"]


@pytest.mark.parametrize("option", ["--out", "--explain", "--certainty"])
def test_what_is_read_is_never_written_over(tmp_path: Path, option: str) -> None:
    of_tu, of_tr = two_subjects()
    command(tmp_path, of_tu, of_tr)
    before = (tmp_path / "TU.csv").read_bytes()
    result = command(tmp_path, of_tu, of_tr, option, str(tmp_path / "nowhere" / ".." / "TU.csv"))
    assert isinstance(result.exception, InputError)
    assert "TU.csv: found as the file to write and as another table; allowed: a path of its own" in str(
        result.exception
    )
    assert (tmp_path / "TU.csv").read_bytes() == before


def test_reasons_and_responses_need_a_file_each(tmp_path: Path) -> None:
    result = command(tmp_path, *two_subjects(), "--explain", str(tmp_path / "RS.csv"))
    assert isinstance(result.exception, InputError)
    assert "RS.csv: found as the file to write and as another table" in str(result.exception)


def test_a_place_where_nothing_can_be_written_is_told(tmp_path: Path) -> None:
    result = command(tmp_path, *two_subjects(), "--out", str(tmp_path / "TU.csv" / "RS.csv"))
    assert isinstance(result.exception, InputError)
    assert "RS.csv: cannot be written (" in str(result.exception)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["TR.csv", "TU.csv"]
