"""Sensitivity: Table A with each progression at the lower end of its interval.

The upper end is the scan that shows it, which is Table A itself.
"""

from pipeline.endpoint.rule import Dating, RuleSet
from pipeline.endpoint.rule_sets import fda_a

RULES = RuleSet(
    name="INTERVAL-LOWER",
    title="Table A, progression at the lower end of its interval",
    citation="S18; rule book section 4, interval censoring",
    dating=Dating.LEFT,
    rules=fda_a.RULES.rules,
)
