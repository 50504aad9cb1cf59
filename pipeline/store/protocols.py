"""Read a trial protocol from YAML, strictly: every error names file, line, key, found, allowed.

Safe YAML only; duplicate keys, unknown keys, wrong units and wrong types are errors.
"""

import hashlib
import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from pipeline.assess import registry
from pipeline.model.errors import ProtocolError
from pipeline.model.protocol import Protocol
from pipeline.model.standard_protocol import DEFAULTS
from pipeline.store import protocol_keys, protocol_model, yaml_lines

_MOVED: Mapping[yaml_lines.Place, str] = {
    ("criteria", "barring"): "write the flags of each criterion as criteria.NAME.barred_by, those of "
    "barring.readers_overrule as criteria.readers_overrule, and remove barring"
}
"""Keys of earlier protocols, and what to write instead."""


def load(path: Path) -> Protocol:
    """Return the protocol in a YAML file, which says what differs from the rule book's defaults.

    A trial without a name is called as its file. An empty file is an error.

    Raises:
        ProtocolError: the file cannot be read, is no YAML, or breaks a rule of the
            protocol; the message names file, line, key, what was found and what is allowed.
    """
    document, complete = _read(path), protocol_model.complete()
    values = document.values
    if isinstance(values, dict) and values:
        values = _completed(values, {"name": path.stem, **DEFAULTS})
    try:
        complete.model_validate(values)
    except ValidationError as error:
        problems = [_problem(path.name, document, detail) for detail in error.errors()]
        raise ProtocolError("\n".join(problems)) from error
    return Protocol.model_validate(values)


def _completed(values: Mapping[str, Any], defaults: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values, with what they leave out, section by section."""
    completed = {**defaults, **values}
    for key, default in defaults.items():
        if isinstance(default, Mapping) and isinstance(completed[key], Mapping):
            completed[key] = _completed(completed[key], default)
    return completed


def fingerprint(protocol: Protocol) -> str:
    """Return the SHA-256 of a protocol's canonical JSON: same science, same hash (10 is 10.0).

    Of a criterion counts what departs from its defaults, so that another criterion changes no hash.
    """
    values = protocol.model_dump()
    for name, method in registry.criteria().items():
        values["criteria"][name] = method.rules(protocol).model_dump(exclude_defaults=True)
    values["criteria"] = {key: value for key, value in values["criteria"].items() if value != {}}
    canonical = json.dumps(values, sort_keys=True, separators=(",", ":"), default=_exact)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _exact(value: Decimal) -> str:
    return str(value.normalize())


def _read(path: Path) -> yaml_lines.Document:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ProtocolError(f"{path.name}: cannot be read ({error}); expected a YAML file in UTF-8") from error
    try:
        return yaml_lines.parse(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f" line {mark.line + 1}" if mark else ""
        raise ProtocolError(f"{path.name}{where}: {error.problem}; correct the YAML") from error
    except yaml.YAMLError as error:
        raise ProtocolError(f"{path.name}: {error}; correct the YAML") from error


def _problem(name: str, document: yaml_lines.Document, detail: ErrorDetails) -> str:
    place: tuple[str | int, ...] = detail["loc"]
    message = detail["msg"].removeprefix("Value error, ")
    if detail["type"] == "value_error" and (inner := _inner(document, place, message)):
        place, message = inner, message.partition(": ")[2]
    where = f"{name} line {document.line(place)}: {'.'.join(map(str, place)) or 'the file'}"
    match detail["type"]:
        case "value_error":
            return f"{where}: {message}"
        case "missing":
            return f"{where}: found nothing; allowed: {protocol_keys.allowed(place)}"
        case "extra_forbidden" if place in _MOVED:
            return f"{where}: found a key of an earlier hepatrack; {_MOVED[place]}"
        case "extra_forbidden":
            return f"{where}: found an unknown key; allowed: {', '.join(protocol_keys.siblings(place))}"
        case _:
            return f"{where}: found {yaml_lines.shown(detail['input'])}; allowed: {protocol_keys.allowed(place)}"


def _inner(document: yaml_lines.Document, place: yaml_lines.Place, message: str) -> yaml_lines.Place:
    """Return the place that a rule over several keys names at the start of its message."""
    key, colon, _ = message.partition(": ")
    inner = (*place, *key.split("."))
    return inner if colon and inner in document.lines else ()
