"""Sensitivity: Table A, but an event after missed visits counts on its own date."""

from pipeline.endpoint.rule import Condition, RuleSet
from pipeline.endpoint.rule_sets import fda_a

RULES = RuleSet(
    name="MISSED-AS-EVENT",
    title="Table A with events after missed visits",
    citation="rule book section 4, row 6, sensitivity [D]",
    rules=tuple(
        rule
        for rule in fda_a.RULES.rules
        if rule.condition not in {Condition.PROGRESSION_AFTER_MISSED, Condition.DEATH_AFTER_MISSED}
    ),
)
