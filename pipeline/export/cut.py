"""The data cut: what an export may know, by clinical date and by moment of signature.

A cut limits clinical dates: a scan, a finding, a death, a therapy on the day of the cut is there,
one on the next day is not. As-of limits what was signed, at that very moment included. The rest is
assessed anew, so that nothing after the cut can have touched it.

What was signed later hides no older value (21 CFR 11.10; rule book, section 5, "Records").
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from pipeline.model.events import Event
from pipeline.model.lesion import Finding
from pipeline.model.visit import Visit


@dataclass(frozen=True)
class DataCut:
    """The last clinical date and the last moment of signature; None is no limit."""

    cut: dt.date | None = None
    as_of: dt.datetime | None = None

    @property
    def limited(self) -> bool:
        """Whether anything is limited."""
        return self.cut is not None or self.as_of is not None


NO_LIMITS = DataCut()
"""Everything that the study holds."""


def visits(every: Iterable[Visit], limits: DataCut) -> tuple[Visit, ...]:
    """Return the visits up to the cut; one that reaches across it keeps its scans up to the cut.

    A visit without a date cannot be placed before a cut.
    """
    kept = []
    for visit in every:
        days = tuple(day for day in visit.scan_dates if _known(day, limits))
        if _known(visit.date, limits):
            kept.append(visit)
        elif days:
            kept.append(replace(visit, scan_dates=days, date=days[-1]))
    return tuple(kept)


def findings(every: Iterable[Finding], limits: DataCut, kept: Sequence[Visit] = ()) -> tuple[Finding, ...]:
    """Return the findings of scans up to the cut that name a kept visit or none."""
    names = {visit.name for visit in kept}
    return tuple(f for f in every if f.visit in names | {""} and (_known(f.date, limits) or f.date is None))


def signed(reads: Iterable[Finding], limits: DataCut) -> tuple[Finding, ...]:
    """Return the reads that were signed by the as-of moment."""
    return tuple(
        read for read in reads if limits.as_of is None or read.signed_at is None or read.signed_at <= limits.as_of
    )


def events(every: Iterable[Event], limits: DataCut) -> tuple[Event, ...]:
    """Return the events up to the cut."""
    return tuple(event for event in every if _known(event.date, limits))


def _known(day: dt.date | None, limits: DataCut) -> bool:
    return limits.cut is None or (day is not None and day <= limits.cut)
