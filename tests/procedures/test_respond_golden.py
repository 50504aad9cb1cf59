"""The golden histories as TU and TR give the golden responses, in any order of rows and in cm."""

from decimal import Decimal
from pathlib import Path
from random import Random

import pytest

from pipeline.assess import registry
from pipeline.model.scope import Scope
from pipeline.model.standard_protocol import STANDARD
from pipeline.procedures import respond as responding
from tests.builders import golden, histories
from tests.builders import tumor_tables as tables
from tests.builders.respond import overall, read, rs
from tests.builders.tumor_tables import Rows


def sayable(name: str) -> list[object]:
    """The golden rows that tables can say; a missing phase (!) is not in them."""
    cases = [case.values[0] for case in golden.cases(name)]
    kept = [row for row in cases if "!" not in row["history"] and tables.of_history(row["history"]) is not None]
    assert len(kept) > 0.85 * len(cases)
    return [pytest.param(row, id=row["case"]) for row in kept]


def answers(folder: Path, row: dict[str, str], criterion: str, scope: Scope) -> Rows:
    made = tables.of_history(row["history"])
    assert made is not None
    paths = [tables.write(made[0], folder / "TU.csv"), tables.write(made[1], folder / "TR.csv")]
    protocol = histories.changed(STANDARD, row["settings"])
    responding.respond(
        responding.Order(paths[0], paths[1], registry.get(criterion), scope, protocol), folder / "RS.csv"
    )
    return read(folder)


@pytest.mark.parametrize("row", sayable("recist11"))
def test_golden_histories_as_tables_give_the_golden_responses(tmp_path: Path, row: dict[str, str]) -> None:
    rows = answers(tmp_path, row, "recist11", Scope.WHOLE_BODY)
    tests = [("target", "TRGRESP"), ("overall", "OVRLRESP")]
    tests += [("non_target", "NTRGRESP")] if "NT" in row["history"] else []
    for column, test in tests:
        assert overall(rows, test) == [answer for answer in golden.split(row[column]) if answer]
    assert ("NTRGRESP" in {said["RSTESTCD"] for said in rows}) == ("NT" in row["history"])
    in_liver = answers(tmp_path, row, "recist11", Scope.LIVER)
    assert overall(in_liver) == golden.split(row["hepatic"])


@pytest.mark.parametrize("row", sayable("mrecist"))
def test_golden_mrecist_histories_as_tables_give_the_golden_responses(tmp_path: Path, row: dict[str, str]) -> None:
    rows = answers(tmp_path, row, "mrecist", Scope.LIVER)
    assert overall(rows) == golden.split(row["hepatic_mrecist"])


def together() -> tuple[Rows, Rows]:
    """Every golden history as a subject of its own, in one trial."""
    of_tu: Rows = []
    of_tr: Rows = []
    for number, case in enumerate(sayable("recist11")):
        made = tables.of_history(case.values[0]["history"])
        assert made is not None
        for rows, found in zip((of_tu, of_tr), made, strict=True):
            rows += [row | {"USUBJID": f"S-{number:03d}"} for row in found]
    return of_tu, of_tr


def in_centimeters(row: dict[str, str]) -> dict[str, str]:
    if row["TRSTRESU"] != "mm":
        return row
    value = f"{Decimal(row['TRSTRESN']) / 10:f}"
    same = dict.fromkeys(("TRORRES", "TRSTRESC", "TRSTRESN"), value)
    return row | same | {"TRORRESU": "cm", "TRSTRESU": "cm"}


def test_neither_the_order_of_rows_nor_the_unit_changes_a_response(tmp_path: Path) -> None:
    of_tu, of_tr = together()
    expected = rs(tmp_path, of_tu, of_tr)
    assert len(expected) > 500
    random = Random(5)
    for seed in range(3):
        random.shuffle(of_tu)
        random.shuffle(of_tr)
        made = of_tr if seed else [in_centimeters(row) for row in of_tr]
        assert rs(tmp_path, of_tu, made) == expected
