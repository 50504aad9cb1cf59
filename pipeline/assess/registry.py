"""The criteria that there are: every file of pipeline.assess.criteria, and what installed packages bring.

A package brings a criterion by an entry point of the group `hepatrack.criteria` that leads to a
Method; nothing is listed here.
"""

import importlib
import importlib.metadata
import pkgutil
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from pipeline.assess import criteria as room
from pipeline.assess.method import Method
from pipeline.model.errors import InputError

GROUP = "hepatrack.criteria"
"""The group of entry points by which a package brings a criterion."""
_VALUE = "CRITERION"
"""The name of the Method in each file of the room."""

Entry = tuple[str, object]
"""Where a criterion stands, and what stands there."""


@cache
def criteria() -> Mapping[str, Method[Any]]:
    """Return every criterion by name, in the order of names.

    Raises:
        InputError: two criteria have one name, one code or one RSCAT (in any case of letters), or an entry point
            leads to no criterion.
    """
    return joined((*_in_room(), *_in_packages()))


def joined(entries: Iterable[Entry]) -> Mapping[str, Method[Any]]:
    """Return criteria by name; each name, code and category stands once.

    Raises:
        InputError: see `criteria`; the message names both places.
    """
    known: dict[str, Method[Any]] = {}
    places: dict[tuple[str, str], str] = {}
    for place, method in entries:
        if not isinstance(method, Method):
            raise InputError(f"{place}: found {type(method).__name__}; expected a pipeline.assess.method.Method")
        facts = method.facts
        for what, value in (("name", facts.name), ("code", facts.code), ("category", facts.category)):
            other = places.setdefault((what, value.upper()), place)
            if other != place:
                raise InputError(
                    f"criteria: found the {what} {value!r} twice, in {other} and in {place}; "
                    "give each criterion its own, or remove the package of one"
                )
        known[facts.name] = method
    return dict(sorted(known.items()))


def packages() -> Mapping[str, str]:
    """Return the installed packages that bring a criterion, by name with their version."""
    brought = (entry.dist for entry in importlib.metadata.entry_points(group=GROUP))
    return {package.name: package.version for package in brought if package is not None}


def modules() -> tuple[str, ...]:
    """Return the modules of installed packages that bring a criterion, by their dotted names."""
    return tuple(sorted({entry.module for entry in importlib.metadata.entry_points(group=GROUP)}))


def get(name: str) -> Method[Any]:
    """Return a criterion by its name.

    Raises:
        InputError: no criterion has that name.
    """
    known = criteria()
    if name not in known:
        raise InputError(f"criterion: found {name!r}; allowed: {', '.join(known)}")
    return known[name]


def _in_room() -> Iterator[Entry]:
    for module in pkgutil.iter_modules(room.__path__, f"{room.__name__}."):
        yield module.name, getattr(importlib.import_module(module.name), _VALUE, None)


def _in_packages() -> Iterator[Entry]:
    for entry in sorted(importlib.metadata.entry_points(group=GROUP), key=lambda each: (each.name, each.value)):
        package = "" if entry.dist is None else f"{entry.dist.name}: "
        place = f"{package}{entry.value}"
        try:
            yield place, entry.load()
        except Exception as error:
            what = f"{type(error).__name__}: {error}"
            raise InputError(f"{place}: cannot be loaded ({what}); mend or remove the package") from error
