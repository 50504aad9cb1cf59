"""Whose a fault is, and that nothing wrong with a subject waits for the next run."""

from collections.abc import Collection

import pytest

from pipeline.model.errors import InputError
from pipeline.store.faults import Faults, FaultsError


def test_all_rows_that_contradict_each_other_are_named() -> None:
    rows = {"TR.csv row 2": 50, "TR.csv row 3": -1, "TR.csv row 4": 30, "TR.csv row 5": -2}

    def added(without: Collection[str]) -> int:
        for place, value in rows.items():
            if value < 0 and place not in without:
                raise InputError(f"{place}, column V: found '{value}'; allowed: 0 or more")
        return sum(value for place, value in rows.items() if place not in without)

    faults = Faults()
    assert faults.tried("S-1", added) is None
    assert [(fault.row, fault.subject) for fault in faults.all] == [(3, "S-1"), (5, "S-1")]
    assert faults.tried("S-2", lambda _without: 7) == 7
    assert faults.subjects == ("S-1",)


def test_what_names_no_row_is_tried_once() -> None:
    faults = Faults()

    def fail(_without: Collection[str]) -> None:
        raise InputError("S-1: two baselines")

    assert faults.tried("S-1", fail) is None
    assert [fault.message for fault in faults.all] == ["S-1: two baselines"]


def test_a_slipped_row_is_the_subjects_that_another_table_knows() -> None:
    faults = Faults()
    faults.part().claim(InputError("ADSL.csv row 4: found 6 cells; allowed: 8"), "S-1")
    with pytest.raises(FaultsError):
        faults.check()
    faults.part().know(["S-1"])
    faults.check()
    assert [fault.subject for fault in faults.all] == ["S-1"]
    assert faults.of("S-1", "ADSL.csv")
    assert not faults.of("S-1", "RS.csv")


def test_a_part_knows_its_own_faults_alone() -> None:
    faults = Faults()
    one, other = faults.part(), faults.part()
    one.add(InputError("RS.csv row 2, column RSDTC: found ''; allowed: a date"), "S-1")
    assert (one.subjects, other.subjects, faults.subjects) == (("S-1",), (), ("S-1",))
