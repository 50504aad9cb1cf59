"""Growth in a lobe before its first session is flagged."""

import datetime as dt
from dataclasses import replace

import pytest

from pipeline.assess import staged, timepoints
from pipeline.model.events import Event, EventKind
from pipeline.model.flags import Flag
from tests.builders import histories, trials

STAGED = "0:right lobe 100:left lobe"


def flagged(text: str, sessions: str, places: dict[str, str], settings: str = "") -> list[str]:
    """The visits that are flagged; sessions are `day:detail` pairs, places the segments of lesions."""
    visits, findings = histories.lesions(text)
    findings = tuple(replace(f, segment=places.get(f.lesion, "")) for f in findings)
    events = []
    for session in sessions.replace(" lobe", "").split():
        day, _, detail = session.partition(":")
        date = histories.DAY_ZERO + dt.timedelta(days=int(day))
        events.append(Event(histories.SUBJECT, EventKind.EMBOLIZATION, date, detail))
    events.append(Event(histories.SUBJECT, EventKind.OTHER_THERAPY, histories.DAY_ZERO, "left lobe"))
    protocol = histories.changed(trials.retnet(), settings)
    points = timepoints.assess(histories.SUBJECT, visits, findings, {}, protocol)
    found = staged.flag(points, visits=visits, findings=findings, burdens={}, events=events, protocol=protocol)
    return [point.visit for point in found if Flag.STAGED_GROWTH in point.flags]


GROWING = "T1=30 T2=30 | T1=30 T2=60"
"""T2 doubles at W12 (day 84): the sum grows from 60 to 90 mm."""


@pytest.mark.parametrize(
    ("sessions", "places", "visits"),
    [
        (STAGED, {"T1": "right lobe", "T2": "left lobe"}, ["W12"]),
        (STAGED, {"T1": "VI", "T2": "III"}, ["W12"]),
        (STAGED, {"T1": "left lobe", "T2": "right lobe"}, []),
        (STAGED, {"T1": "right lobe", "T2": ""}, []),
        (STAGED, {"T1": "right lobe", "T2": "IV-V"}, []),
        ("0:right 85:left", {"T1": "right lobe", "T2": "left lobe"}, ["W12"]),
        ("0:right 84:left", {"T1": "right lobe", "T2": "left lobe"}, []),
        ("0:right 50:left 100:left", {"T1": "right lobe", "T2": "left lobe"}, []),
        ("100:left 0:right", {"T1": "right lobe", "T2": "left lobe"}, ["W12"]),
        ("0:right", {"T1": "right lobe", "T2": "left lobe"}, []),
        ("0:bilobar", {"T1": "right lobe", "T2": "left lobe"}, []),
        ("0: 100:", {"T1": "right lobe", "T2": "left lobe"}, []),
        ("90:right 100:left", {"T1": "right lobe", "T2": "left lobe"}, []),
    ],
)
def test_progression_that_needs_the_waiting_lobe_is_flagged(
    sessions: str, places: dict[str, str], visits: list[str]
) -> None:
    assert flagged(GROWING, sessions, places) == visits


def test_progression_in_both_lobes_is_not_flagged() -> None:
    places = {"T1": "right lobe", "T2": "left lobe"}
    assert flagged("T1=30 T2=30 | T1=60 T2=60", STAGED, places) == []


def test_stable_visit_and_visit_after_the_session_are_not_flagged() -> None:
    places = {"T1": "right lobe", "T2": "left lobe"}
    assert flagged("T1=30 T2=30 | T1=30 T2=30 | T1=30 T2=60", STAGED, places) == []


def test_new_lesion_in_the_waiting_lobe_is_flagged() -> None:
    assert flagged("T1=30 | T1=30 NL1=12", STAGED, {"T1": "right lobe", "NL1": "left lobe"}) == ["W12"]


def test_the_primary_criterion_decides() -> None:
    text = "T1=30/30 T2=30/20 | T1=30/30 T2=30/60"
    places = {"T1": "right lobe", "T2": "left lobe"}
    assert flagged(text, STAGED, places) == []
    assert flagged(text, STAGED, places, "criteria.primary=mrecist") == ["W12"]
