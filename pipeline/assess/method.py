"""What a criterion is to those who ask it: its facts, its settings, and how it reads a history."""

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Generic, TypeVar

from pipeline.assess.history import History
from pipeline.assess.new_lesions import NewLesionRead
from pipeline.assess.sums import References, Sum
from pipeline.model.criterion import CriterionFacts
from pipeline.model.protocol import Protocol
from pipeline.model.response import Explained
from pipeline.model.setting import Strict
from pipeline.model.visit import Visit

Settings = TypeVar("Settings", bound=Strict)


@dataclass(frozen=True)
class Read:
    """What one criterion says at one visit in one scope."""

    visit: Visit
    total: Sum
    references: References
    target: Explained
    non_target: Explained
    new_lesions: NewLesionRead
    overall: Explained


@dataclass(frozen=True)
class Method(ABC, Generic[Settings]):
    """A criterion: the facts that results name it by, and the type of its section of a protocol."""

    facts: CriterionFacts
    settings: type[Settings]

    @property
    def name(self) -> str:
        """The name that protocols and the command line use."""
        return self.facts.name

    def rules(self, protocol: Protocol) -> Settings:
        """Return the settings of this criterion under a protocol; what it leaves out has its default.

        Raises:
            ValidationError: the section breaks a rule of the criterion; a protocol from
                pipeline.store.protocols.load never does.
        """
        parsed = _parsed(self.settings, _text(protocol.criteria.section(self.name)))
        assert isinstance(parsed, self.settings)
        return parsed

    @abstractmethod
    def read(self, history: History, protocol: Protocol, *, bar: bool = True) -> tuple[Read, ...]:
        """Return one read per visit in date order; each sees only itself and earlier ones.

        bar: flags make a lesion not evaluable where the protocol says so, as in our own reads;
        without it given values stand.
        """


def _text(section: Mapping[str, Any]) -> str:
    return json.dumps(section, sort_keys=True, default=str)


@cache
def _parsed(settings: type[Strict], section: str) -> Strict:
    return settings.model_validate_json(section)
