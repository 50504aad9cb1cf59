"""A number beside a text that says otherwise is a fault: a slip of a key, of a unit, or a word."""

from decimal import Decimal
from pathlib import Path

import pytest

from pipeline.store import result_texts
from tests.builders import respond, tumor_tables

MM, CM = Decimal(1), Decimal(10)


@pytest.mark.parametrize(
    ("text", "factors", "number", "agrees"),
    [
        ("45", [MM], "45", True),
        ("45", [MM], "54", False),
        ("4.5", [CM], "45", True),
        ("4.5", [CM], "4.5", False),
        ("4.5", [MM, CM], "45", True),
        ("4.56", [CM], "46", True),
        ("4.4", [CM], "45", False),
        ("45 mm", [MM], "45", True),
        ("45 x 30", [MM], "45", True),
        ("45 x 30", [MM], "54", False),
        ("<5", [MM], "5", True),
        ("<5", [MM], "2.5", True),
        ("<5", [MM], "45", False),
        ("BELOW 5 MM", [MM], "45", False),
        ("-12", [MM], "-12", True),
        ("0", [MM], "45", False),
        ("PRESENT", [MM], "45", True),
        ("", [MM], "45", True),
    ],
)
def test_agree(text: str, factors: list[Decimal], number: str, agrees: bool) -> None:
    assert result_texts.agree(text, factors, Decimal(number)) is agrees


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"TRORRES": "4.5", "TRORRESU": "cm", "TRSTRESC": "4.5", "TRSTRESN": "4.5", "TRSTRESU": "mm"}, "TRORRES"),
        ({"TRORRES": "54", "TRORRESU": "mm", "TRSTRESC": "45", "TRSTRESN": "45", "TRSTRESU": "mm"}, "TRORRES"),
        ({"TRORRES": "45", "TRORRESU": "mm", "TRSTRESC": "0", "TRSTRESN": "45", "TRSTRESU": "mm"}, "TRSTRESC"),
        ({"TRORRES": "4.5", "TRORRESU": "cm", "TRSTRESC": "45", "TRSTRESN": "45", "TRSTRESU": "mm"}, ""),
        ({"TRORRES": "4.5", "TRORRESU": "cm", "TRSTRESC": "4.5", "TRSTRESN": "4.5", "TRSTRESU": "cm"}, ""),
        ({"TRORRES": "4.5", "TRORRESU": "cm", "TRSTRESC": "4.5", "TRSTRESN": "4.5", "TRSTRESU": ""}, ""),
        ({"TRORRES": "4.5", "TRORRESU": "", "TRSTRESC": "45", "TRSTRESN": "45", "TRSTRESU": "mm"}, ""),
    ],
)
def test_a_contradiction_leaves_the_subject_out_with_its_reason(
    tmp_path: Path, cells: dict[str, str], column: str
) -> None:
    of_tr = tumor_tables.tr("T01 LDIAM 1=40 2=45")
    of_tr[1] |= cells
    result = respond.command(tmp_path, tumor_tables.tu("T01 TARGET LIVER"), of_tr)
    assert result.exit_code == (1 if column else 0), result.output
    assert not column or f"TR.csv row 3, column {column}: found " in result.output
    assert respond.overall(respond.read(tmp_path)) == ([] if column else ["SD"])


def test_a_length_without_a_unit_is_told(tmp_path: Path) -> None:
    of_tr = tumor_tables.tr("T01 LDIAM 1=40 2=45")
    for row in of_tr:
        row |= {"TRORRESU": "", "TRSTRESU": ""}
    result = respond.command(tmp_path, tumor_tables.tu("T01 TARGET LIVER"), of_tr)
    assert "TR.csv: LDIAM without a unit is taken for mm (2 times)" in result.output
