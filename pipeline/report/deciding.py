"""Which response, sums and thresholds a page puts first: those that decide under the protocol.

Whole-body scope: overall RECIST 1.1. Else the hepatic response by the primary criterion; under
mRECIST the viable sum carries the thresholds (rule book, sections 3 and 4).
"""

from decimal import Decimal

from pipeline.assess import plan
from pipeline.model.criteria import Criterion
from pipeline.model.protocol import Protocol
from pipeline.model.response import Explained, Sums, TimePoint

WHOLE_BODY = "whole-body"


def by_viable(protocol: Protocol) -> bool:
    """Whether the viable sum decides."""
    return protocol.criteria.primary == "mrecist" and protocol.endpoint.scope != WHOLE_BODY


def name(protocol: Protocol) -> str:
    """The name of the deciding response."""
    if protocol.endpoint.scope == WHOLE_BODY:
        return "Overall RECIST 1.1"
    return "Hepatic mRECIST" if by_viable(protocol) else "Hepatic RECIST 1.1"


def response(point: TimePoint, protocol: Protocol) -> Explained:
    """The deciding response of a time point."""
    if protocol.endpoint.scope == WHOLE_BODY:
        return point.overall_recist11
    return point.hepatic_mrecist if by_viable(protocol) else point.hepatic_recist11


def sums(point: TimePoint, protocol: Protocol) -> Sums:
    """The sums the deciding response rests on."""
    return point.viable if by_viable(protocol) else point.sums


def criterion(protocol: Protocol) -> Criterion:
    """The thresholds that decide."""
    return plan.thresholds(protocol)


def sum_mm(point: TimePoint, protocol: Protocol) -> Decimal | None:
    """The sum of diameters that decides, in mm."""
    return sums(point, protocol).sum_mm
