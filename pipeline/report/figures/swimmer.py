"""Swimmer: the time of each subject with its treatments, responses, endpoint and end."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.transforms import ScaledTranslation

from pipeline.model.events import THERAPIES, Event, EventKind
from pipeline.model.response import Response
from pipeline.report.figures import change, style
from pipeline.report.figures.columns import SWIMMER, LaneSign
from pipeline.report.figures.drawn import Drawn
from pipeline.store.course_tables import Clocked, SubjectCourse

_ROW_INCH = 0.17
"""Height of a lane; own choice, letters of 7 points with room between them."""
_TALLEST_INCH = 30.0
"""A figure grows no taller than this; own choice, beyond it lanes get narrower."""
_BESIDE_INCH = 0.1
"""How far to the right of its bar an arrow stands."""


@dataclass(frozen=True)
class Mark:
    """What a sign on a bar says, and how it looks."""

    name: str
    sign: str
    color: str
    size: float = 5.5


CR = Mark("CR", "*", style.COLORS[2], 8)
PR = Mark("PR", "^", style.COLORS[2])
SD = Mark("SD", "o", "#FFFFFF", 4)
PD = Mark("PD", "X", style.COLORS[1], 6)
EMBOLIZATION = Mark("embolization", "v", "#000000")
THERAPY = Mark("other therapy", "D", style.COLORS[3], 4.5)
DEATH = Mark("death", "P", "#000000", 6)
FOLLOWED = Mark("still followed", ">", style.INK)

_OF_RESPONSE = {Response.CR: CR, Response.PR: PR, Response.SD: SD, Response.PD: PD}
_OF_EVENT = {EventKind.EMBOLIZATION: EMBOLIZATION, EventKind.DEATH: DEATH} | dict.fromkeys(THERAPIES, THERAPY)
_ENDS = (EventKind.DEATH, EventKind.LAST_CONTACT, EventKind.WITHDRAWAL)


@dataclass(frozen=True)
class _Lane:
    course: SubjectCourse
    clock: Clocked
    last: int
    marks: tuple[tuple[Mark, int, str], ...]


def draw(courses: Sequence[SubjectCourse], param: str, clock: str, *, events_known: bool) -> Drawn:
    """Draw one lane per subject with a start date, by arm and then by length.

    Dark: from the start to the date of event or censoring of `param`. Light: seen until
    then. An arrow says that no end of follow-up is known; only where the events are.
    """
    lanes = [_lane(c, c.endpoint, events_known) for c in courses if c.endpoint is not None]
    lanes.sort(key=lambda lane: (lane.course.arm, -lane.last, lane.course.subject))
    looks = change.looks(courses)
    with style.applied():
        figure = style.figure(min(1.9 + _ROW_INCH * len(lanes), _TALLEST_INCH))
        axes = figure.add_subplot()
        for place, lane in enumerate(lanes):
            _bar(axes, place, lane, looks[lane.course.arm])
        _marks(axes, lanes)
        _frame(axes, lanes, clock)
        style.title(axes, f"Course of each subject ({param})", [])
        figure.legend(handles=_keys(lanes, looks, param), loc="outside lower center", ncols=4)
    return Drawn(
        figure, SWIMMER.table(sign for place, lane in enumerate(lanes, start=1) for sign in _signs(place, lane))
    )


def _lane(course: SubjectCourse, clock: Clocked, events_known: bool) -> _Lane:
    def day(date: dt.date) -> int:
        return change.days(clock.start, date)

    dates = [point.date for point in course.points] + [event.date for event in course.events]
    last = max(day(date) for date in (*dates, clock.date))
    marks = [(_OF_EVENT[e.kind], day(e.date), _detail(e)) for e in course.events if e.kind in _OF_EVENT]
    marks += [
        (_OF_RESPONSE[p.response], day(p.date), p.response.value) for p in course.points if p.response in _OF_RESPONSE
    ]
    if events_known and not any(event.kind in _ENDS for event in course.events):
        marks.append((FOLLOWED, last, ""))
    return _Lane(course, clock, last, tuple(marks))


def _detail(event: Event) -> str:
    return f"{event.kind.value}{f': {event.detail}' if event.detail else ''}"


def _bar(axes: Axes, place: int, lane: _Lane, look: style.GroupStyle) -> None:
    until = change.days(lane.clock.start, lane.clock.date)
    axes.barh(place, lane.last, height=0.62, color=look.color, alpha=0.22, linewidth=0)
    axes.barh(place, until, height=0.62, color=look.color, alpha=0.75, linewidth=0)


def _marks(axes: Axes, lanes: Sequence[_Lane]) -> None:
    """Draw each kind of sign at once, all on the middle of their lanes; an arrow beside its bar."""
    beside = axes.transData + ScaledTranslation(_BESIDE_INCH, 0, axes.figure.dpi_scale_trans)
    for kind in dict.fromkeys(mark for lane in lanes for mark, _, _ in lane.marks):
        at = [(day, place) for place, lane in enumerate(lanes) for mark, day, _ in lane.marks if mark is kind]
        axes.plot(
            [day for day, _ in at],
            [place for _, place in at],
            transform=beside if kind is FOLLOWED else axes.transData,
            linestyle="",
            marker=kind.sign,
            color=kind.color,
            markersize=kind.size,
            markeredgecolor="#000000" if kind is SD else "#FFFFFF",
            markeredgewidth=0.5,
            label=kind.name,
            clip_on=False,
        )


def _frame(axes: Axes, lanes: Sequence[_Lane], clock: str) -> None:
    axes.set_yticks(range(len(lanes)), [lane.course.subject for lane in lanes], fontsize=7)
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(len(lanes) - 0.4, -0.6)
    first = min([0, *(day for lane in lanes for _, day, _ in lane.marks)])
    ticks = style.day_ticks(max([1, *(lane.last for lane in lanes)]))
    axes.set_xticks(ticks)
    axes.set_xlim(first - ticks[-1] * 0.015, ticks[-1])
    axes.set_xlabel(f"Days from {clock}")


def _keys(lanes: Sequence[_Lane], looks: dict[str, style.GroupStyle], param: str) -> list[Patch | Line2D]:
    keys: list[Patch | Line2D] = [Patch(color=look.color, alpha=0.75, label=arm) for arm, look in looks.items() if arm]
    keys.append(Patch(color="#777777", alpha=0.75, label=f"until {param} or its censoring"))
    keys.append(Patch(color="#777777", alpha=0.22, label="seen later"))
    shown = {mark for lane in lanes for mark, _, _ in lane.marks}
    order = (EMBOLIZATION, THERAPY, CR, PR, SD, PD, DEATH, FOLLOWED)
    return keys + [
        Line2D(
            [],
            [],
            linestyle="",
            marker=mark.sign,
            color=mark.color,
            markersize=mark.size,
            markeredgecolor="#000000" if mark is SD else "#FFFFFF",
            markeredgewidth=0.5,
            label=mark.name,
        )
        for mark in order
        if mark in shown
    ]


def _signs(place: int, lane: _Lane) -> list[LaneSign]:
    sign = partial(LaneSign, place, lane.course.subject, lane.course.arm)
    until = change.days(lane.clock.start, lane.clock.date)
    return [
        sign("endpoint", until, f"CNSR {lane.clock.cnsr}"),
        sign("last", lane.last, ""),
        *(sign(mark.name, day, detail) for mark, day, detail in lane.marks),
    ]
