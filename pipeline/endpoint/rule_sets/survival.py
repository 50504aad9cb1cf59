"""Overall survival: death on its day, else the last date known alive; the same under every rule set."""

from pipeline.endpoint.rule import Condition, DateRule, Rule, RuleSet
from pipeline.endpoint.sources import Reason

RULES = RuleSet(
    name="SURVIVAL",
    title="Overall survival",
    citation="rule book section 1, OS; our decision [D]",
    rules=(
        Rule(Condition.DIED, Reason.DEATH, 0, DateRule.DEATH, "ADSL", "DTHDT", "rule book 1 OS"),
        Rule(Condition.WITHDRAWN, Reason.WITHDRAWAL, 8, DateRule.LAST_ALIVE, "ADSL", "LSTALVDT", "rule book 4 row 9"),
        Rule(
            Condition.FOLLOW_UP_ENDED,
            Reason.LOST_TO_FOLLOW_UP,
            10,
            DateRule.LAST_ALIVE,
            "ADSL",
            "LSTALVDT",
            "rule book 4 row 9",
        ),
        Rule(Condition.OTHERWISE, Reason.ALIVE, 12, DateRule.LAST_ALIVE, "ADSL", "LSTALVDT", "rule book 1 OS"),
    ),
)
