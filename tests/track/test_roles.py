"""Roles and names at baseline, from the golden table roles.csv."""

import csv
from decimal import Decimal
from itertools import groupby
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.model import flags
from pipeline.model.lesion import Organ, Role
from pipeline.model.protocol import Targets
from pipeline.track import names, roles

with (Path(__file__).parents[1] / "golden" / "roles.csv").open(encoding="utf-8", newline="") as table:
    CASES = {case: list(rows) for case, rows in groupby(csv.DictReader(table), key=lambda row: row["case"])}


def _candidate(row: dict[str, str]) -> roles.BaselineLesion:
    return roles.BaselineLesion(
        key=row["candidate"],
        long_axis_mm=Decimal(row["long_mm"]),
        short_axis_mm=Decimal(row["short_mm"]),
        slice_mm=Decimal(row["slice_mm"]),
        organ=Organ(row["organ"]),
        confidence=float(row["confidence"]),
        name=row["given"],
    )


@pytest.mark.parametrize("case", CASES)
def test_golden_table(case: str) -> None:
    rows = CASES[case]
    found = roles.assign([_candidate(row) for row in rows], Targets())
    answers = {a.key: (a.name, a.role.value, flags.text(a.flags)) for a in found}
    expected = {row["candidate"]: (row["name"], row["role"], row["flags"]) for row in rows if row["name"]}
    assert answers == expected


def test_limits_are_the_protocols() -> None:
    five = [
        roles.BaselineLesion(str(n), Decimal(30 - n), Decimal(10), Decimal("2.5"), confidence=1.0) for n in range(5)
    ]
    found = roles.assign(five, Targets(max_per_organ=5))
    assert [a.role for a in found] == [Role.TARGET] * 5


@pytest.mark.parametrize("changed", [{"key": "a"}, {"name": "T01"}])
def test_repeated_key_or_name_is_refused(changed: dict) -> None:
    pair = [
        roles.BaselineLesion("a", Decimal(20), Decimal(10), Decimal(2), name="T01"),
        roles.BaselineLesion(
            **{"key": "b", "name": "T02", **changed},
            long_axis_mm=Decimal(20),
            short_axis_mm=Decimal(9),
            slice_mm=Decimal(2),
        ),
    ]
    with pytest.raises(ValueError, match="expected one each"):
        roles.assign(pair, Targets())


CANDIDATES = st.lists(
    st.builds(
        roles.BaselineLesion,
        key=st.uuids().map(str),
        long_axis_mm=st.decimals(1, 150, places=1),
        short_axis_mm=st.decimals(1, 150, places=1),
        slice_mm=st.sampled_from([Decimal("2.5"), Decimal(5), Decimal(8)]),
        organ=st.sampled_from(Organ),
        confidence=st.floats(0, 1),
    ),
    max_size=12,
    unique_by=lambda c: c.key,
)


@settings(deadline=None)
@given(CANDIDATES, st.randoms())
def test_order_does_not_matter_names_are_unique_and_limits_hold(found: list, shuffle: object) -> None:
    targets = Targets()
    first = roles.assign(found, targets)
    shuffled = list(found)
    shuffle.shuffle(shuffled)  # type: ignore[attr-defined]
    assert roles.assign(shuffled, targets) == first
    assert len({a.name for a in first}) == len(first)
    chosen = [a.key for a in first if a.role is Role.TARGET]
    organs = [c.organ for c in found if c.key in chosen]
    assert len(chosen) <= targets.max_total
    assert all(organs.count(organ) <= targets.max_per_organ for organ in Organ)


@pytest.mark.parametrize(
    ("name", "role"),
    [("T01", Role.TARGET), ("NT12", Role.NON_TARGET), ("NL01", Role.NEW), ("T1", None), ("tumor", None), ("", None)],
)
def test_role_is_read_from_a_name(name: str, role: Role | None) -> None:
    assert names.role_of(name) is role


def test_gaps_in_names_are_not_filled() -> None:
    assert names.following(Role.NEW, ["NL01", "NL04", "T09"]) == "NL05"
    assert names.following(Role.NEW, []) == "NL01"
