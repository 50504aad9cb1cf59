"""Which findings count: a signed read above a proposal, the newest signing above older ones."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from pipeline.assess.accepted import choose, placed
from pipeline.model.errors import InputError
from pipeline.model.lesion import Finding, Role, Source, State
from pipeline.model.visit import Visit

DAY = dt.date(2024, 1, 1)
VISITS = (
    Visit("S-001", "BASELINE", DAY, (DAY - dt.timedelta(days=2), DAY)),
    Visit("S-001", "W12", DAY + dt.timedelta(days=84), (DAY + dt.timedelta(days=84),)),
)
PROPOSED = Finding("S-001", "BASELINE", DAY, "T01", Role.TARGET, State.PRESENT, long_axis_mm=Decimal("23.4"))


def signed(length: str, hour: int, reader: str = "R1", **changes: object) -> Finding:
    read = replace(
        PROPOSED,
        long_axis_mm=Decimal(length),
        source=Source.SIGNED,
        reader=reader,
        signed_at=dt.datetime(2024, 1, 5, hour, tzinfo=dt.UTC),
    )
    return replace(read, **changes)


def test_proposal_without_read_is_accepted_as_it_is() -> None:
    assert choose([PROPOSED], [], VISITS) == (replace(PROPOSED, accepted=True),)


def test_signed_read_stands_above_the_proposal_of_its_lesion_and_visit() -> None:
    other = replace(PROPOSED, lesion="T02")
    accepted = choose([PROPOSED, other], [signed("24.1", 9)], VISITS)
    assert [(f.lesion, f.long_axis_mm, f.source) for f in accepted] == [
        ("T01", Decimal("24.1"), Source.SIGNED),
        ("T02", Decimal("23.4"), Source.PROPOSED),
    ]
    assert all(f.accepted for f in accepted)


def test_newest_signing_wins_whatever_the_order_and_the_reader() -> None:
    reads = [signed("25", 11, "R1"), signed("24", 9, "R2"), signed("23", 10, "R3")]
    for order in (reads, reads[::-1]):
        (accepted,) = choose([PROPOSED], order, VISITS)
        assert (accepted.long_axis_mm, accepted.reader) == (Decimal(25), "R1")


def test_read_that_names_its_date_only_meets_the_visit_scanned_on_it() -> None:
    read = signed("24.1", 9, visit="", date=DAY - dt.timedelta(days=2))
    (accepted,) = choose([PROPOSED], [read], VISITS)
    assert (accepted.visit, accepted.date, accepted.long_axis_mm) == ("BASELINE", read.date, Decimal("24.1"))


def test_signed_lesion_without_proposal_enters() -> None:
    accepted = choose([PROPOSED], [signed("30", 9, lesion="NT01", role=Role.NON_TARGET)], VISITS)
    assert [f.lesion for f in accepted] == ["NT01", "T01"]


@pytest.mark.parametrize(
    "changes", [{"visit": "W99"}, {"visit": "", "date": dt.date(2023, 5, 5)}, {"subject": "S-999"}]
)
def test_read_of_no_visit_is_refused_with_the_visits_there_are(changes: dict[str, object]) -> None:
    with pytest.raises(InputError, match=r"Read of T01 of S-\d+: visit .* is unknown; visits are (BASELINE|none)"):
        choose([], [signed("24", 9, **changes)], VISITS)


def test_two_proposals_for_one_lesion_and_visit_are_refused() -> None:
    with pytest.raises(InputError, match="S-001, BASELINE: two proposals for lesion T01"):
        choose([PROPOSED, PROPOSED], [], VISITS)


def test_without_visits_reads_and_proposals_meet_by_date() -> None:
    nameless = replace(PROPOSED, visit="")
    assert len(choose([nameless], [signed("24", 9, visit="")])) == 1
    assert placed([nameless], ()) == (nameless,)


def test_a_read_without_a_signing_moment_is_the_oldest() -> None:
    unknown = replace(signed("24.1", 9), signed_at=None)
    for reads in ([unknown, signed("25.0", 8)], [signed("25.0", 8), unknown]):
        assert [finding.long_axis_mm for finding in choose([], reads, VISITS)] == [Decimal("25.0")]
