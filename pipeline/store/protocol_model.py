"""A protocol as a file must state it: the section of every criterion that there is, and no other."""

from enum import StrEnum
from functools import cache
from typing import Any

from pydantic import BaseModel, ConfigDict, create_model, model_validator

from pipeline.assess import registry
from pipeline.assess.method import Method
from pipeline.model.criteria import Criteria
from pipeline.model.protocol import Protocol


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
    """Return the type of a protocol with a typed section for each criterion of the registry.

    Raises:
        InputError: the registry is not consistent (pipeline.assess.registry.criteria).
    """
    known = registry.criteria()
    primary = StrEnum("Primary", {name: name for name in known})  # type: ignore[misc]  # the names are found, not listed
    sections: dict[str, Any] = {name: _section(method) for name, method in known.items()}
    closed = create_model("Criteria", __base__=_Closed, primary=(primary, primary("recist11")), **sections)
    return create_model("Protocol", __base__=_Consistent, criteria=(closed, ...))


def _section(method: Method[Any]) -> tuple[type[BaseModel], Any]:
    """Type and default of a section; one with a required key must be stated."""
    required = any(field.is_required() for field in method.settings.model_fields.values())
    return method.settings, ... if required else method.settings()
