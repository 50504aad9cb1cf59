"""The course of one subject on one clock: its start, assessments, death, therapy, withdrawal."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.endpoint import progression
from pipeline.endpoint.progression import Assessment
from pipeline.model.errors import InputError
from pipeline.model.events import Event, EventKind
from pipeline.model.protocol import Protocol
from pipeline.model.response import TimePoint
from pipeline.model.visit import Visit


@dataclass(frozen=True)
class Course:
    """What the censoring rules look at.

    start: day 1 of the clock. due_from: day zero of the scan schedule on this clock, from
    which missed visits count while there is no adequate assessment. assessments: those on
    or after the start, in date order. Dates are None where nothing happened.
    """

    protocol: Protocol
    start: dt.date
    due_from: dt.date
    baseline_complete: bool
    assessments: tuple[Assessment, ...]
    death: dt.date | None
    therapy: Event | None
    withdrawal: dt.date | None
    last_contact: dt.date | None

    @property
    def progression(self) -> Assessment | None:
        """The first progression, unless death came before."""
        found = progression.first(self.assessments)
        return None if found is None or (self.death is not None and self.death < found.date) else found

    @property
    def missed_limit_days(self) -> int:
        """From how many days on, exclusive, visits count as missed: 2 x 84 + 14 = 182."""
        schedule = self.protocol.schedule
        return self.protocol.endpoint.max_missed_visits * schedule.every_days + schedule.window_days


def follow(
    start: dt.date,
    timepoints: Sequence[TimePoint],
    visits: Sequence[Visit],
    events: Sequence[Event],
    protocol: Protocol,
) -> Course:
    """Return the course of the subject these belong to, on the clock that starts at `start`.

    Another therapy counts from the start on; a further embolization is protocol treatment
    and no therapy event; surgery counts only where the protocol lists it.

    Raises:
        InputError: death precedes the start, or a scan follows death.
    """
    death = first_date(events, EventKind.DEATH)
    after = progression.after_baseline(timepoints, visits, protocol)
    _check_order(start, death, timepoints)
    therapies = [e for e in events if e.kind in protocol.endpoint.intercurrent and e.date >= start]
    return Course(
        protocol=protocol,
        start=start,
        due_from=max(start, first_date(events, protocol.schedule.anchor) or start),
        baseline_complete=progression.baseline_is_complete(timepoints, protocol),
        assessments=tuple(item for item in after if item.timepoint.date >= start),
        death=death,
        therapy=min(therapies, key=lambda event: event.date, default=None),
        withdrawal=first_date(events, EventKind.WITHDRAWAL),
        last_contact=first_date(events, EventKind.LAST_CONTACT),
    )


def first_date(events: Sequence[Event], kind: EventKind) -> dt.date | None:
    """Return the first date of an event kind; None where it did not happen."""
    return min((event.date for event in events if event.kind is kind), default=None)


def _check_order(start: dt.date, death: dt.date | None, timepoints: Sequence[TimePoint]) -> None:
    if death is None:
        return
    last = max((tp.date for tp in timepoints), default=death)
    if death < start or last > death:
        what = f"the start {start}" if death < start else f"a scan on {last}"
        raise InputError(f"Death on {death} precedes {what}; expected it afterwards. Correct the events table.")
