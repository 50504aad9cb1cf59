"""What is left of a study up to a cut and as of a moment; signed reads are only ever added to."""

import datetime as dt
from dataclasses import replace

import pytest

from pipeline.export import cut
from pipeline.export.cut import NO_LIMITS, DataCut
from pipeline.model import signatures
from pipeline.model.errors import InputError
from pipeline.model.events import Event, EventKind
from pipeline.model.visit import Visit
from tests.builders import histories

VISITS, FINDINGS = histories.lesions("T1=100 | T1=60 | T1=80")
BASELINE, W12, W24 = (visit.date for visit in VISITS)
SIGNED = dt.datetime(2024, 4, 1, 12, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("day", "names"),
    [
        (W24, ["BASELINE", "W12", "W24"]),
        (W24 - dt.timedelta(days=1), ["BASELINE", "W12"]),
        (W12, ["BASELINE", "W12"]),
        (BASELINE - dt.timedelta(days=1), []),
    ],
)
def test_a_scan_on_the_day_of_the_cut_is_there(day: dt.date, names: list[str]) -> None:
    limits = DataCut(cut=day)
    kept = cut.visits(VISITS, limits)
    assert [visit.name for visit in kept] == names
    assert [finding.visit for finding in cut.findings(FINDINGS, limits, kept)] == names


def test_a_visit_across_the_cut_keeps_its_scans_up_to_it() -> None:
    days = (W12, W12 + dt.timedelta(days=3))
    visit = Visit("S-001", "W12", days[1], days)
    (kept,) = cut.visits([visit], DataCut(cut=W12))
    assert (kept.date, kept.scan_dates) == (W12, (W12,))
    late = replace(FINDINGS[1], date=days[1])
    assert cut.findings([FINDINGS[1], late], DataCut(cut=W12), [kept]) == (FINDINGS[1],)


def test_a_visit_without_a_date_cannot_be_placed_before_a_cut() -> None:
    visit = Visit("S-001", "W12", None, ())
    assert cut.visits([visit], DataCut(cut=W12)) == ()
    assert cut.visits([visit], NO_LIMITS) == (visit,)


def test_events_up_to_the_cut() -> None:
    events = [Event("S-001", EventKind.DEATH, W12 + dt.timedelta(days=n)) for n in (0, 1)]
    assert cut.events(events, DataCut(cut=W12)) == (events[0],)
    assert cut.events(events, DataCut(as_of=SIGNED)) == tuple(events)


def test_a_read_signed_at_that_very_moment_is_there() -> None:
    reads = [replace(FINDINGS[0], signed_at=SIGNED + dt.timedelta(seconds=n)) for n in (-1, 0, 1)]
    assert cut.signed(reads, DataCut(as_of=SIGNED)) == tuple(reads[:2])
    assert cut.signed(reads, NO_LIMITS) == tuple(reads)


def test_reads_are_added_once() -> None:
    first = replace(FINDINGS[0], signed_at=SIGNED)
    later = replace(FINDINGS[0], signed_at=SIGNED + dt.timedelta(days=1), segment="VIII")
    assert signatures.unrecorded([first], [later, first, later]) == (later,)
    assert signatures.unrecorded([first, later], []) == ()


def test_a_read_cannot_be_altered_under_its_signature() -> None:
    first = replace(FINDINGS[0], signed_at=SIGNED)
    with pytest.raises(InputError, match=r"T1 of S-001 at BASELINE by R1.*A correction is a new signing"):
        signatures.unrecorded([first], [replace(first, segment="VIII")])
