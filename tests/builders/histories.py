"""Histories as one line of text: lesions over visits, or a clinical course over days.

Lesions: visits are separated by `|`, the first is the baseline, one follows every 84 days.
A visit holds `NAME=VALUE` pairs; `.` is a visit without findings, `x` one that could not be
completed. The letters of a name give role and organ: T target, NT non-target, NL new, then
L lung, N node, B bone, P peritoneum, nothing for liver (T1, TN1, NT1, NTB1, NL1, NLP1).

    65        present, long axis 65 mm (short axis for a node)
    65/40     long axis 65 mm, viable axis 40 mm;   65/- no viable axis
    0         absent                                small, small:3   too small, 5 or 3 mm
    ne        not evaluable                         -                no finding
    present   without a length                      eq, eq:6         equivocal
    pd        unequivocal progression               merged, merged:48, split:25
    !         suffix: no arterial phase             *                suffix: not signed

Course: `R E B SD PD ... T S D W C` each with `@day`, day 0 being 2024-01-01; `PD@168/165` is a visit
whose last scan is on day 168 and whose scan of day 165 shows the progression.
"""

import datetime as dt
import re
from decimal import Decimal
from typing import Any

from pipeline.model.events import Event, EventKind
from pipeline.model.flags import Flag
from pipeline.model.lesion import Finding, Organ, Role, Source, State
from pipeline.model.protocol import Protocol
from pipeline.model.response import Explained, NewLesion, Response, Sums, TimePoint
from pipeline.model.visit import BASELINE, Visit

SUBJECT = "S-001"
DAY_ZERO = dt.date(2024, 1, 1)
_NO_SUMS = Sums(None, None, None, None, None)
_STATES = {
    "ne": State.NOT_EVALUABLE,
    "present": State.PRESENT,
    "eq": State.EQUIVOCAL,
    "pd": State.PROGRESSED,
    "merged": State.MERGED,
    "split": State.SPLIT,
    "small": State.TOO_SMALL,
}
_ROLES = {"T": Role.TARGET, "NT": Role.NON_TARGET, "NL": Role.NEW}
_ORGANS = {"": Organ.LIVER, "L": Organ.LUNG, "N": Organ.NODE, "B": Organ.BONE, "P": Organ.PERITONEUM}
_EVENTS = {
    "R": EventKind.RANDOMIZED,
    "E": EventKind.EMBOLIZATION,
    "T": EventKind.OTHER_THERAPY,
    "PRRT": EventKind.PRRT,
    "SYS": EventKind.SYSTEMIC_THERAPY,
    "ABL": EventKind.ABLATION,
    "RES": EventKind.RESECTION,
    "TX": EventKind.TRANSPLANT,
    "OPE": EventKind.OFF_PROTOCOL_EMBOLIZATION,
    "SSA": EventKind.SOMATOSTATIN_ANALOG,
    "CLAIM": EventKind.CLAIMED_PROGRESSION,
    "S": EventKind.PROTOCOL_SURGERY,
    "D": EventKind.DEATH,
    "W": EventKind.WITHDRAWAL,
    "C": EventKind.LAST_CONTACT,
}


def lesions(text: str) -> tuple[tuple[Visit, ...], tuple[Finding, ...]]:
    """Return visits and findings of one subject."""
    visits, findings = [], []
    for number, part in enumerate(text.split("|")):
        date = DAY_ZERO + dt.timedelta(days=84 * number)
        name = f"W{12 * number}" if number else BASELINE
        completed = part.strip() != "x"
        visits.append(Visit(SUBJECT, name, date, (date,), completed=completed))
        pairs = [] if part.strip() in {".", "x"} else part.split()
        findings += [finding for pair in pairs if (finding := _finding(name, date, pair)) is not None]
    return tuple(visits), tuple(findings)


