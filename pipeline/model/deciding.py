"""Which read of a time point decides: by which criterion, in which scope (rule book, sections 3 and 4).

The one place that says so; the endpoint, the tables and the report ask it.
"""

from typing import NamedTuple

from pipeline.model.protocol import Protocol
from pipeline.model.response import CriterionRead, TimePoint
from pipeline.model.scope import Scope

RECIST11 = "recist11"
"""The criterion that reads every trial in both scopes."""
MRECIST = "mrecist"
"""The criterion that reads every trial in the liver, beside RECIST 1.1."""


class Deciding(NamedTuple):
    """The name of a criterion and the scope that it is read in."""

    criterion: str
    scope: Scope


def in_scope(protocol: Protocol, scope: Scope) -> Deciding:
    """Return what decides in a scope: the protocol's primary in the liver and in the protocol's own scope.

    In the whole body of a trial whose own scope is the liver it is RECIST 1.1: so PFS looks at RECIST
    1.1 of the whole body, whatever criterion decides hepatic progression.
    """
    by_primary = scope is Scope.LIVER or scope is protocol.endpoint.scope
    return Deciding(protocol.criteria.primary if by_primary else RECIST11, scope)


def of_trial(protocol: Protocol) -> Deciding:
    """Return what decides in the protocol's own scope."""
    return in_scope(protocol, protocol.endpoint.scope)


def read(point: TimePoint, protocol: Protocol) -> CriterionRead:
    """Return the read of a time point that decides in the protocol's own scope."""
    return point.read(*of_trial(protocol))


def parts(point: TimePoint) -> CriterionRead:
    """Return the read whose sums and parts every table shows: RECIST 1.1 in the protocol's own scope."""
    return point.read(RECIST11, point.scope)


def viable(point: TimePoint) -> CriterionRead:
    """Return the read whose viable sums every table shows: mRECIST in the liver."""
    return point.read(MRECIST, Scope.LIVER)


def others(point: TimePoint) -> tuple[CriterionRead, ...]:
    """Return the reads by a criterion that not every trial is read by: another primary."""
    return tuple(each for each in point.reads if each.criterion.name not in {RECIST11, MRECIST})
