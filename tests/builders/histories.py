"""Histories as one line of text: lesions over visits, or a clinical course over days.

Lesions: visits are separated by `|`, the first is the baseline, one follows every 84 days unless
its part begins with the day, as `@42`. A visit holds `NAME=VALUE` pairs; `.` is a visit without
findings, `x` one that could not be completed. The letters of a name give role and organ: T target,
NT non-target, NL new, then
L lung, N node, B bone, P peritoneum, nothing for liver (T1, TN1, NT1, NTB1, NL1, NLP1).

    65        present, long axis 65 mm (short axis for a node)
    65/40     long axis 65 mm, viable axis 40 mm;   65/- no viable axis
    0         absent                                small, small:3   too small, 5 or 3 mm
    ne        not evaluable                         -                no finding
    present   without a length                      eq, eq:6         equivocal
    pd        unequivocal progression               merged, merged:48, merged:48/35, split:25
    !         suffix: no arterial phase             *                suffix: not signed
    50x30     long axis and perpendicular           50x30/40x20      and those of the viable part

More follows behind commas: `v12.5` volume in ml, `v12.5/8` with the enhancing volume, `v/8` that
alone, `h45` density in HU, `ph=arterial` phase, `treated`, `untreated`, `nodule`, `oil` lipiodol;
a bare `,v12.5` is a lesion that is present without a length.

Course: `R E B SD PD ... T S D W C` each with `@day`, day 0 being 2024-01-01; `PD@168/165` is a visit
whose last scan is on day 168 and whose scan of day 165 shows the progression.
"""

import datetime as dt
import re
from dataclasses import replace
from decimal import Decimal
from typing import Any

from pipeline.assess.criteria import mrecist, recist11
from pipeline.model.events import Event, EventKind
from pipeline.model.flags import Flag, ordered
from pipeline.model.lesion import Finding, Organ, Role, Source, State
from pipeline.model.protocol import Protocol
from pipeline.model.response import NO_SUMS, CriterionRead, Explained, NewLesion, Response, Sums, TimePoint
from pipeline.model.scope import Scope
from pipeline.model.terms import Phase
from pipeline.model.visit import BASELINE, Visit
from pipeline.store import protocol_model

SUBJECT = "S-001"
DAY_ZERO = dt.date(2024, 1, 1)
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
    for number, whole in enumerate(text.split("|")):
        day, part = _day(whole)
        date = DAY_ZERO + dt.timedelta(days=84 * number if day is None else day)
        name = f"W{12 * number}" if number else BASELINE
        completed = part.strip() != "x"
        visits.append(Visit(SUBJECT, name, date, (date,), completed=completed))
        pairs = [] if part.strip() in {".", "x"} else part.split()
        findings += [finding for pair in pairs if (finding := _finding(name, date, pair)) is not None]
    return tuple(visits), tuple(findings)


def _day(part: str) -> tuple[int | None, str]:
    match = re.match(r"\s*@(\d+)\s(.*)", part)
    return (int(match[1]), match[2]) if match else (None, part)


def _finding(visit: str, date: dt.date, pair: str) -> Finding | None:
    lesion, _, value = pair.partition("=")
    match = re.fullmatch(r"(NT|NL|T)([LNBP]?)\d+", lesion)
    assert match, f"lesion name {lesion!r}"
    if value == "-":
        return None
    signed = not value.endswith("*")
    value = value.removesuffix("*")
    flags = [Flag.NO_ARTERIAL] if value.endswith("!") else []
    value, *more = value.removesuffix("!").split(",")
    state, (axis, perpendicular), (viable, viable_short) = _value(value)
    organ = _ORGANS[match[2]]
    finding = Finding(
        SUBJECT,
        visit,
        date,
        lesion,
        _ROLES[match[1]],
        state,
        organ,
        long_axis_mm=None if organ is Organ.NODE and perpendicular is None else axis,
        short_axis_mm=axis if organ is Organ.NODE and perpendicular is None else perpendicular,
        viable_axis_mm=viable,
        viable_short_axis_mm=viable_short,
        source=Source.SIGNED if signed else Source.PROPOSED,
        reader="R1" if signed else "",
        accepted=True,
    )
    for said in more:
        if said == "oil":
            flags.append(Flag.LIPIODOL)
        else:
            finding = replace(finding, **_more(said))
    return replace(finding, flags=ordered(*flags))


Pair = tuple[Decimal | None, Decimal | None]


