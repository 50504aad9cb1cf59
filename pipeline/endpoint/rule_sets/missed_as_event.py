"""Sensitivity: Table A, but an event after missed visits counts on its own date."""

from pipeline.endpoint.rule import DateRule, Rule, RuleSet, When
from pipeline.endpoint.sources import Reason

RULES = RuleSet(
    name="MISSED-AS-EVENT",
    title="Table A with events after missed visits",
    citation="rule book section 4, row 6, sensitivity [D]",
    rules=(
        Rule(When.NO_BASELINE, Reason.NO_BASELINE, 2, DateRule.START, "ADSL", "", "row 1"),
        Rule(When.THERAPY_FIRST, Reason.NEW_THERAPY, 6, DateRule.LAST_UP_TO_THERAPY, "RS", "RSDTC", "row 7"),
        Rule(When.WITHDRAWAL_FIRST, Reason.WITHDRAWAL, 8, DateRule.LAST_UP_TO_WITHDRAWAL, "RS", "RSDTC", "row 9"),
        Rule(When.PROGRESSION, Reason.PROGRESSION, 0, DateRule.PROGRESSION, "RS", "RSDTC", "row 4"),
        Rule(When.DEATH, Reason.DEATH, 0, DateRule.DEATH, "ADSL", "DTHDT", "rows 3 and 5"),
        Rule(
            When.DEATH_NOT_COUNTED,
            Reason.DEATH_NOT_AN_EVENT,
            11,
            DateRule.LAST_ADEQUATE,
            "RS",
            "RSDTC",
            "section 4, competing risk",
        ),
        Rule(When.NOTHING_ADEQUATE, Reason.NO_POST_BASELINE, 3, DateRule.START, "ADSL", "", "row 2"),
        Rule(When.FOLLOW_UP_ENDED, Reason.LOST_TO_FOLLOW_UP, 10, DateRule.LAST_ADEQUATE, "RS", "RSDTC", "row 9"),
        Rule(When.OTHERWISE, Reason.NO_PROGRESSION, 1, DateRule.LAST_ADEQUATE, "RS", "RSDTC", "adequate"),
    ),
)
