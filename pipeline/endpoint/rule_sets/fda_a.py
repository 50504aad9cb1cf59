"""FDA 2007, Table A: the default; rows of the table in the rule book, section 4."""

from pipeline.endpoint.rule import Condition, DateRule, Rule, RuleSet
from pipeline.endpoint.sources import Reason

RULES = RuleSet(
    name="FDA-A",
    title="FDA 2007, Table A",
    citation="S16; rule book section 4, column HPFS default",
    rules=(
        Rule(Condition.NO_BASELINE, Reason.NO_BASELINE, 2, DateRule.START, "ADSL", "", "rule book 4 row 1"),
        Rule(
            Condition.THERAPY_FIRST,
            Reason.NEW_THERAPY,
            6,
            DateRule.LAST_UP_TO_THERAPY,
            "RS",
            "RSDTC",
            "rule book 4 row 7",
        ),
        Rule(
            Condition.WITHDRAWAL_FIRST,
            Reason.WITHDRAWAL,
            8,
            DateRule.LAST_UP_TO_WITHDRAWAL,
            "RS",
            "RSDTC",
            "rule book 4 row 9",
        ),
        Rule(
            Condition.PROGRESSION_AFTER_MISSED,
            Reason.PROGRESSION_AFTER_MISSED,
            4,
            DateRule.LAST_BEFORE_GAP,
            "RS",
            "RSDTC",
            "rule book 4 row 6",
        ),
        Rule(
            Condition.DEATH_AFTER_MISSED,
            Reason.DEATH_AFTER_MISSED,
            5,
            DateRule.LAST_BEFORE_GAP,
            "RS",
            "RSDTC",
            "rule book 4 rows 3 and 6",
        ),
        Rule(Condition.PROGRESSION, Reason.PROGRESSION, 0, DateRule.PROGRESSION, "RS", "RSDTC", "rule book 4 row 4"),
        Rule(Condition.DEATH, Reason.DEATH, 0, DateRule.DEATH, "ADSL", "DTHDT", "rule book 4 rows 3 and 5"),
        Rule(
            Condition.DEATH_NOT_COUNTED,
            Reason.DEATH_NOT_AN_EVENT,
            11,
            DateRule.LAST_ADEQUATE,
            "RS",
            "RSDTC",
            "rule book 4 competing risk",
        ),
        Rule(Condition.NOTHING_ADEQUATE, Reason.NO_POST_BASELINE, 3, DateRule.START, "ADSL", "", "rule book 4 row 2"),
        Rule(
            Condition.FOLLOW_UP_ENDED,
            Reason.LOST_TO_FOLLOW_UP,
            10,
            DateRule.LAST_ADEQUATE,
            "RS",
            "RSDTC",
            "rule book 4 row 9",
        ),
        Rule(
            Condition.OTHERWISE, Reason.NO_PROGRESSION, 1, DateRule.LAST_ADEQUATE, "RS", "RSDTC", "rule book 4 adequate"
        ),
    ),
)
