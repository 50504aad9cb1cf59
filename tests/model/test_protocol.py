"""A protocol is valid or it is not one."""

from typing import Any

import pytest
from pydantic import ValidationError

from pipeline.model.protocol import Protocol

VALID: dict[str, Any] = {
    "name": "T",
    "title": "A trial",
    "version": "1",
    "lengths_in": "mm",
    "intervals_in": "days",
    "arms": [{"code": "A", "label": "a"}, {"code": "B", "label": "b"}],
    "schedule": {},
    "imaging": {},
    "targets": {},
    "criteria": {"recist11": {"phases": ["portal venous"]}, "mrecist": {"phases": ["arterial"]}},
    "new_lesions": {},
    "endpoint": {},
    "reads": {},
}


def _with(path: str, value: object) -> dict[str, Any]:
    """VALID with one value replaced, given by its dotted place."""
    *parents, last = path.split(".")

    def put(node: dict[str, Any], rest: list[str]) -> dict[str, Any]:
        return {**node, last: value} if not rest else {**node, rest[0]: put(node.get(rest[0], {}), rest[1:])}

    return put(VALID, parents)


def test_defaults_are_the_rule_books() -> None:
    protocol = Protocol.model_validate(VALID)
    assert (protocol.targets.max_total, protocol.targets.max_per_organ) == (5, 2)
    assert (protocol.schedule.every_days, protocol.schedule.window_days) == (84, 14)
    assert (protocol.criteria.primary, protocol.criteria.section("recist11")) == (
        "recist11",
        {"phases": ["portal venous"]},
    )
    assert protocol.endpoint.scope == "liver"


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("colour", "red", "Extra inputs are not permitted"),
        ("targets.max", 3, "Extra inputs are not permitted"),
        ("lengths_in", "cm", "Input should be 'mm'"),
        ("intervals_in", "weeks", "Input should be 'days'"),
        ("arms", [], "at least 1 item"),
        ("arms", [{"code": "A", "label": "a"}, {"code": "A", "label": "b"}], "two arms have the same code"),
        ("schedule.name_prefix", "BASELINE", "schedule.name_prefix"),
        ("schedule.window_days", 42, "windows of two visits overlap"),
        ("schedule.anchor", "DEATH", "EMBOLIZATION"),
        ("new_lesions.min_confidence", 0.0, "greater than 0"),
        ("endpoint.intercurrent", ["DEATH"], "SOMATOSTATIN_ANALOG, PROTOCOL_SURGERY"),
        ("endpoint.max_missed_visits", 0, "greater than or equal to 1"),
        ("reads.readers", 3, "less than or equal to 2"),
    ],
)
def test_what_is_not_allowed_is_refused(path: str, value: object, message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Protocol.model_validate(_with(path, value))


def test_windows_that_touch_no_other_are_allowed() -> None:
    assert Protocol.model_validate(_with("schedule.window_days", 41)).schedule.window_days == 41
