"""What a protocol as a file must state it allows in the sections of the criteria."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from pipeline.assess import registry
from pipeline.assess.criteria import irecist
from pipeline.model.protocol import Protocol
from pipeline.model.scope import Scope
from pipeline.store import protocol_model, protocols
from tests.builders import trials
from tests.conftest import ROOT


def _with(path: str, value: object) -> dict[str, Any]:
    values = trials.retnet().model_dump()
    *sections, key = path.split(".")
    place = values
    for section in sections:
        place = place.setdefault(section, {})
    place[key] = value
    return values


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("criteria.who.progression_min_mm", 5, "progression_min_mm: allowed: 0"),
        ("criteria.choi.progression_min_mm", 1, "progression_min_mm: allowed: 0"),
        ("criteria.easl.phases", ["portal venous"], "allowed: .arterial."),
        ("criteria.qeasl.phases", ["portal venous"], "allowed: .arterial."),
        ("criteria.mrecist.phases", ["portal venous"], "allowed: .arterial."),
        ("criteria.recist11.phases", ["unknown"], "found 'unknown'"),
        ("criteria.recist11.phases", [], "at least 1 item"),
        ("criteria.recist11.response_percent", 0, "greater than or equal to 1"),
        ("criteria.recist11.response_percent", "30", "valid integer"),
        ("criteria.recist11.progression_min_mm", "5 mm", "a bare number of mm"),
        ("criteria.primary", "recist10", "'choi', 'easl'"),
        ("endpoint.primary", "DOR", "'HPFS', 'HPFSR', 'THP'"),
        ("endpoint.rule_set", "FDA-D", "'FDA-A', 'FDA-B'"),
        ("criteria.recist10", {}, "Extra inputs"),
        ("criteria.vrecist.phases", ["unknown"], "found 'unknown'"),
        ("criteria.choi.density_percent", 0, "greater than or equal to 1"),
        ("criteria.irecist.confirm_to_days", 27, "confirm_to_days: allowed: at least confirm_from_days"),
        ("criteria.irecist.growth_mm", 0, "greater than 0"),
        ("criteria.irecist.growth_mm", "5 mm", "a bare number of mm"),
        ("criteria.choi.barred_by", ["OIL"], "LIPIODOL"),
        ("criteria.irecist.barred_by", ["LIPIODOL"], "Extra inputs"),
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
        protocol_model.complete().model_validate(_with(path, value))


def test_the_window_may_be_one_day() -> None:
    values = _with("criteria.irecist.confirm_to_days", 28)
    protocol_model.complete().model_validate(values)
    assert irecist.CRITERION.rules(Protocol.model_validate(values)).confirm_to_days == 28


def test_what_a_protocol_leaves_out_has_the_defaults_of_the_rule_book() -> None:
    values = trials.retnet().model_dump()
    kept = ("primary", "recist11", "mrecist")
    values["criteria"] = {key: values["criteria"][key] for key in kept}
    del values["eligibility"]
    short = Protocol.model_validate(values)
    for method in registry.criteria().values():
        assert method.rules(short) == method.rules(trials.retnet())
    assert protocols.fingerprint(short) == protocols.fingerprint(trials.retnet())


@pytest.mark.parametrize("primary", sorted(registry.criteria()))
def test_every_criterion_may_be_primary_in_its_scopes(primary: str) -> None:
    facts = registry.get(primary).facts
    for scope in Scope:
        values = _with("criteria.primary", primary)
        values["endpoint"]["scope"] = scope.value
        if scope in facts.decides_in:
            assert protocol_model.complete().model_validate(values).criteria.primary == primary
        else:
            with pytest.raises(ValidationError, match=f"allowed: liver, for {facts.title} is read in the liver"):
                protocol_model.complete().model_validate(values)


def test_a_criterion_with_a_required_key_must_be_stated() -> None:
    values = trials.retnet().model_dump()
    del values["criteria"]["mrecist"]
    with pytest.raises(ValidationError, match=r"criteria\.mrecist\s+Field required"):
        protocol_model.complete().model_validate(values)


def _keys(model: type[BaseModel], place: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, field in model.model_fields.items():
        inner = (*place, name)
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from _keys(field.annotation, inner)
        else:
            yield inner


@pytest.mark.parametrize("key", [*_keys(protocol_model.complete())], ids=".".join)
def test_every_key_is_explained_in_words(key: tuple[str, ...]) -> None:
    methods = ROOT / "docs" / "methods"
    text = (methods / "protocol.md").read_text(encoding="utf-8").split("## Every key")[0]
    if key[0] == "criteria" and len(key) > 2:
        text += (methods / f"{key[1]}.md").read_text(encoding="utf-8")
    assert re.search(rf"\b{key[-1]}\b", text), "say what it decides in the first table of docs/methods/protocol.md"
