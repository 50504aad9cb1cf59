"""Which names of the product's modules the product itself uses; what only tests use belongs to the tests."""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path


def unused(paths: Iterable[Path], root: Path) -> set[tuple[str, str]]:
    """Return (module, name) of each function, class and constant that no module of the product reads or imports."""
    trees = {_module(path.relative_to(root)): ast.parse(path.read_text(encoding="utf-8")) for path in paths}
    used = {use for module, tree in trees.items() for use in _uses(module, tree)}
    return {(module, name) for module, tree in trees.items() for name in _defined(tree)} - used


def _module(path: Path) -> str:
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


def _defined(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        match node:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.AnnAssign(target=ast.Name(id=name)):
                yield name
            case ast.Assign(targets=targets):
                yield from (target.id for target in targets if isinstance(target, ast.Name))


def _uses(module: str, tree: ast.Module) -> Iterator[tuple[str, str]]:
    imported: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                imported[alias.asname or alias.name] = f"{node.module}.{alias.name}"
                yield node.module, alias.name
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Load()):
                yield module, name
            case ast.Attribute(value=ast.Name(id=owner), attr=name) if owner in imported:
                yield imported[owner], name
