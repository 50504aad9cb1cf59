"""What the sections of the criteria allow."""

from typing import Any

import pytest
from pydantic import ValidationError

from pipeline.model.protocol import Protocol
from tests.builders import trials


def _with(path: str, value: object) -> dict[str, Any]:
    values = trials.retnet().model_dump()
    *sections, key = path.split(".")
    place = values
    for section in sections:
        place = place[section]
    place[key] = value
    return values


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("criteria.who.progression_min_mm", 5, "progression_min_mm: allowed: 0"),
        ("criteria.choi.progression_min_mm", 1, "progression_min_mm: allowed: 0"),
        ("criteria.easl.phases", ["portal venous"], "easl.phases: allowed: .arterial."),
        ("criteria.qeasl.phases", ["portal venous"], "qeasl.phases: allowed: .arterial."),
        ("criteria.vrecist.phases", ["unknown"], "found 'unknown'"),
        ("criteria.choi.density_percent", 0, "greater than or equal to 1"),
        ("criteria.irecist.confirm_to_days", 27, "confirm_to_days: allowed: at least confirm_from_days"),
        ("criteria.irecist.growth_mm", 0, "greater than 0"),
        ("criteria.irecist.growth_mm", "5 mm", "a bare number of mm"),
        ("criteria.barring.choi", ["OIL"], "LIPIODOL"),
        ("criteria.barring.irecist", ["LIPIODOL"], "Extra inputs"),
        ("criteria.burden_bounds_percent", [25, 10], "ascending order"),
        ("criteria.burden_bounds_percent", [25, 25], "ascending order"),
        ("criteria.burden_bounds_percent", [100], "less than or equal to 99"),
        ("criteria.burden_bounds_percent", [], "at least 1 item"),
        ("criteria.lipiodol", "enhancing", "not enhancing"),
        ("eligibility.max_burden_percent", 0, "greater than or equal to 1"),
    ],
)
def test_what_is_not_allowed_is_refused(path: str, value: object, message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Protocol.model_validate(_with(path, value))


def test_the_window_may_be_one_day() -> None:
    assert Protocol.model_validate(_with("criteria.irecist.confirm_to_days", 28)).criteria.irecist.confirm_to_days == 28


def test_old_protocols_have_the_defaults_of_the_rule_book() -> None:
    values = trials.retnet().model_dump()
    kept = ("primary", "recist11", "mrecist")
    values["criteria"] = {key: values["criteria"][key] for key in kept}
    del values["eligibility"]
    old = Protocol.model_validate(values)
    assert old == trials.retnet()
