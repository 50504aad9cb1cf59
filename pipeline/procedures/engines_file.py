"""Which engines answer: built-in ones by name, or those of an engines file, read strictly.

Every error of a file names file, line, key, what was found and what is allowed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from pipeline.engines import choice, prompted, segmentation
from pipeline.engines.description import LocalNetwork
from pipeline.model.engine import PromptEngine, SegmentationEngine
from pipeline.model.errors import InputError
from pipeline.settings import Settings
from pipeline.store import yaml_lines

QUESTIONS = ("liver", "lesions", "prompt")
"""What an engines file may name an engine for."""


@dataclass(frozen=True)
class Engines:
    """Who outlines livers, who lesions, and who a lesion from a reader's mark."""

    liver: SegmentationEngine
    lesions: SegmentationEngine
    prompt: PromptEngine = prompted.PROMPT_ENGINES[prompted.DEFAULT]

    def identity(self) -> str:
        """Return the identities of all: what results of the line depend on.

        Raises:
            EngineError: weights or packages of one are missing.
        """
        return f"liver {self.liver.identity()}, lesions {self.lesions.identity()}, prompt {self.prompt.identity()}"


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


def of_line(settings: Settings) -> Engines:
    """Return the engines by which the line proposes.

    Raises:
        InputError: the engines file of the settings breaks a rule.
    """
    return chosen(settings.engines or segmentation.DEFAULT)


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
    liver, lesions = (file.outlining(key, document.values.get(key)) for key in ("liver", "lesions"))
    return Engines(liver, lesions, file.prompted(document.values.get("prompt")))


@dataclass(frozen=True)
class _File:
    """An engines file, for messages and for what is relative to it."""

    path: Path
    document: yaml_lines.Document

    def at(self, *place: str | int) -> str:
        return f"{self.path.name} line {self.document.line(place)}: {'.'.join(map(str, place))}"

    def outlining(self, key: str, value: Any) -> SegmentationEngine:
        if value is None:
            return segmentation.ENGINES[segmentation.DEFAULT]
        if isinstance(value, str) and value in segmentation.ENGINES:
            return segmentation.ENGINES[value]
        described = self.described(key, value, choice.OUTLINING, tuple(segmentation.ENGINES))
        return choice.outlining(described, self.path.parent)

    def prompted(self, value: Any) -> PromptEngine:
        if value is None:
            return prompted.PROMPT_ENGINES[prompted.DEFAULT]
        if isinstance(value, str) and value in prompted.PROMPT_ENGINES:
            return prompted.PROMPT_ENGINES[value]
        described = self.described("prompt", value, choice.PROMPTED, tuple(prompted.PROMPT_ENGINES))
        return choice.prompted(described, self.path.parent)

    def described(
        self, key: str, value: Any, known: Mapping[str, type[LocalNetwork]], names: tuple[str, ...] = ()
    ) -> LocalNetwork:
        """Return the description of an engine of one of the known kinds; names are what could have stood there."""
        allowed = ", ".join((*names, f"a section with engine: {' or '.join(known)}"))
        if not isinstance(value, Mapping):
            raise InputError(f"{self.at(key)}: found {yaml_lines.shown(value)}; allowed: {allowed}")
        engine = value.get("engine")
        if not isinstance(engine, str) or engine not in known:
            raise InputError(f"{self.at(key, 'engine')}: found {yaml_lines.shown(engine)}; allowed: {allowed}")
        try:
            return known[engine].model_validate({k: v for k, v in value.items() if k != "engine"})
        except ValidationError as error:
            raise InputError("\n".join(self._fault(key, known[engine], each) for each in error.errors())) from error

    def _fault(self, key: str, description: type[LocalNetwork], detail: Any) -> str:
        place, message = (key, *detail["loc"]), detail["msg"].removeprefix("Value error, ")
        where = self.at(*place)
        if detail["type"] == "extra_forbidden":
            whole = len(detail["loc"]) == 1
            allowed = ", ".join(("engine", *description.model_fields)) if whole else "see docs/methods/engines.md"
            return f"{where}: found an unknown key; allowed: {allowed}"
        if detail["type"] == "missing":
            return f"{where}: found nothing; this key must be there"
        if detail["type"] == "value_error":
            return f"{where}: {message}"
        return f"{where}: found {yaml_lines.shown(detail['input'])}; {message[:1].lower()}{message[1:]}"
