"""Endpoint rows of the golden table."""

import datetime as dt

import pytest

from pipeline.endpoint.hpfs import derive
from tests.builders import golden, histories, trials


@pytest.mark.parametrize("row", golden.cases("hpfs"))
def test_hpfs(row: dict[str, str]) -> None:
    points, visits, events = histories.course(row["course"])
    protocol = histories.changed(trials.retnet(), row["settings"])
    found = {r.paramcd: r for r in derive(histories.SUBJECT, points, visits, events, protocol)}[row["paramcd"]]
    date = histories.DAY_ZERO + dt.timedelta(days=int(row["day"])) if row["day"] else None
    assert (found.reason, found.date) == (row["reason"], date)
    assert found.cnsr == (int(row["cnsr"]) if row["cnsr"] else None)
    assert found.days == (int(row["days"]) if row["days"] else None)
    assert found.source_visit == row["visit"]
    assert found.event == (row["reason"] if row["cnsr"] == "0" else "")
