"""A dataset is valid once made, and what XPT cannot hold is found before it is written."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from pipeline.export import dataset, limits
from pipeline.export.dataset import Core, Dataset, DataType, Domain, Model, Origin, Variable
from tests.builders.datasets import records

NAME = Variable("USUBJID", "Unique Subject Identifier", DataType.TEXT, 8, Core.REQ, Origin.ASSIGNED)
VALUE = Variable("AVAL", "Analysis Value", DataType.DECIMAL, 8, Core.COND, Origin.DERIVED)
DAY = Variable("ADT", "Analysis Date", DataType.DATE, 8, Core.COND, Origin.DERIVED)
COUNT = Variable("ASEQ", "Sequence Number", DataType.INTEGER, 8, Core.REQ, Origin.DERIVED)
DOMAIN = Domain("ADX", "Example", Model.ADAM, "ADAM OTHER", "One record", ("USUBJID",), (NAME, COUNT, VALUE, DAY))


def test_rows_are_given_by_name_and_empty_text_is_missing() -> None:
    made = dataset.of(DOMAIN, [{"AVAL": Decimal("1.50"), "USUBJID": ""}, {"ADT": dt.date(2024, 2, 29)}])
    assert made.rows == ((None, None, Decimal("1.50"), None), (None, None, None, dt.date(2024, 2, 29)))
    assert dataset.as_table(made).rows == (("", "", "1.50", ""), ("", "", "", "2024-02-29"))
    assert made.column("AVAL") == (Decimal("1.50"), None)
    assert records(made)[1]["ADT"] == dt.date(2024, 2, 29)


def test_an_unknown_variable_is_refused() -> None:
    with pytest.raises(ValueError, match="ADX: unknown ARM"):
        dataset.of(DOMAIN, [{"ARM": "A"}])
    with pytest.raises(KeyError):
        DOMAIN.variable("ARM")


@pytest.mark.parametrize("cell", [1, True, "1", 1.5])
def test_a_cell_of_another_type_is_refused(cell: object) -> None:
    with pytest.raises(ValueError, match=r"ADX\.AVAL: .* is no decimal"):
        Dataset(DOMAIN, (("S-1", 1, cell, None),))  # type: ignore[arg-type]


def test_a_row_of_another_width_is_refused() -> None:
    with pytest.raises(ValueError, match="row of 1 cells; expected 4"):
        Dataset(DOMAIN, (("S-1",),))


def test_sequence_numbers_count_within_a_subject() -> None:
    rows = [{"USUBJID": name} for name in ("S-1", "S-1", "S-2", "S-1")]
    assert [row["ASEQ"] for row in dataset.numbered(rows, "ASEQ")] == [1, 2, 1, 3]


def _broken(variable: Variable, value: str = "S-1") -> tuple[str, ...]:
    return limits.broken(dataset.of(replace(DOMAIN, variables=(variable,)), [{variable.name: value}]))


def test_what_fits_breaks_nothing() -> None:
    assert limits.broken(dataset.of(DOMAIN, [{"USUBJID": "12345678", "AVAL": Decimal(1)}])) == ()
    assert _broken(replace(NAME, length=200), "x" * 200) == ()
    assert _broken(replace(NAME, name="A2345678", label="x" * 40)) == ()


@pytest.mark.parametrize(
    ("variable", "value", "told"),
    [
        (replace(NAME, name="A23456789"), "S-1", "found the name 'A23456789'"),
        (replace(NAME, name="1ST"), "S-1", "found the name '1ST'"),
        (replace(NAME, name="GRÖSSE"), "S-1", "found the name 'GRÖSSE'"),
        (replace(NAME, label="x" * 41), "S-1", "found a label of 41 bytes"),
        (replace(NAME, label="größe"), "S-1", "found a label of 7 bytes"),
        (replace(NAME, length=201), "S-1", "found a length of 201"),
        (NAME, "123456789", "row 1: found 9 bytes, '123456789'; allowed: at most 8"),
        (replace(NAME, length=200), "x" * 201, "row 1: found 201 bytes"),
        (NAME, "é", "row 1: found 'é'; allowed: ASCII"),
        (NAME, "ééééé", "row 1: found 10 bytes"),
    ],
)
def test_what_version_5_cannot_hold_is_told(variable: Variable, value: str, told: str) -> None:
    (line,) = _broken(variable, value)
    assert told in line


def test_every_broken_limit_is_told_at_once() -> None:
    domain = replace(DOMAIN, name="TOOLONGNAME", variables=(NAME, NAME))
    told = limits.broken(Dataset(domain, (("123456789", None),)))
    assert len(told) == 4
    assert "TOOLONGNAME" in told[0]
    assert "USUBJID twice" in told[-1]
