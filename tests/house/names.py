"""The names that modules of the product bind: which classes share one, and where a name is bound."""

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path


def shared_classes(paths: Iterable[Path]) -> list[str]:
    """Return each class name that is defined more than once, with the modules that do."""
    modules: dict[str, list[str]] = defaultdict(list)
    for path in paths:
        for node in ast.walk(_parsed(path)):
            if isinstance(node, ast.ClassDef):
                modules[node.name].append(path.as_posix())
    return [f"{name}: {', '.join(places)}" for name, places in sorted(modules.items()) if len(places) > 1]


def bound(path: Path) -> Iterator[tuple[str, int]]:
    """Yield each name that a module binds, with its line: variables, parameters, fields, functions and classes."""
    for node in ast.walk(_parsed(path)):
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
                yield name, node.lineno
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name, node.lineno
            case ast.alias(asname=str(name)) | ast.ExceptHandler(name=str(name)):
                yield name, node.lineno
            case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                yield name, node.lineno


def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))
