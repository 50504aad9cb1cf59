"""What the dates of a subject were on the day of a data cut: what comes later did not happen yet.

As pipeline.export.cut for a study of our own (docs/methods/data-cut.md).
"""

import datetime as dt
from dataclasses import replace

from pipeline.endpoint.history import LAST_ALIVE, SubjectDates


def known(dates: SubjectDates, cut: dt.date | None) -> SubjectDates:
    """Return the dates up to the cut; who died or was known alive after it was alive on it. None: all of them."""
    if cut is None:
        return dates
    later = [day for day in (dates.death, dates.last_alive) if day is not None and day > cut]
    return replace(
        dates,
        randomized=_until(dates.randomized, cut),
        embolizations=tuple(day for day in dates.embolizations if day <= cut),
        death=_until(dates.death, cut),
        last_alive=cut if later else dates.last_alive,
        last_contact=_until(dates.last_contact, cut),
        withdrawal=_until(dates.withdrawal, cut),
        therapies=tuple(therapy for therapy in dates.therapies if therapy.date <= cut),
        claims=tuple(day for day in dates.claims if day <= cut),
        alive=LAST_ALIVE if later else dates.alive,
    )


def started(dates: SubjectDates, cut: dt.date | None) -> bool:
    """Return whether a subject was in the trial on the cut; one without any start is not told apart."""
    starts = [day for day in (dates.randomized, dates.treated) if day is not None]
    return cut is None or not starts or min(starts) <= cut


def _until(day: dt.date | None, cut: dt.date) -> dt.date | None:
    return day if day is not None and day <= cut else None
