"""Which engines outline: built-in ones by name, or those of an engines file, read strictly.

Every error of a file names file, line, key, what was found and what is allowed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from pipeline.engines import choice, segmentation
from pipeline.model.engine import SegmentationEngine
from pipeline.model.errors import InputError
from pipeline.store import yaml_lines

QUESTIONS = ("liver", "lesions")
"""What an engines file may name an engine for."""


@dataclass(frozen=True)
class Engines:
    """The engine that outlines livers, and the one that outlines lesions."""

    liver: SegmentationEngine
    lesions: SegmentationEngine


def chosen(name: str) -> Engines:
    """Return the engines of a name: a built-in one for both questions, or the path of an engines file.

    Raises:
        InputError: neither, or the file breaks a rule.
    """
    if name in segmentation.ENGINES:
        return Engines(segmentation.ENGINES[name], segmentation.ENGINES[name])
    if not name.endswith((".yaml", ".yml")):
        known = ", ".join(segmentation.ENGINES)
        raise InputError(f"engine {name!r}; allowed: {known}, or an engines file (.yaml; docs/methods/engines.md)")
    return read(Path(name))


def read(path: Path) -> Engines:
    """Return the engines of a file; for a question that it leaves out, the built-in one.

    Raises:
        InputError: it cannot be read, is no YAML, or breaks a rule.
    """
    try:
        document = yaml_lines.parse(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path.name}: cannot be read ({error}); expected a YAML file in UTF-8") from error
    except yaml.YAMLError as error:
        raise InputError(f"{path.name}: {error}; correct the YAML") from error
    if not isinstance(document.values, Mapping) or not document.values:
        raise InputError(f"{path.name}: found {yaml_lines.shown(document.values)}; allowed: {', '.join(QUESTIONS)}")
    file = _File(path, document)
    for key in document.values:
        if key not in QUESTIONS:
            raise InputError(f"{file.at(key)}: found an unknown key; allowed: {', '.join(QUESTIONS)}")
    built_in = segmentation.ENGINES[segmentation.DEFAULT]
    liver, lesions = (
        file.outlining(key, document.values[key]) if key in document.values else built_in for key in QUESTIONS
    )
    return Engines(liver, lesions)


@dataclass(frozen=True)
class _File:
    """An engines file, for messages and for what is relative to it."""

    path: Path
    document: yaml_lines.Document

    def at(self, *place: str | int) -> str:
        return f"{self.path.name} line {self.document.line(place)}: {'.'.join(map(str, place))}"

    def outlining(self, key: str, value: Any) -> SegmentationEngine:
        if isinstance(value, str) and value in segmentation.ENGINES:
            return segmentation.ENGINES[value]
        known = f"{', '.join(segmentation.ENGINES)}, or a section with engine: {', '.join(choice.OUTLINING)}"
        if not isinstance(value, Mapping):
            raise InputError(f"{self.at(key)}: found {yaml_lines.shown(value)}; allowed: {known}")
        named = value.get("engine")
        if named not in choice.OUTLINING:
            raise InputError(f"{self.at(key, 'engine')}: found {yaml_lines.shown(named)}; allowed: {known}")
        try:
            described = choice.OUTLINING[named].model_validate({k: v for k, v in value.items() if k != "engine"})
        except ValidationError as error:
            raise InputError("\n".join(self._fault(key, named, each) for each in error.errors())) from error
        return choice.outlining(described, self.path.parent)

    def _fault(self, key: str, named: str, detail: Any) -> str:
        place, message = (key, *detail["loc"]), detail["msg"].removeprefix("Value error, ")
        where = self.at(*place)
        if detail["type"] == "extra_forbidden":
            allowed = (
                ", ".join(("engine", *choice.OUTLINING[named].model_fields)) if len(place) == 2 else "see the page"
            )
            return f"{where}: found an unknown key; allowed: {allowed}"
        if detail["type"] == "missing":
            return f"{where}: found nothing; this key must be there"
        if detail["type"] == "value_error":
            return f"{where}: {message}"
        return f"{where}: found {yaml_lines.shown(detail['input'])}; {message[:1].lower()}{message[1:]}"
