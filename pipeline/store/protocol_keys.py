"""What each key of a protocol may hold, in words, read from the model itself."""

from collections.abc import Sequence
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import BaseModel

from pipeline.store import protocol_model

_WORDS = {int: "a whole number", Decimal: "a number of mm", float: "a number", bool: "true or false", str: "text"}


def allowed(place: Sequence[str | int]) -> str:
    """Return what the key at a place may hold: `a whole number from 1 to 400`."""
    return _describe(*_field(place))


def siblings(place: Sequence[str | int]) -> tuple[str, ...]:
    """Return the keys of the section that a place lies in."""
    annotation, _ = _field(place[:-1])
    return tuple(annotation.model_fields)


def _field(place: Sequence[str | int]) -> tuple[Any, list[Any]]:
    """Return type and constraints of a place; of the innermost known one where it ends."""
    annotation: Any = protocol_model.complete()
    constraints: list[Any] = []
    for part in place:
        if isinstance(part, int):
            annotation, constraints = get_args(annotation)[0], []
        elif part in annotation.model_fields:
            field = annotation.model_fields[part]
            annotation, constraints = field.annotation, list(field.metadata)
        if get_origin(annotation) is Annotated:
            annotation, *constraints = get_args(annotation)
    return annotation, constraints


def _describe(annotation: Any, constraints: Sequence[Any]) -> str:
    if get_origin(annotation) is Literal:
        return ", ".join(str(value) for value in get_args(annotation))
    if get_origin(annotation) is Annotated:
        inner, *own = get_args(annotation)
        return _describe(inner, [limit for item in own for limit in getattr(item, "metadata", (item,))])
    if get_origin(annotation) is tuple:
        return f"a list of: {_describe(get_args(annotation)[0], [])}"
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return ", ".join(str(member.value) for member in annotation)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return f"a section with the keys {', '.join(annotation.model_fields)}"
    return f"{_WORDS.get(annotation, str(annotation))}{_range(constraints)}"


def _range(constraints: Sequence[Any]) -> str:
    limits = {name: value for item in constraints for name, value in _limits(item)}
    words = {"ge": "from", "gt": "above", "le": "to", "min_length": "of length", "max_length": "to"}
    return "".join(f" {words[name]} {value}" for name, value in limits.items() if name in words)


def _limits(item: Any) -> list[tuple[str, Any]]:
    names = ("ge", "gt", "le", "min_length", "max_length")
    return [(name, value) for name in names if (value := getattr(item, name, None)) is not None]
