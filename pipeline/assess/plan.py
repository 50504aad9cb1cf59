"""By which criteria a trial is read: RECIST 1.1 and mRECIST, which every result table holds, and its primary."""

from typing import Any

from pipeline.assess import registry
from pipeline.assess.criteria import mrecist, recist11
from pipeline.assess.method import Method
from pipeline.model import deciding
from pipeline.model.criteria import Criterion
from pipeline.model.criterion import CriterionFacts
from pipeline.model.protocol import Protocol
from pipeline.model.scope import Scope
from pipeline.model.terms import Phase

PUBLISHED = (recist11.CRITERION, mrecist.CRITERION)
"""The criteria that have columns of their own in every study's tables."""


def methods(protocol: Protocol) -> tuple[Method[Any], ...]:
    """Return the criteria that the time points of a trial hold: the published ones, then its primary if it is none.

    Raises:
        InputError: no criterion has the name of the primary.
    """
    primary = registry.get(protocol.criteria.primary)
    return PUBLISHED if primary in PUBLISHED else (*PUBLISHED, primary)


def reads(protocol: Protocol) -> tuple[tuple[Method[Any], Scope], ...]:
    """Return each criterion and scope that the time points of a trial are read in, in the order of RS.

    RECIST 1.1 in the whole body and in the liver, mRECIST in the liver, another primary where it decides.
    """
    published = ((PUBLISHED[0], Scope.WHOLE_BODY), (PUBLISHED[0], Scope.LIVER), (PUBLISHED[1], Scope.LIVER))
    deciding_in = ((registry.get(name), scope) for name, scope in (deciding.in_scope(protocol, s) for s in Scope))
    return (*published, *(each for each in deciding_in if each not in published))


def others(protocol: Protocol) -> tuple[tuple[CriterionFacts, Scope], ...]:
    """Return the facts and scope of each read by a criterion that not every trial is read by."""
    return tuple((method.facts, scope) for method, scope in reads(protocol) if method not in PUBLISHED)


def thresholds(protocol: Protocol) -> Criterion:
    """Return the thresholds of the sums that decide; those of RECIST 1.1 where the primary has none of its own."""
    rules = registry.get(protocol.criteria.primary).rules(protocol)
    return rules if isinstance(rules, Criterion) else recist11.CRITERION.rules(protocol)


def reference_phases(protocol: Protocol) -> tuple[Phase, ...]:
    """Return the phases that whole lesions are measured in, in order of preference: those of RECIST 1.1."""
    return recist11.CRITERION.rules(protocol).phases


def first_phases(protocol: Protocol) -> frozenset[Phase]:
    """Return the first phase that each of these criteria asks for; a visit without one of them lacks a phase."""
    rules = (method.rules(protocol) for method in methods(protocol))
    return frozenset(each.phases[0] for each in rules if isinstance(each, Criterion))
