"""The tables of the methods pages, each made from the data that the code runs on."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import Enum
from typing import Any

from pydantic import BaseModel

from pipeline.assess import overall
from pipeline.model.flags import Flag
from pipeline.model.protocol import Protocol
from pipeline.model.response import Response
from pipeline.store import protocol_keys

Rows = Iterable[Sequence[object]]


def markdown(heading: Sequence[str], rows: Rows) -> str:
    """Return a Markdown table; a bar inside a cell is escaped."""
    lines = [heading, ["---"] * len(heading), *rows]
    return "".join(f"| {' | '.join(_cell(cell) for cell in line)} |\n" for line in lines)


def flags() -> str:
    """Every flag of the registry: weight, meaning, remedy."""
    rows = ((f"`{flag.name}`", flag.severity, flag.meaning, flag.remedy) for flag in Flag)
    return markdown(("Flag", "Weight", "What it says", "What to do"), rows)


def protocol() -> str:
    """Every key of a protocol: what it may hold and its default."""
    return markdown(("Key", "Allowed", "Default"), _keys(Protocol, ()))


def overall_response() -> str:
    """The overall response of every combination without progression and without a new lesion."""
    rows = ((_named(target), _named(rest), _named(whole)) for (target, rest), whole in overall.TABLE.items())
    return markdown(("Target", "Non-target", "Overall"), rows)


TABLES: Mapping[str, Callable[[], str]] = {
    "flags": flags,
    "protocol": protocol,
    "overall": overall_response,
}
"""Every table by the name that a page asks for."""


def _keys(model: type[BaseModel], place: tuple[str, ...]) -> Iterator[tuple[str, str, str]]:
    for name, field in model.model_fields.items():
        inner = (*place, name)
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from _keys(field.annotation, inner)
        else:
            default = "required" if field.is_required() else _shown(field.get_default(call_default_factory=True))
            yield f"`{'.'.join(inner)}`", protocol_keys.allowed(inner), default


def _shown(value: Any) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(_shown(item) for item in value)}]"
    if isinstance(value, bool):
        return str(value).lower()
    return str(value.value if isinstance(value, Enum) else value)


def _named(response: Response) -> str:
    return response.value or "none"


def _cell(value: object) -> str:
    return str(value).replace("|", "\\|").replace("\n", " ")
