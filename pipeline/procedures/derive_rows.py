"""The rows of one subject by one reader: a time to event (ADTTE) or a parameter of responses (ADRS)."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.assess import best_response, response_parameters
from pipeline.assess.best_response import DatedResponse
from pipeline.endpoint import course, from_tables, until
from pipeline.endpoint import derive as engine
from pipeline.endpoint.history import Assessment, ResponseHistory
from pipeline.endpoint.reported import Enrolled, Reader, Reported
from pipeline.endpoint.rule import AfterTherapy
from pipeline.endpoint.sources import Reason
from pipeline.export import adrs, adtte
from pipeline.export.dataset import Cell
from pipeline.export.table import mark
from pipeline.model.endpoint import EndpointRow
from pipeline.model.parameters import OS, Clock, Parameter
from pipeline.model.partial_date import Imputed
from pipeline.model.response import Response
from pipeline.model.scope import Scope
from pipeline.procedures.derive_terms import Terms

Record = dict[str, Cell]


@dataclass(frozen=True)
class SubjectRead:
    """One subject as one reader tells it: its rows, the progressions that the investigator claims beside them.

    measurable: whether TU has a target of the reader's; None where TU is not given.
    """

    subject: Enrolled
    reader: Reader
    rows: Sequence[Reported]
    claimed: Sequence[Reported] = ()
    measurable: bool | None = None

    @property
    def evaluator(self) -> Record:
        """EVAL, EVALID and ACPTFL, where all rows agree on them; without a row what was asked for."""
        known = {(row.evaluator, row.evaluator_id, "Y" if row.accepted else "") for row in self.rows}
        if not known:
            return {"EVAL": (self.reader.evaluator or "").upper(), "EVALID": (self.reader.identifier or "").upper()}
        return dict(zip(("EVAL", "EVALID", "ACPTFL"), known.pop(), strict=True)) if len(known) == 1 else {}


def time(read: SubjectRead, parameter: Parameter, terms: Terms) -> tuple[list[Record], tuple[Imputed, ...]]:
    """Return the row of a time to event, none where it has none, and what was imputed for it."""
    subject = read.subject
    if parameter.code == OS.code:
        history = from_tables.without_responses(subject, read.rows, impute=terms.impute, cut=terms.cut)
    else:
        start = subject.dates.randomized if parameter.clock is Clock.RANDOMIZATION else subject.dates.treated
        history = from_tables.history(subject, read.rows, read.claimed, start=start, impute=terms.impute, cut=terms.cut)
    row = engine.row(
        history,
        parameter,
        schedule=terms.schedule,
        endpoint=terms.endpoint,
        whole_body=terms.scope(parameter) is Scope.WHOLE_BODY,
        cut=terms.cut,
        after_therapy=terms.after_therapy,
    )
    counted: EndpointRow | None = row
    if row.reason == Reason.NO_RESPONSE:
        counted = engine.without_response(row, subject.dates, terms.day_one(subject), terms.unresponsive)
    rows = [] if counted is None else [adtte.record(counted, subject.study, read.evaluator)]
    return rows, history.imputed


@dataclass(frozen=True)
class Followed:
    """The responses of one subject from day 1 on, those that count, and where each stands."""

    read: SubjectRead
    history: ResponseHistory
    start: dt.date
    counted: tuple[Assessment, ...]

    @property
    def baseline(self) -> dt.date | None:
        """The day of the baseline scan, where RS has it."""
        return self.history.baseline[-1].date if self.history.baseline else None

    @property
    def visits(self) -> list[DatedResponse]:
        """What counts, as dated responses."""
        return [_dated(each) for each in self.counted]

    def source(self, visit: DatedResponse | None) -> Assessment | None:
        """Return the assessment that a dated response is."""
        return next((each for each in self.counted if visit is not None and _dated(each) == visit), None)


def followed(read: SubjectRead, terms: Terms) -> Followed | None:
    """Return the responses of a subject from day 1 on; None where the start is not known."""
    start = terms.day_one(read.subject)
    if start is None:
        return None
    history = from_tables.history(read.subject, read.rows, [], start=start, impute=terms.impute, cut=terms.cut)
    therapy = course.first_therapy(history.dates.therapies, start, terms.endpoint)
    until = None if therapy is None or terms.after_therapy is not AfterTherapy.IGNORED else therapy.date
    counted = tuple(each for each in history.followed if until is None or each.date <= until)
    return Followed(read, history, start, counted)


def responses(read: SubjectRead, code: str, known: Followed | None, terms: Terms) -> Iterator[Record]:
    """Yield the rows of a parameter of ADRS: one for each visit (OVR), else one."""
    subject = read.subject
    if code == "OVR":
        yield from () if known is None else _visits(known)
    elif code in best_response.BY_CODE:
        yield _best(read, code, known, terms)
    elif code in _OF_SUBJECT:
        value, date, more = _OF_SUBJECT[code](read, terms)
        start = None if known is None else known.start
        yield adrs.answer(subject.subject, code, value, subject.study, start, ADT=date, ANL01FL="Y", **more)
    elif known is None:
        yield adrs.answer(subject.subject, code, "", subject.study, None, **read.evaluator)
    else:
        yield _answered(code, known, terms)


def _dated(each: Assessment) -> DatedResponse:
    return DatedResponse(each.event_date if each.response is Response.PD else each.date, each.response)


def _best(read: SubjectRead, code: str, known: Followed | None, terms: Terms) -> Record:
    subject = read.subject
    if known is None:
        return adrs.best(subject.subject, code, None, subject.study, evaluator=read.evaluator)
    best = best_response.BY_CODE[code](
        known.visits, known.start, terms.best, best_response.counted_since(terms.best, known.baseline)
    )
    source = next((each for each in known.counted if _dated(each).date == best.date), None)
    return adrs.best(
        subject.subject,
        code,
        best,
        subject.study,
        start=known.start,
        imputed="" if source is None else source.imputed,
        missing=terms.missing,
        sequence=None if source is None else source.sequence,
        evaluator=read.evaluator,
    )


def _answered(code: str, known: Followed, terms: Terms) -> Record:
    answer = response_parameters.BY_CODE[code](known.visits, known.start, terms.benefit(known.baseline))
    source = known.source(answer.visit)
    more: Record = {} if source is None else _of(source)
    subject = known.read.subject
    date = None if answer.visit is None else answer.visit.date
    return adrs.answer(
        subject.subject,
        code,
        answer.value,
        subject.study,
        known.start,
        **{**more, "ADT": date},
        ANL01FL="Y" if answer.value else "",
        **known.read.evaluator,
    )


def _of(source: Assessment) -> Record:
    """What a row takes from the visit that it rests on."""
    return {
        "ADT": source.date,
        "ADTF": source.imputed,
        "AVISIT": source.visit,
        "AVISITN": source.number,
        "SRCDOM": "RS",
        "SRCVAR": "RSSTRESC",
        "SRCSEQ": source.sequence,
    }


def _visits(known: Followed) -> Iterator[Record]:
    subject, progressed = known.read.subject, False
    for each in (*known.history.baseline, *known.history.followed):
        after = each in known.history.followed
        evaluable = after and each in known.counted and each.response is not Response.NE
        yield adrs.answer(
            subject.subject,
            "OVR",
            each.response.value,
            subject.study,
            known.start,
            **_of(each),
            ANL01FL=mark(evaluable),
            ANL02FL=mark(after and not progressed),
            **known.read.evaluator,
        )
        progressed = progressed or (after and each.response is Response.PD)


def _death(read: SubjectRead, terms: Terms) -> tuple[str, dt.date | None, Record]:
    dates = until.known(read.subject.dates, terms.cut)
    flag = dict(dates.imputed).get("DTHDT", "") if dates.death else ""
    more: Record = {"ADTF": flag, "SRCDOM": "ADSL", "SRCVAR": "DTHDT"}
    return "Y" if dates.death else "N", dates.death, more


def _measurable(read: SubjectRead, _terms: Terms) -> tuple[str, dt.date | None, Record]:
    more: Record = {"SRCDOM": "TU", "SRCVAR": "TUSTRESC", **read.evaluator}
    return "Y" if read.measurable else "N", None, more


_OF_SUBJECT: Mapping[str, Callable[[SubjectRead, Terms], tuple[str, dt.date | None, Record]]] = {
    "DEATH": _death,
    "MDIS": _measurable,
}
