"""Endpoint rows of the golden tables."""

import datetime as dt

import pytest

from pipeline.endpoint.hpfs import derive_all
from pipeline.model.endpoint import EndpointRow, Interval
from tests.builders import golden, histories, trials


def _found(row: dict[str, str]) -> EndpointRow | None:
    points, visits, events = histories.course(row["course"])
    protocol = histories.changed(trials.retnet(), row["settings"])
    return {r.paramcd: r for r in derive_all(histories.SUBJECT, points, visits, events, protocol)}.get(row["paramcd"])


def _day(cell: str) -> dt.date | None:
    return histories.DAY_ZERO + dt.timedelta(days=int(cell)) if cell else None


def _same(found: EndpointRow | None, row: dict[str, str]) -> None:
    assert (found is None) == (row["reason"] == "no row")
    if found is None:
        return
    assert (found.reason, found.date) == (row["reason"], _day(row["day"]))
    assert found.cnsr == (int(row["cnsr"]) if row["cnsr"] else None)
    assert found.days == (int(row["days"]) if row["days"] else None)
    assert found.source_visit == row["visit"]
    assert found.event == (row["reason"] if row["cnsr"] == "0" else "")


@pytest.mark.parametrize("row", golden.cases("hpfs"))
def test_hpfs(row: dict[str, str]) -> None:
    _same(_found(row), row)


@pytest.mark.parametrize("row", golden.cases("endpoints"))
def test_other_parameters_and_intervals(row: dict[str, str]) -> None:
    found = _found(row)
    _same(found, row)
    left = _day(row["left"])
    assert (None if found is None else found.interval) == (None if left is None else Interval(left, _day(row["right"])))
