"""FDA 2007, Table B [M]: Table A on uniform dates, those of the scheduled visits.

A progression between two visits dates to the next one, a censor to the visit before.
"""

from pipeline.endpoint.rule import Dating, RuleSet
from pipeline.endpoint.rule_sets import fda_a

RULES = RuleSet(
    name="FDA-B",
    title="FDA 2007, Table B: uniform dates",
    citation="S16; rule book section 4 [M]",
    dating=Dating.SCHEDULED,
    rules=fda_a.RULES.rules,
)
