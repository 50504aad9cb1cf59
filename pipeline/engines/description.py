"""What every description of an engine of the user's own says, and how its words enter the identity of results."""

import hashlib
import json
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from pipeline.engines.interpreter import Interpreter
from pipeline.model.errors import EngineError
from pipeline.model.terms import Modality

Structure = Literal["liver", "lesions"]
"""What an engine is asked to outline."""
_LETTERS = ("LR", "PA", "SI")
"""The letters of each axis of LPS: toward the left or right, the back or front, the head or feet."""


class Description(BaseModel):
    """A frozen part of an engines file; unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Outlines(Description):
    """The classes of a network that make up a structure; a liver holds its lesions: liver [1, 2], lesions [2]."""

    liver: tuple[int, ...] = ()
    lesions: tuple[int, ...] = ()

    @field_validator("liver", "lesions")
    @classmethod
    def _positions(cls, value: tuple[int, ...]) -> tuple[int, ...]:
        if any(number < 0 for number in value) or len(set(value)) != len(value):
            raise ValueError(f"found {list(value)}; allowed: numbers of classes from 0 up, each once")
        return value

    @model_validator(mode="after")
    def _something(self) -> "Outlines":
        if not self.liver and not self.lesions:
            raise ValueError("found no class; give liver, lesions or both a list of classes")
        return self

    def classes(self, structure: Structure, name: str) -> tuple[int, ...]:
        """Return the classes of a structure.

        Raises:
            EngineError: the network does not outline it.
        """
        classes = self.liver if structure == "liver" else self.lesions
        if not classes:
            raise EngineError(f"{name}: outlines no {structure}, says its description; choose another engine for it")
        return classes


class LocalNetwork(Description):
    """What is known of a network of the user's own: its name, what it was trained on, under which license."""

    name: str = Field(min_length=1)
    modalities: tuple[Modality, ...] = Field(default=(Modality.CT,), min_length=1)
    license: str = ""

    def check(self, modality: Modality) -> None:
        """Refuse an image of a kind that the network was not trained on.

        Raises:
            EngineError: the modality is none of those described.
        """
        if modality not in self.modalities:
            known = ", ".join(each.value for each in self.modalities)
            raise EngineError(f"{self.name}: made for {known}, says its description; the image is {modality.value}")


class OutsideNetwork(LocalNetwork):
    """A network whose packages run in an interpreter of their own.

    python: that interpreter, without it the one that runs hepatrack; a relative path starts at the folder of the
    description. device: where the network runs.
    """

    python: Path | None = None
    device: Literal["cpu", "cuda"] = "cpu"

    def interpreter(self, folder: Path) -> Interpreter:
        """Return the interpreter; folder: that of the description."""
        return Interpreter(None if self.python is None else at(folder, self.python).absolute())


def digest(description: Description, without: frozenset[str]) -> str:
    """Return the SHA-256 of a description's values, without the keys that say where files lie: these have a hash."""
    values: dict[str, Any] = description.model_dump(mode="json", exclude=set(without))
    return hashlib.sha256(json.dumps(values, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def orientation(letters: str) -> str:
    """Return three letters that name where i, j and k grow, such as LPS or RAS.

    Raises:
        ValueError: they do not name each axis of the body once.
    """
    if len(letters) != len(_LETTERS) or any(sum(each in pair for each in letters) != 1 for pair in _LETTERS):
        raise ValueError(f"found {letters!r}; allowed: one each of L or R, P or A, S or I, such as LPS or RAS")
    return letters


def at(folder: Path, given: Path) -> Path:
    """Return a path of a description: relative ones start at the folder of its file; ~ is the home folder."""
    return folder / given.expanduser()
