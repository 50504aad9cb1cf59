"""Sensitivity: Table A with each progression halfway between the scans that enclose it."""

from pipeline.endpoint.rule import Dating, RuleSet
from pipeline.endpoint.rule_sets import fda_a

RULES = RuleSet(
    name="INTERVAL-MID",
    title="Table A, progression at the middle of its interval",
    citation="S18; rule book section 4, interval censoring",
    dating=Dating.MIDPOINT,
    rules=fda_a.RULES.rules,
)
