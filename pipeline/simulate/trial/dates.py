"""Calendar dates of a simulated subject; the first randomization may be on 2024-01-01."""

import datetime as dt
from dataclasses import dataclass
from math import ceil

from pipeline.simulate.trial.latent import Latent

FIRST_DAY = dt.date(2024, 1, 1)


@dataclass(frozen=True)
class Dates:
    """The dates of ADSL; None where it did not happen or nobody knows."""

    randomized: dt.date
    treated: dt.date | None
    died: dt.date | None
    last_alive: dt.date
    new_therapy: dt.date | None


def of(course: Latent) -> Dates:
    """Return the dates of a course.

    last_alive is the day of death where that is known, else the end of follow-up. A therapy
    after the end of follow-up or after death is not known.
    """
    died, end = course.death_day, course.ends_days
    last = end if died is None else died
    therapy = ceil(course.therapy_days) if course.therapy_days < last else None
    return Dates(
        randomized=date(course, 0),
        treated=None if course.treated_days is None else date(course, course.treated_days),
        died=None if died is None else date(course, died),
        last_alive=date(course, last),
        new_therapy=None if therapy is None else date(course, therapy),
    )


def date(course: Latent, day: int) -> dt.date:
    """Return the date of a day from randomization."""
    return FIRST_DAY + dt.timedelta(days=course.randomized_on + day)
