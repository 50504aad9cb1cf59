"""Volumes to visits: scans get the names that the protocol's schedule gives them."""

import datetime as dt
from collections.abc import Iterable, Sequence

from pipeline.ingest import checks
from pipeline.model import visit_name
from pipeline.model.catalog import Volume
from pipeline.model.events import Event, EventKind
from pipeline.model.flags import Flag, Flags, ordered
from pipeline.model.protocol import Protocol, Schedule
from pipeline.model.terms import Phase
from pipeline.model.visit import BASELINE, Visit

Days = tuple[dt.date, ...]
"""Scan dates of one visit in order."""


def assign(
    subject: str,
    volumes: Sequence[Volume],
    events: Sequence[Event],
    protocol: Protocol,
    wanted: frozenset[Phase],
) -> tuple[Visit, ...]:
    """Form the visits of a subject in date order and name them; wanted are the phases that its criteria ask for first.

    1. Scan dates at most same_visit_days after the first of them form one visit; a visit
       never reaches across the anchor (first embolization or randomization).
    2. Without the anchor event: BASELINE, V02, V03 and so on by date order.
    3. With it: the last visit on or before the anchor is BASELINE, flagged OUTSIDE_WINDOW
       when it is older than baseline_days_before; earlier ones are PRE and the days before.
    4. A later visit within the window of follow-up n has the prefix and its week (W12);
       the nearest one if there are several, the earlier of two as near.
    5. Every other visit is U and the days after the anchor (U045), flagged OUTSIDE_WINDOW.
    6. Where a list of visits names them, their names and days are those of the list; the flags are as above.

    A visit is dated by its last scan. It is flagged EARLY_AFTER_EMBOLIZATION when scanned
    within early_after_embolization_days after any embolization, MISSING_PHASE when no usable
    volume shows one of the wanted phases. It counts as not completed when
    every volume is blocked by a flag. Volumes without a date, and those that a list of visits sets aside, belong to
    no visit.
    """
    mine = [volume for volume in volumes if volume.subject == subject and not volume.listed.aside]
    dates = {volume.date for volume in mine if volume.date is not None}
    own_events = [event for event in events if event.subject == subject]
    anchor = min((event.date for event in own_events if event.kind is protocol.schedule.anchor), default=None)
    listed = _listed(mine)
    groups = list(listed) or _groups(dates, anchor, protocol.schedule.same_visit_days)
    names = _by_order(groups) if anchor is None else _by_windows(groups, anchor, protocol.schedule)
    names = [(listed.get(days, name), flags) for days, (name, flags) in zip(groups, names, strict=True)]
    return tuple(
        _visit(
            subject=subject,
            name=name,
            days=days,
            flags=flags,
            volumes=mine,
            events=own_events,
            protocol=protocol,
            wanted=wanted,
        )
        for days, (name, flags) in zip(groups, names, strict=True)
    )


def _listed(volumes: Sequence[Volume]) -> dict[Days, str]:
    """Visits that a list names: scan dates and name of each, in order of the last scan."""
    days: dict[str, set[dt.date]] = {}
    for volume in volumes:
        if volume.listed.visit and volume.date is not None:
            days.setdefault(volume.listed.visit, set()).add(volume.date)
    visits = {tuple(sorted(dates)): name for name, dates in days.items()}
    return {dates: visits[dates] for dates in sorted(visits, key=lambda dates: (dates[-1], dates))}


def _groups(dates: Iterable[dt.date], anchor: dt.date | None, within_days: int) -> list[Days]:
    groups: list[list[dt.date]] = []
    for date in sorted(dates):
        first = groups[-1][0] if groups else None
        together = first is not None and (date - first).days <= within_days
        if together and first is not None and anchor is not None and first <= anchor < date:
            together = False
        if together:
            groups[-1].append(date)
        else:
            groups.append([date])
    return [tuple(group) for group in groups]


def _by_order(groups: Sequence[Days]) -> list[tuple[str, Flags]]:
    return [(BASELINE if number == 1 else visit_name.counted(number), ()) for number in range(1, len(groups) + 1)]


def _by_windows(groups: Sequence[Days], anchor: dt.date, schedule: Schedule) -> list[tuple[str, Flags]]:
    before = [days for days in groups if days[-1] <= anchor]
    due = _due(groups, anchor, schedule)
    names: list[tuple[str, Flags]] = []
    for days in groups:
        after = (days[-1] - anchor).days
        if before and days == before[-1]:
            late = -after > schedule.baseline_days_before
            names.append((BASELINE, (Flag.OUTSIDE_WINDOW,) if late else ()))
        elif after <= 0:
            names.append((visit_name.before_baseline(-after), (Flag.OUTSIDE_WINDOW,)))
        elif days in due:
            names.append((visit_name.scheduled(schedule, due[days]), ()))
        else:
            names.append((visit_name.unscheduled(after), (Flag.OUTSIDE_WINDOW,)))
    return names


def _due(groups: Sequence[Days], anchor: dt.date, schedule: Schedule) -> dict[Days, int]:
    """Which visit is which scheduled follow-up (1, 2, ...)."""
    due: dict[Days, int] = {}
    for number in range(1, schedule.follow_ups + 1):
        target = number * schedule.every_days
        distances = [
            (abs((days[-1] - anchor).days - target), days)
            for days in groups
            if days[-1] > anchor and abs((days[-1] - anchor).days - target) <= schedule.window_days
        ]
        if distances:
            due[min(distances)[1]] = number
    return due


def _visit(
    *,
    subject: str,
    name: str,
    days: Days,
    flags: Flags,
    volumes: Sequence[Volume],
    events: Sequence[Event],
    protocol: Protocol,
    wanted: frozenset[Phase],
) -> Visit:
    scanned = [volume for volume in volumes if volume.date in days]
    raised = list(flags)
    embolized = [event.date for event in events if event.kind is EventKind.EMBOLIZATION]
    early = protocol.schedule.early_after_embolization_days
    if any(0 < (day - date).days < early for day in days for date in embolized):
        raised.append(Flag.EARLY_AFTER_EMBOLIZATION)
    usable = [volume for volume in scanned if checks.usable(volume)]
    if not wanted <= {volume.phase.phase for volume in usable}:
        raised.append(Flag.MISSING_PHASE)
    return Visit(
        subject=subject,
        name=name,
        date=days[-1],
        scan_dates=days,
        volumes=tuple(volume.id for volume in sorted(scanned, key=lambda volume: (volume.date, volume.id))),
        completed=bool(usable),
        listed=any(volume.listed.dated for volume in scanned),
        flags=ordered(*raised),
    )
