"""Decide responses and endpoint of one subject: a pure function, run as a step and by an export with a cut."""

from dataclasses import dataclass

from flows.values import VisitBurden
from pipeline.assess import accepted, timepoints
from pipeline.endpoint import hpfs
from pipeline.model.endpoint import EndpointRow
from pipeline.model.events import Event
from pipeline.model.lesion import Finding
from pipeline.model.protocol import Protocol
from pipeline.model.response import TimePoint
from pipeline.model.visit import Visit


@dataclass(frozen=True)
class AssessInput:
    """Proposals and signed reads of one subject, with what else its endpoint rests on."""

    subject: str
    visits: tuple[Visit, ...]
    proposals: tuple[Finding, ...]
    reads: tuple[Finding, ...]
    burdens: tuple[VisitBurden, ...]
    events: tuple[Event, ...]
    protocol: Protocol


@dataclass(frozen=True)
class Assessed:
    """The accepted findings of one subject and everything decided on them."""

    subject: str
    findings: tuple[Finding, ...]
    timepoints: tuple[TimePoint, ...]
    endpoints: tuple[EndpointRow, ...]


def decide(given: AssessInput) -> Assessed:
    """Accept findings, classify every visit, derive the endpoint.

    Raises:
        InputError: the findings or the events contradict each other.
    """
    findings = accepted.choose(given.proposals, given.reads, given.visits)
    points = timepoints.assess(
        given.subject, given.visits, findings, {row.visit: row.burden for row in given.burdens}, given.protocol
    )
    rows = hpfs.derive(given.subject, points, given.visits, given.events, given.protocol)
    return Assessed(given.subject, findings, points, rows)
