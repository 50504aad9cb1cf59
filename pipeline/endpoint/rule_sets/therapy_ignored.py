"""Sensitivity: Table A, but a new therapy is disregarded."""

from pipeline.endpoint.rule import Condition, RuleSet
from pipeline.endpoint.rule_sets import fda_a

RULES = RuleSet(
    name="THERAPY-IGNORED",
    title="Table A with new therapy disregarded",
    citation="rule book section 4, row 7, sensitivity [D]",
    rules=tuple(rule for rule in fda_a.RULES.rules if rule.condition is not Condition.THERAPY_FIRST),
)
