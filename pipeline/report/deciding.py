"""Which response, sums and thresholds a page puts first: those that decide under the protocol (model/deciding)."""

from pipeline.assess import plan, registry
from pipeline.model import deciding
from pipeline.model.criteria import Criterion
from pipeline.model.criterion import CriterionFacts
from pipeline.model.protocol import Protocol
from pipeline.model.response import NO_SUMS, Explained, NewLesion, Sums, TimePoint
from pipeline.model.scope import Scope


def facts(protocol: Protocol) -> CriterionFacts:
    """The criterion that decides."""
    return registry.get(deciding.of_trial(protocol).criterion).facts


def by_viable(protocol: Protocol) -> bool:
    """Whether the viable sum of mRECIST decides."""
    return deciding.of_trial(protocol).criterion == deciding.MRECIST


def by_other(protocol: Protocol) -> bool:
    """Whether a sum decides that not every trial has: that of another primary than RECIST 1.1 and mRECIST."""
    return deciding.of_trial(protocol).criterion not in {deciding.RECIST11, deciding.MRECIST}


def name(protocol: Protocol) -> str:
    """The name of the deciding response."""
    scope = "Hepatic" if deciding.of_trial(protocol).scope is Scope.LIVER else "Overall"
    return f"{scope} {facts(protocol).title}"


def response(point: TimePoint, protocol: Protocol) -> Explained:
    """The deciding response of a time point."""
    return deciding.read(point, protocol).overall


def sums(point: TimePoint, protocol: Protocol) -> Sums:
    """The sums the deciding response rests on, in the unit of its criterion."""
    return deciding.read(point, protocol).sums


def main(point: TimePoint, protocol: Protocol) -> Sums:
    """The sums that a page shows first: those of RECIST 1.1, or those of another primary that has its own."""
    return sums(point, protocol) if by_other(protocol) else deciding.parts(point).sums


def viable(point: TimePoint, protocol: Protocol) -> Sums:
    """The viable sums beside them; none beside those of another primary, whose unit is its own."""
    return NO_SUMS if by_other(protocol) else deciding.viable(point).sums


def new_lesion(point: TimePoint) -> NewLesion:
    """Whether the visit shows a new lesion in the protocol's scope."""
    return deciding.parts(point).new_lesion


def unit(protocol: Protocol) -> str:
    """The unit of the sums that a page shows first, as words show it."""
    written = facts(protocol).unit if by_other(protocol) else "mm"
    return "mm\u00b2" if written == "mm2" else written


def marks(protocol: Protocol) -> str:
    """What the marks of the chart of sums are."""
    if by_other(protocol):
        return f"Filled circles: sum of {facts(protocol).added} ({facts(protocol).title})."
    return "Filled circles: sum of diameters (RECIST 1.1). Open squares: viable sum (mRECIST)."


def criterion(protocol: Protocol) -> Criterion:
    """The thresholds that decide."""
    return plan.thresholds(protocol)
