"""The rule sets as tables."""

import pytest

from pipeline.endpoint import conditions, rule_book
from pipeline.endpoint.rule import Condition, DateRule, Dating, Rule
from pipeline.endpoint.sources import BY_REASON, BY_THERAPY, Reason
from pipeline.model.errors import InputError
from pipeline.model.events import THERAPIES
from pipeline.model.protocol import Endpoint
from tests.conftest import ROOT


def test_every_file_of_the_room_is_in_the_rule_book() -> None:
    files = {path.stem for path in (ROOT / "pipeline" / "endpoint" / "rule_sets").glob("*.py")} - {"__init__"}
    names = {rules.name.lower().replace("-", "_") for rules in (*rule_book.RULE_SETS, rule_book.SURVIVAL)}
    assert files == names, "a file has no line in pipeline/endpoint/rule_book.py"


def test_first_rule_set_is_the_default() -> None:
    assert rule_book.RULE_SETS[0].name == Endpoint().rule_set == "FDA-A"


def test_an_unknown_rule_set_is_an_error() -> None:
    with pytest.raises(InputError, match="rule set: found 'FDA-D'; allowed: FDA-A, FDA-B"):
        rule_book.get("FDA-D")


@pytest.mark.parametrize("rules", [*rule_book.RULE_SETS, rule_book.SURVIVAL], ids=lambda rules: rules.name)
def test_last_rule_always_holds_and_no_condition_stands_twice(rules: rule_book.RuleSet) -> None:
    when = [rule.condition for rule in rules.rules]
    assert when[-1] is Condition.OTHERWISE
    assert len(set(when)) == len(when)


def test_code_of_a_rule_is_the_one_of_its_reason() -> None:
    with pytest.raises(ValueError, match="NEW THERAPY: found CNSR 9; allowed: 6, its meaning everywhere"):
        Rule(Condition.THERAPY_FIRST, Reason.NEW_THERAPY, 9, DateRule.START, "RS", "RSDTC", "none")


def test_every_condition_has_a_test_and_is_used() -> None:
    used = {rule.condition for rules in (*rule_book.RULE_SETS, rule_book.SURVIVAL) for rule in rules.rules}
    assert set(conditions.HOLDS) == set(Condition) == used


def test_every_therapy_has_a_reason_with_a_code_of_its_own() -> None:
    assert set(BY_THERAPY) == set(THERAPIES)
    codes = [BY_REASON[reason].cnsr for reason in BY_THERAPY.values()]
    assert len(set(codes)) == len(codes)


def test_switches_of_the_rule_sets() -> None:
    assert {r.name: r.dating for r in rule_book.RULE_SETS if r.dating is not Dating.AS_SEEN} == {
        "FDA-B": Dating.SCHEDULED,
        "INTERVAL-MID": Dating.MIDPOINT,
        "INTERVAL-LOWER": Dating.LEFT,
    }
    assert [r.name for r in rule_book.RULE_SETS if r.claims] == ["FDA-C"]
