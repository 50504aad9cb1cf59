"""PLAIN: the earlier of first progression and death, else the last response, else the start.

Whatever was missed, therapy, withdrawal and baseline are disregarded; a response that is not
evaluable is a response.
"""

from pipeline.endpoint.rule import Condition, DateRule, Rule, RuleSet
from pipeline.endpoint.sources import Reason

RULES = RuleSet(
    name="PLAIN",
    title="Earlier of first progression and death, whatever was missed",
    citation="our decision [D]; the events and censors of admiralonco's template (S25)",
    rules=(
        Rule(Condition.PROGRESSION, Reason.PROGRESSION, 0, DateRule.PROGRESSION, "RS", "RSDTC", "rule book 4 PLAIN"),
        Rule(Condition.DEATH, Reason.DEATH, 0, DateRule.DEATH, "ADSL", "DTHDT", "rule book 4 PLAIN"),
        Rule(
            Condition.DEATH_NOT_COUNTED,
            Reason.DEATH_NOT_AN_EVENT,
            11,
            DateRule.LAST_RESPONSE,
            "RS",
            "RSDTC",
            "rule book 1 Event: death is no event",
        ),
        Rule(Condition.NOTHING_ASSESSED, Reason.NO_POST_BASELINE, 3, DateRule.START, "ADSL", "", "rule book 4 PLAIN"),
        Rule(Condition.OTHERWISE, Reason.NO_PROGRESSION, 1, DateRule.LAST_RESPONSE, "RS", "RSDTC", "rule book 4 PLAIN"),
    ),
)
