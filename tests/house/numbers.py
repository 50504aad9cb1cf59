"""Numbers in the code of flows/, where none may have a medical meaning: those belong to the stages and the protocol."""

import ast
from pathlib import Path
from typing import NamedTuple

PLAIN = (0, 1)
"""Positions, exit codes and counts; neither is a threshold."""


class Number(NamedTuple):
    """A number as it stands in a file; name is that of the constant, keyword or call around it."""

    file: str
    name: str
    value: float


def listed(path: Path, root: Path) -> list[tuple[Number, int]]:
    """Return each number of a file but the plain ones, with its line."""
    return of_source(path.read_text(encoding="utf-8"), path.relative_to(root).as_posix())


def of_source(source: str, file: str) -> list[tuple[Number, int]]:
    """Return each number of a module's source but the plain ones, with its line."""
    tree = ast.parse(source)
    names = _names(tree)
    return [
        (Number(file, names.get(id(node), ""), node.value), node.lineno)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, int | float)
        and not isinstance(node.value, bool)
        and node.value not in PLAIN
    ]


def _names(tree: ast.Module) -> dict[int, str]:
    """What each number belongs to: the innermost constant, keyword argument or call; outer ones come first."""
    names: dict[int, str] = {}
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=[target]):
                name = ast.unparse(target)
            case ast.keyword(arg=str(name)):
                pass
            case ast.Call(func=func):
                name = ast.unparse(func)
            case _:
                continue
        names.update({id(child): name for child in ast.walk(node) if isinstance(child, ast.Constant)})
    return names