def _finding(visit: str, date: dt.date, pair: str) -> Finding | None:
    lesion, _, value = pair.partition("=")
    match = re.fullmatch(r"(NT|NL|T)([LNBP]?)\d+", lesion)
    assert match, f"lesion name {lesion!r}"
    if value == "-":
        return None
    signed = not value.endswith("*")
    value = value.removesuffix("*")
    flags = (Flag.NO_ARTERIAL,) if value.endswith("!") else ()
    state, axis, viable = _value(value.removesuffix("!"))
    organ = _ORGANS[match[2]]
    return Finding(
        SUBJECT,
        visit,
        date,
        lesion,
        _ROLES[match[1]],
        state,
        organ,
        long_axis_mm=None if organ is Organ.NODE else axis,
        short_axis_mm=axis if organ is Organ.NODE else None,
        viable_axis_mm=viable,
        source=Source.SIGNED if signed else Source.PROPOSED,
        flags=flags,
        reader="R1" if signed else "",
        accepted=True,
    )


def _value(text: str) -> tuple[State, Decimal | None, Decimal | None]:
    word, colon, number = text.partition(":")
    if word in _STATES:
        return _STATES[word], Decimal(number) if colon else None, None
    axis, _, viable = text.partition("/")
    if Decimal(axis) == 0:
        return State.ABSENT, None, None
    return State.PRESENT, Decimal(axis), Decimal(viable) if viable not in {"", "-"} else None


def course(text: str) -> tuple[tuple[TimePoint, ...], tuple[Visit, ...], tuple[Event, ...]]:
    """Return time points, visits and events of one subject.

    B is a baseline, BNE an incomplete one; CR PR SD PD NE NON are responses everywhere;
    xPD is progression outside the liver only, mPD progression by mRECIST only; a `*` behind
    the response marks it provisional.
    """
    points, visits, events = [], [], []
    for token in text.split():
        name, _, days = token.partition("@")
        day, _, shown = days.partition("/")
        date = DAY_ZERO + dt.timedelta(days=int(day))
        if name in _EVENTS:
            events.append(Event(SUBJECT, _EVENTS[name], date))
            continue
        visit = BASELINE if name.startswith("B") else f"D{day}"
        visits.append(Visit(SUBJECT, visit, date, (date,)))
        points.append(_time_point(visit, date, name, int(shown or day) - int(day)))
    return tuple(points), tuple(visits), tuple(events)


def _time_point(visit: str, date: dt.date, name: str, shown_days_later: int) -> TimePoint:
    said = name.removesuffix("*")
    responses = {"B": Response.NONE, "BNE": Response.NE, "NON": Response.NON_CR_NON_PD}
    plain = responses.get(said) or (Response.SD if said in {"xPD", "mPD"} else Response(said if said != "B" else ""))
    shown = date + dt.timedelta(days=shown_days_later) if shown_days_later else None
    return TimePoint(
        SUBJECT,
        visit,
        date,
        _NO_SUMS,
        _NO_SUMS,
        target=_explained(plain),
        non_target=_explained(Response.NONE),
        new_lesion=NewLesion.NO,
        hepatic_recist11=_explained(plain, shown),
        hepatic_mrecist=_explained(Response.PD if said == "mPD" else plain),
        overall_recist11=_explained(Response.PD if said == "xPD" else plain),
        provisional=name.endswith("*"),
        reader="" if name.endswith("*") else "R1",
    )


def _explained(response: Response, date: dt.date | None = None) -> Explained:
    return Explained(response, "given", "Given.", "none", date=date)


def changed(protocol: Protocol, settings: str) -> Protocol:
    """Return a protocol with settings `section.key=value` separated by blanks; lists by commas."""
    values: dict[str, Any] = protocol.model_dump()
    for setting in settings.split():
        path, _, text = setting.partition("=")
        *sections, key = path.split(".")
        place = values
        for section in sections:
            place = place[section]
        place[key] = _setting(text, place[key])
    return Protocol.model_validate(values)


def _setting(text: str, now: Any) -> Any:
    if isinstance(now, bool):
        return text == "true"
    if isinstance(now, tuple):
        return tuple(text.split(","))
    return int(text) if isinstance(now, int) else Decimal(text) if isinstance(now, Decimal) else text
