"""Every rule set under the name that endpoint.rule_set of the protocol gives it."""

from pipeline.endpoint.rule import RuleSet
from pipeline.endpoint.rule_sets import (
    ema,
    fda_a,
    fda_b,
    fda_c,
    interval_lower,
    interval_mid,
    missed_as_event,
    plain,
    survival,
    therapy_ignored,
)
from pipeline.model.errors import InputError

RULE_SETS: tuple[RuleSet, ...] = (
    fda_a.RULES,
    fda_b.RULES,
    fda_c.RULES,
    ema.RULES,
    plain.RULES,
    missed_as_event.RULES,
    therapy_ignored.RULES,
    interval_mid.RULES,
    interval_lower.RULES,
)
"""The rule sets of progression, the default first."""

SURVIVAL = survival.RULES
"""The one table of overall survival."""

BY_NAME = {rules.name: rules for rules in RULE_SETS}
"""The rule set of each name."""


def get(name: str) -> RuleSet:
    """Return a rule set of progression by its name.

    Raises:
        InputError: no rule set has that name.
    """
    if name not in BY_NAME:
        raise InputError(f"rule set: found {name!r}; allowed: {', '.join(BY_NAME)}")
    return BY_NAME[name]
