"""Parse YAML safely and remember the line of every key; duplicate keys are errors."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

Place = tuple[str | int, ...]
"""A path of keys and list positions into a document."""
DEEPEST = 20
"""Levels of lists and sections in each other: own choice, four times what a protocol needs (no unit)."""
LONGEST = 120
"""Characters of a wrong value that a message shows: own choice, one line."""
_TEXT = "tag:yaml.org,2002:str"
"""The tag of a key that is text; a bare 5, yes or 2024-01-01 is none."""


@dataclass(frozen=True)
class Document:
    """The values of a YAML text and the line (from 1) of every place in it."""

    values: Any
    lines: Mapping[Place, int]

    def line(self, place: Sequence[str | int]) -> int:
        """Return the line of a place, or of the nearest place around it that exists."""
        for end in range(len(place), 0, -1):
            if tuple(place[:end]) in self.lines:
                return self.lines[tuple(place[:end])]
        return 1


class _Loader(yaml.SafeLoader):
    """The safe loader, whose errors on a value (a 30th of February, broken base64) are YAML errors with a line."""

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep)
        except yaml.YAMLError:
            raise
        except Exception as error:
            why = f" ({error})" if isinstance(error, ValueError) else ""
            unread = f"{shown(node.value)} is no value of the type that it looks like{why}; put text in quotes"
            raise yaml.constructor.ConstructorError(None, None, unread, node.start_mark) from error


def parse(text: str) -> Document:
    """Return values and lines of one YAML document.

    Raises:
        yaml.YAMLError: the text is no YAML, a key stands twice or is no text, a tag is not safe, or an
            alias is used (a protocol is read by people; it spells everything out), or it nests too deep.
    """
    _check(text)
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        lines: dict[Place, int] = {}
        if node is None:
            return Document(None, lines)
        _walk(node, (), lines)
        return Document(loader.construct_document(node), lines)
    finally:
        loader.dispose()


def shown(value: Any) -> str:
    """Return a value as a message shows it: the beginning of what is long."""
    text = repr(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."


def _check(text: str) -> None:
    """Refuse aliases and deep nesting before anything is made of them: both could take all memory or time."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        unfit = f"alias *{event.anchor} is not allowed" if isinstance(event, yaml.AliasEvent) else ""
        if depth > DEEPEST:
            unfit = f"lists and sections nest deeper than {DEEPEST}"
        if unfit:
            line = event.start_mark.line + 1 if event.start_mark else "?"
            raise yaml.YAMLError(f"line {line}: {unfit}")


def _walk(node: yaml.Node, place: Place, lines: dict[Place, int]) -> None:
    lines.setdefault(place, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            inner = (*place, str(key.value))
            if key.tag != _TEXT:
                no_text = f"key {'.'.join(map(str, inner))} is no text"
                raise yaml.constructor.ConstructorError(None, None, no_text, key.start_mark)
            if inner in lines:
                twice = f"duplicate key {'.'.join(map(str, inner))}, first in line {lines[inner]}"
                raise yaml.constructor.ConstructorError(None, None, twice, key.start_mark)
            lines[inner] = key.start_mark.line + 1
            _walk(value, inner, lines)
    elif isinstance(node, yaml.SequenceNode):
        for position, value in enumerate(node.value):
            _walk(value, (*place, position), lines)
