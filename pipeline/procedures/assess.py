"""Decide responses and endpoint of one subject: a pure function, run as a procedure and by an export with a cut."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.assess import accepted, best_response, staged, timepoints
from pipeline.endpoint import from_timepoints, hpfs
from pipeline.model.endpoint import EndpointRow
from pipeline.model.events import Event
from pipeline.model.lesion import Finding
from pipeline.model.protocol import Protocol
from pipeline.model.response import Explained, TimePoint
from pipeline.model.scope import Scope
from pipeline.model.visit import Visit
from pipeline.procedures.procedure import procedure
from pipeline.procedures.values import VisitBurden
from pipeline.store.artifacts import Artifacts


@dataclass(frozen=True)
class AssessInput:
    """Proposals and signed reads of one subject, with what else its endpoint rests on, all of it up to the cut."""

    subject: str
    visits: tuple[Visit, ...]
    proposals: tuple[Finding, ...]
    reads: tuple[Finding, ...]
    burdens: tuple[VisitBurden, ...]
    events: tuple[Event, ...]
    protocol: Protocol
    cut: dt.date | None = None


@dataclass(frozen=True)
class Assessed:
    """The accepted findings of one subject and everything decided on them."""

    subject: str
    findings: tuple[Finding, ...]
    timepoints: tuple[TimePoint, ...]
    endpoints: tuple[EndpointRow, ...]


def assess_subject(given: AssessInput) -> Assessed:
    """Accept findings, classify every visit, derive the endpoint.

    Raises:
        InputError: the findings or the events contradict each other.
    """
    findings = accepted.choose(given.proposals, given.reads, given.visits)
    burdens = {row.visit: row.burden for row in given.burdens}
    points = timepoints.assess(given.subject, given.visits, findings, burdens, given.protocol)
    points = staged.flag(
        points,
        visits=given.visits,
        findings=findings,
        burdens=burdens,
        events=given.events,
        protocol=given.protocol,
    )
    rows = hpfs.derive(given.subject, points, given.visits, given.events, given.protocol, cut=given.cut)
    return Assessed(given.subject, findings, points, rows)


@procedure("assess", AssessInput, Assessed)
def assess(_artifacts: Artifacts, given: AssessInput) -> Assessed:
    """Accept findings, classify every visit, derive the endpoint."""
    return assess_subject(given)


@dataclass(frozen=True)
class Analyzed:
    """What ADTTE and ADRS hold of one subject beside its visits: every parameter, and the best responses by PARAMCD.

    A best response is None where the subject has no start.
    """

    parameters: tuple[EndpointRow, ...] = ()
    best: tuple[tuple[str, Explained | None], ...] = ()


def analyze(given: AssessInput, points: Sequence[TimePoint]) -> Analyzed:
    """Derive every time to event, and the best responses of the protocol's scope from randomization or treatment on.

    Raises:
        InputError: the events contradict each other or the scans.
    """
    whole_body = given.protocol.endpoint.scope == Scope.WHOLE_BODY.value
    rows = hpfs.derive_all(given.subject, points, given.visits, given.events, given.protocol, cut=given.cut)
    history = from_timepoints.history(
        given.subject, points, given.visits, given.events, given.protocol, whole_body=whole_body
    )
    start = history.dates.randomized or history.dates.treated
    responses = [best_response.DatedResponse(each.event_date, each.response) for each in history.followed]
    rules = given.protocol.best_response
    since = best_response.counted_since(rules, history.baseline[-1].date if history.baseline else None)
    choices = best_response.BY_CODE.items()
    best = tuple((code, None if start is None else choose(responses, start, rules, since)) for code, choose in choices)
    return Analyzed(rows, best)