def _value(text: str) -> tuple[State, Pair, Pair]:
    """State, axis with perpendicular, viable axis with perpendicular."""
    word, _, number = text.partition(":")
    if word in _STATES:
        whole, _, viable = number.partition("/")
        return _STATES[word], _axes(whole), _axes(viable)
    whole, _, viable = text.partition("/")
    if whole and Decimal(whole.partition("x")[0]) == 0:
        return State.ABSENT, (None, None), (None, None)
    return State.PRESENT, _axes(whole), _axes(viable)


def _axes(text: str) -> Pair:
    long, _, short = text.partition("x")
    return _number(long), _number(short)


def _number(text: str) -> Decimal | None:
    return Decimal(text) if text not in {"", "-"} else None


def _more(said: str) -> dict[str, Any]:
    """The fields that one word behind a comma sets."""
    words: dict[str, dict[str, Any]] = {
        "treated": {"treated": True},
        "untreated": {"treated": False},
        "nodule": {"nodule": True},
    }
    if said in words:
        return words[said]
    if said.startswith("ph="):
        return {"phase": Phase(said.removeprefix("ph=").replace("_", " "))}
    if said.startswith("h"):
        return {"density_hu": Decimal(said[1:])}
    assert said.startswith("v"), f"addition {said!r}"
    whole, _, viable = said[1:].partition("/")
    return {"volume_ml": _number(whole), "viable_volume_ml": _number(viable)}


def course(text: str) -> tuple[tuple[TimePoint, ...], tuple[Visit, ...], tuple[Event, ...]]:
    """Return time points, visits and events of one subject.

    B is a baseline, BNE an incomplete one; CR PR SD PD NE NON are responses everywhere;
    xPD is progression outside the liver only, mPD progression by mRECIST only, sPD one that
    rests on a lobe before its first session; a `*` behind the response marks it provisional.
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
    said = name.removesuffix("*").removeprefix("s")
    responses = {"B": Response.NONE, "BNE": Response.NE, "NON": Response.NON_CR_NON_PD}
    plain = responses.get(said) or (Response.SD if said in {"xPD", "mPD"} else Response(said if said != "B" else ""))
    shown = date + dt.timedelta(days=shown_days_later) if shown_days_later else None
    return TimePoint(
        SUBJECT,
        visit,
        date,
        Scope.LIVER,
        reads(
            hepatic_recist11=_explained(plain, shown),
            hepatic_mrecist=_explained(Response.PD if said == "mPD" else plain),
            overall_recist11=_explained(Response.PD if said == "xPD" else plain),
            target=_explained(plain),
        ),
        flags=(Flag.STAGED_GROWTH,) if name.startswith("s") else (),
        provisional=name.endswith("*"),
        reader="" if name.endswith("*") else "R1",
    )


def reads(
    *,
    hepatic_recist11: Explained,
    hepatic_mrecist: Explained,
    overall_recist11: Explained,
    target: Explained,
    non_target: Explained | None = None,
    new_lesion: NewLesion = NewLesion.NO,
    sums: Sums = NO_SUMS,
    viable: Sums = NO_SUMS,
) -> tuple[CriterionRead, ...]:
    """Return the reads that every time point has; the parts are those of RECIST 1.1."""
    rest = _explained(Response.NONE) if non_target is None else non_target
    return tuple(
        CriterionRead(criterion.facts, scope, total, target, rest, new_lesion, overall)
        for criterion, scope, total, overall in (
            (recist11.CRITERION, Scope.WHOLE_BODY, sums, overall_recist11),
            (recist11.CRITERION, Scope.LIVER, sums, hepatic_recist11),
            (mrecist.CRITERION, Scope.LIVER, viable, hepatic_mrecist),
        )
    )


def _explained(response: Response, date: dt.date | None = None) -> Explained:
    return Explained(response, "given", "Given.", "none", date=date)


def changed(protocol: Protocol, settings: str) -> Protocol:
    """Return a protocol with settings `section.key=value` separated by blanks; lists by commas."""
    values: dict[str, Any] = protocol.model_dump()
    defaults = protocol_model.complete().model_validate(values).model_dump()
    for setting in settings.split():
        path, _, text = setting.partition("=")
        *sections, key = path.split(".")
        place, default = values, defaults
        for section in sections:
            place, default = place.setdefault(section, {}), default[section]
        place[key] = _setting(text, default[key])
    return Protocol.model_validate(values)


def _setting(text: str, now: Any) -> Any:
    if isinstance(now, bool):
        return text == "true"
    if isinstance(now, tuple):
        return tuple(text.split(","))
    return int(text) if isinstance(now, int) else Decimal(text) if isinstance(now, Decimal) else text
