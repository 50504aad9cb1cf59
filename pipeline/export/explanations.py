"""Explanations in a machine-readable form: plain dictionaries that any JSON writer takes.

Exact decimals are strings, dates ISO 8601, a value that was not measured is None. Names are
those of pipeline.model.response; units are those of the criterion's sum (mm for diameters).
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import NotRequired, TypedDict

from pipeline.model import deciding
from pipeline.model.response import Explained, TimePoint
from pipeline.model.scope import Scope


class Explanation(TypedDict):
    """One response and why, as explanations.json holds it."""

    response: str
    rule: str
    sentence: str
    citation: str
    date: str | None
    inputs: dict[str, str | None]
    states: dict[str, str]
    numbers: dict[str, str]
    margins: dict[str, str]


class ExplainedVisit(TypedDict):
    """One time point: who read it, and each of its responses by name; date_source only where no image dates it."""

    subject: str
    visit: str
    date: str | None
    date_source: NotRequired[str]
    reader: str
    accepted: bool
    provisional: bool
    new_lesion: str
    responses: dict[str, Explanation]


def plain(explained: Explained) -> Explanation:
    """Return one explanation; numbers keep their own decimals, margins drop zeros that say nothing."""
    return Explanation(
        response=explained.response.value,
        rule=explained.rule,
        sentence=explained.sentence,
        citation=explained.citation,
        date=None if explained.date is None else explained.date.isoformat(),
        inputs={name: None if value is None else f"{value:f}" for name, value in explained.inputs},
        states=dict(explained.states),
        numbers={name: f"{value:f}" for name, value in explained.numbers},
        margins={name: _short(value) for name, value in explained.margins},
    )


def of_timepoints(timepoints: Iterable[TimePoint], dated_by: Mapping[str, str] | None = None) -> list[ExplainedVisit]:
    """Return every time point in the order given with its explained responses; dated_by: what dates a visit (name)."""
    return [_visit(point, (dated_by or {}).get(point.visit, "")) for point in timepoints]


def _visit(point: TimePoint, source: str) -> ExplainedVisit:
    shown = deciding.parts(point)
    in_liver = {f"hepatic_{r.criterion.name}": r.overall for r in point.reads if r.scope is Scope.LIVER}
    in_body = {f"overall_{r.criterion.name}": r.overall for r in point.reads if r.scope is Scope.WHOLE_BODY}
    responses = {"target": shown.target, "non_target": shown.non_target, **in_liver, **in_body}
    explained = ExplainedVisit(
        subject=point.subject,
        visit=point.visit,
        date=None if point.date is None else point.date.isoformat(),
        reader=point.reader,
        accepted=point.accepted,
        provisional=point.provisional,
        new_lesion=shown.new_lesion.value,
        responses={name: plain(response) for name, response in responses.items()},
    )
    return {**explained, "date_source": source} if source else explained


def _short(value: Decimal) -> str:
    return f"{value.normalize():f}"
