"""A protocol as a file must state it: a section for every criterion that there is, and names that are known."""

from collections.abc import Iterable
from enum import StrEnum
from functools import cache
from types import GenericAlias
from typing import Any

from pydantic import BaseModel, ConfigDict, create_model, model_validator

from pipeline.assess import registry
from pipeline.assess.method import Method
from pipeline.endpoint import rule_book
from pipeline.model import parameters
from pipeline.model.criteria import Criteria
from pipeline.model.events import THERAPIES
from pipeline.model.protocol import Endpoint, Protocol


class _Closed(Criteria):
    """The criteria section where every further key must name a criterion."""

    model_config = ConfigDict(extra="forbid")


class _Consistent(Protocol):
    """A protocol whose primary may decide in its scope."""

    @model_validator(mode="after")
    def _primary_decides(self) -> "_Consistent":
        facts = registry.get(self.criteria.primary).facts
        if self.endpoint.scope not in facts.decides_in:
            allowed = ", ".join(facts.decides_in)
            raise ValueError(
                f"endpoint.scope: found {self.endpoint.scope.value!r}; allowed: {allowed}, for {facts.title} is "
                f"read in the {allowed}"
            )
        return self


@cache
def complete() -> type[Protocol]:
    """Return the type of a protocol: a typed section for each criterion, the parameters and rule sets that there are.

    Raises:
        InputError: the registry is not consistent (pipeline.assess.registry.criteria).
    """
    known = registry.criteria()
    sections: dict[str, Any] = {name: _section(method) for name, method in known.items()}
    closed = create_model("Criteria", __base__=_Closed, primary=_one_of(known, Criteria, "primary"), **sections)
    primaries = (parameter.code for parameter in parameters.PARAMETERS if parameter.may_be_primary)
    endpoint = create_model(
        "Endpoint",
        __base__=Endpoint,
        primary=_one_of(primaries, Endpoint, "primary"),
        rule_set=_one_of(rule_book.BY_NAME, Endpoint, "rule_set"),
        intercurrent=_some_of(THERAPIES, Endpoint, "intercurrent"),
    )
    return create_model("Protocol", __base__=_Consistent, criteria=(closed, ...), endpoint=(endpoint, ...))


def _one_of(names: Iterable[str], section: type[BaseModel], key: str) -> Any:
    """Type and default of a key that holds one of these names; the default is that of the section."""
    known = _names(names, key)
    return known, known(section.model_fields[key].default)


def _some_of(names: Iterable[str], section: type[BaseModel], key: str) -> Any:
    """Type and default of a key that lists some of these names; the default is that of the section."""
    known = _names(names, key)
    return GenericAlias(tuple, (known, ...)), tuple(map(known, section.model_fields[key].default))


def _names(names: Iterable[str], key: str) -> Any:
    return StrEnum(key, {name: name for name in names})


def _section(method: Method[Any]) -> tuple[type[BaseModel], Any]:
    """Type and default of a section; one with a required key must be stated."""
    required = any(field.is_required() for field in method.settings.model_fields.values())
    return method.settings, ... if required else method.settings()
