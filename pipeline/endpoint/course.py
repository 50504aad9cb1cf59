"""The course of one subject on one clock: what the conditions and dates of a rule set look at."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.endpoint.history import Assessment, ResponseHistory, Therapy
from pipeline.model.events import EventKind
from pipeline.model.protocol import Endpoint, Schedule
from pipeline.model.response import Response


@dataclass(frozen=True)
class End:
    """A progression or a death: its date, and the visit that shows it (none: death or a claim)."""

    date: dt.date
    assessment: Assessment | None = None
    is_death: bool = False


@dataclass(frozen=True)
class Course:
    """A history from the start of a clock on.

    start: day 1. day_zero: of the scan schedule. assessments: those on or after the start,
    in date order. therapy: the first intercurrent one on or after the start. death_counts:
    whether death ends the course. cut: no date may lie after it. sums_scheduled: a progression by
    the sum of targets takes the scheduled visit after its scans.
    """

    history: ResponseHistory
    start: dt.date
    day_zero: dt.date
    assessments: tuple[Assessment, ...]
    therapy: Therapy | None
    claims: tuple[dt.date, ...]
    death_counts: bool
    schedule: Schedule
    missed_limit_days: int
    cut: dt.date | None = None
    sums_scheduled: bool = False

    @property
    def death(self) -> dt.date | None:
        """The date of death."""
        return self.history.dates.death

    @property
    def withdrawal(self) -> dt.date | None:
        """The date of withdrawal."""
        return self.history.dates.withdrawal

    @property
    def progression(self) -> End | None:
        """The first progression by its date, seen or claimed, unless death came before."""
        shown = [End(max(a.event_date, self.start), a) for a in self.assessments if a.response is Response.PD]
        claimed = [End(date) for date in self.claims]
        first = min([*shown, *claimed], key=lambda end: end.date, default=None)
        return None if first is None or (self.death is not None and self.death < first.date) else first

    @property
    def end(self) -> End | None:
        """The earlier of progression and death, where death counts; on one day it is progression."""
        if self.progression is not None:
            return self.progression
        return End(self.death, is_death=True) if self.death is not None and self.death_counts else None

    def last_adequate(self, until: dt.date | None = None, but: Assessment | None = None) -> Assessment | None:
        """Return the last adequate visit whose last scan is not after a day; None without one."""
        fit = [a for a in self.assessments if a.adequate and a is not but and (until is None or a.date <= until)]
        return fit[-1] if fit else None

    def last_before(self, end: End) -> Assessment | None:
        """Return the last adequate visit before an end, which is not the visit that shows it."""
        return self.last_adequate(end.date, end.assessment)

    def missed_before(self, end: End) -> bool:
        """Whether more days than the protocol allows lie between an end and the last adequate visit.

        2 x 84 + 14 = 182 days (rule book, section 4). Without an adequate visit the days
        count from day zero of the schedule, so that all clocks agree [D].
        """
        last = self.last_before(end)
        since = max(self.start, self.day_zero) if last is None else last.date
        return (end.date - since).days > self.missed_limit_days


def follow(
    history: ResponseHistory,
    start: dt.date,
    *,
    schedule: Schedule,
    endpoint: Endpoint,
    death_counts: bool,
    cut: dt.date | None = None,
) -> Course:
    """Return the course from a start on.

    Another therapy counts from the start on; a further embolization is protocol treatment
    and no therapy; what the protocol does not list as intercurrent is background.
    """
    dates = history.dates
    anchor = dates.randomized if schedule.anchor is EventKind.RANDOMIZED else dates.treated
    return Course(
        history=history,
        start=start,
        day_zero=anchor or start,
        assessments=_since(history.followed, start),
        therapy=first_therapy(dates.therapies, start, endpoint),
        claims=tuple(date for date in dates.claims if date >= start),
        death_counts=death_counts,
        schedule=schedule,
        missed_limit_days=endpoint.max_missed_visits * schedule.every_days + schedule.window_days,
        cut=cut,
        sums_scheduled=endpoint.target_progression == "scheduled",
    )


def without_claims(course: Course) -> Course:
    """Return the course as it is where claims do not count."""
    return replace(course, claims=())


def without_staged(course: Course) -> Course:
    """Return the course as it is where growth in a lobe before its first session is no progression but stable."""
    kept = (replace(a, response=Response.SD) if a.staged else a for a in course.assessments)
    return replace(course, assessments=tuple(kept))


def first_therapy(therapies: Sequence[Therapy], start: dt.date, endpoint: Endpoint) -> Therapy | None:
    """Return the first intercurrent therapy on or after the start."""
    intercurrent = [therapy for therapy in therapies if therapy.kind in endpoint.intercurrent and therapy.date >= start]
    return min(intercurrent, key=lambda therapy: therapy.date, default=None)


def _since(followed: Sequence[Assessment], start: dt.date) -> tuple[Assessment, ...]:
    return tuple(assessment for assessment in followed if assessment.date >= start)
