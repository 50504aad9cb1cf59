"""Which images a visit is read on: the baseline's phase is locked for all that follow."""

import datetime as dt

import pytest

from pipeline.ingest import geometry
from pipeline.model.catalog import PhaseCall, Volume
from pipeline.model.events import Event, EventKind
from pipeline.model.flags import Flag
from pipeline.model.image import Modality, Phase
from pipeline.procedures.propose import visits
from pipeline.procedures.values import Decoded, DecodedDate, SubjectInput
from tests.builders import trials
from tests.builders.dicom_series import headers

ANCHOR = dt.date(2024, 3, 5)
FIRST, LATER = ANCHOR - dt.timedelta(days=10), ANCHOR + dt.timedelta(days=84)


def volume(day: dt.date, phase: Phase) -> Volume:
    slices = tuple(headers(10, subject="S-001", study_date=day))
    name = f"{day} {phase.value}"
    return Volume(
        name, "S-001", day, Modality.CT, "1.2", "1", slices, geometry.grid(slices), phase=PhaseCall(phase, 0.9)
    )


def references(first: list[Phase], later: list[Phase]) -> list[tuple[Phase, bool]]:
    """Return of baseline and follow-up the phase that is read, and whether that is flagged as a switch."""
    scans = {FIRST: [volume(FIRST, phase) for phase in first], LATER: [volume(LATER, phase) for phase in later]}
    decoded = [DecodedDate(day, tuple(Decoded(each, each.id) for each in scan)) for day, scan in scans.items()]
    every = tuple(each for scan in scans.values() for each in scan)
    subject = SubjectInput("S-001", every, "", (Event("S-001", EventKind.EMBOLIZATION, ANCHOR),))
    named = visits.name_visits(subject, decoded, trials.retnet())
    return [(each.reference.volume.phase.phase, Flag.PHASE_SWITCH in each.flags) for each in named if each.reference]


@pytest.mark.parametrize(
    ("first", "later", "read"),
    [
        ([Phase.ARTERIAL, Phase.PORTAL_VENOUS], [Phase.ARTERIAL, Phase.PORTAL_VENOUS], Phase.PORTAL_VENOUS),
        ([Phase.ARTERIAL], [Phase.ARTERIAL, Phase.PORTAL_VENOUS], Phase.ARTERIAL),
        ([Phase.DELAYED], [Phase.ARTERIAL, Phase.PORTAL_VENOUS, Phase.DELAYED], Phase.DELAYED),
    ],
)
def test_the_phase_of_baseline_is_locked(first: list[Phase], later: list[Phase], read: Phase):
    assert references(first, later) == [(read, False), (read, False)]


def test_a_follow_up_without_that_phase_is_read_on_another_and_flagged():
    assert references([Phase.ARTERIAL], [Phase.PORTAL_VENOUS]) == [(Phase.ARTERIAL, False), (Phase.PORTAL_VENOUS, True)]
