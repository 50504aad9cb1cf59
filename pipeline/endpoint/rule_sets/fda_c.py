"""FDA 2007, Table C [M]: Table A, and what the investigator claims is progression too."""

from pipeline.endpoint.rule import RuleSet
from pipeline.endpoint.rule_sets import fda_a

RULES = RuleSet(
    name="FDA-C",
    title="FDA 2007, Table C: with investigator claims",
    citation="S16; rule book section 4 [M]",
    claims=True,
    rules=fda_a.RULES.rules,
)
