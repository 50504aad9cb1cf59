"""Which response decides the endpoint, which time points are adequate, and the first progression.

Date of progression (FDA 2007, S16; rule book, section 4): a new lesion dates to the first
scan that shows it, target progression to the last target scan of its time point,
non-target progression to the scan showing it. The date comes with the response.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.model.protocol import Protocol
from pipeline.model.response import Explained, Response, TimePoint
from pipeline.model.visit import BASELINE, Visit


@dataclass(frozen=True)
class Assessment:
    """A time point reduced to what the endpoint needs.

    date: of the progression, if the response is PD, else of the visit's last scan.
    adequate: the response is not NE, and the visit was completed or a reader signed it.
    """

    timepoint: TimePoint
    response: Response
    date: dt.date
    adequate: bool


def deciding(timepoint: TimePoint, protocol: Protocol) -> Explained:
    """Return the response that decides: the protocol's scope and primary criterion."""
    if protocol.endpoint.scope == "whole-body":
        return timepoint.overall_recist11
    return timepoint.hepatic_mrecist if protocol.criteria.primary == "mrecist" else timepoint.hepatic_recist11


def baseline_is_complete(timepoints: Sequence[TimePoint], protocol: Protocol) -> bool:
    """Whether there is a baseline and its response is not NE."""
    first = next((tp for tp in timepoints if tp.visit == BASELINE), None)
    return first is not None and deciding(first, protocol).response is not Response.NE


def after_baseline(
    timepoints: Sequence[TimePoint], visits: Sequence[Visit], protocol: Protocol
) -> tuple[Assessment, ...]:
    """Return the time points after baseline in date order."""
    baseline = next((tp.date for tp in timepoints if tp.visit == BASELINE), None)
    completed = {visit.name: visit.completed for visit in visits}
    found = []
    for timepoint in sorted(timepoints, key=lambda tp: tp.date):
        if timepoint.visit == BASELINE or (baseline is not None and timepoint.date < baseline):
            continue
        said = deciding(timepoint, protocol)
        date = said.date if said.response is Response.PD and said.date is not None else timepoint.date
        seen = completed.get(timepoint.visit, True) or timepoint.reader != ""
        adequate = said.response is not Response.NE and seen
        found.append(Assessment(timepoint, said.response, date, adequate))
    return tuple(found)


def first(assessments: Sequence[Assessment]) -> Assessment | None:
    """Return the first progression by its date; None without one."""
    progressed = (item for item in assessments if item.response is Response.PD)
    return min(progressed, key=lambda item: item.date, default=None)


def last_adequate(assessments: Sequence[Assessment], until: dt.date) -> Assessment | None:
    """Return the last adequate time point whose last scan is not after a day; None without one."""
    fit = [item for item in assessments if item.adequate and item.timepoint.date <= until]
    return fit[-1] if fit else None
