"""Every single alteration of a source file that the tests of the rules must notice.

Altered are: comparisons (< to <=, == to !=, is to is not, in to not in, and the reverse), whole numbers (n to
n + 1), `and`/`or`, `not`, + and -, `min`/`max`, `any`/`all`, and the references and thresholds by name (nadir to
baseline, response to progression threshold, ...).
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
_NAMES = {
    "min": "max",
    "max": "min",
    "any": "all",
    "all": "any",
    "nadir_mm": "baseline_mm",
    "baseline_mm": "nadir_mm",
    "nadir": "start",
    "response_percent": "progression_percent",
    "progression_percent": "response_percent",
    "min_long_axis_mm": "min_node_short_axis_mm",
    "min_node_short_axis_mm": "normal_node_short_axis_mm",
    "normal_node_short_axis_mm": "min_node_short_axis_mm",
    "short_axis_mm": "long_axis_mm",
    "long_axis_mm": "short_axis_mm",
    "every_days": "window_days",
    "window_days": "every_days",
}
"""Names whose exchange means another reference, threshold or extreme; an attribute keeps its object."""


@dataclass(frozen=True)
class Mutant:
    """One altered source: where, what was altered, and the whole new text."""

    line: int
    code: str
    change: str
    source: str


def of(source: str) -> Iterator[Mutant]:
    """Return every mutant of a source text, in the order of its lines."""
    lines = source.splitlines()
    found = sorted(_sites(ast.parse(source)), key=lambda site: (site[0].lineno, site[0].col_offset, site[1]))
    for place, (node, change, _) in enumerate(found):
        tree = ast.parse(source)
        again = sorted(_sites(tree), key=lambda site: (site[0].lineno, site[0].col_offset, site[1]))
        again[place][2]()
        yield Mutant(node.lineno, lines[node.lineno - 1].strip(), change, ast.unparse(ast.fix_missing_locations(tree)))


def _sites(tree: ast.Module) -> list[tuple]:
    found: list[tuple] = []
    for node in _code(tree):
        if isinstance(node, ast.Compare):
            found += [_comparison(node, n) for n, op in enumerate(node.ops) if type(op) in _COMPARISONS]
        elif isinstance(node, ast.BoolOp):
            other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
            found.append((node, f"{_symbol(node.op)} to {_symbol(other)}", _set(node, "op", other)))
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            found.append((node, "not dropped", _set(node, "op", ast.UAdd(), "operand", _truth(node.operand))))
        elif isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub)) and not _is_text(node):
            other_op = ast.Sub() if isinstance(node.op, ast.Add) else ast.Add()
            found.append((node, f"{_symbol(node.op)} to {_symbol(other_op)}", _set(node, "op", other_op)))
        elif isinstance(node, ast.Constant) and type(node.value) is int:
            found.append((node, f"{node.value} to {node.value + 1}", _set(node, "value", node.value + 1)))
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load) and node.attr in _NAMES:
            found.append((node, f"{node.attr} to {_NAMES[node.attr]}", _set(node, "attr", _NAMES[node.attr])))
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in {"min", "max", "any", "all"}:
            found.append((node, f"{node.id} to {_NAMES[node.id]}", _set(node, "id", _NAMES[node.id])))
    return found


def _code(tree: ast.Module) -> Iterator[ast.AST]:
    """Walk executable code: no annotations, no text, no defaults of displays."""
    todo: list[ast.AST] = [tree]
    while todo:
        node = todo.pop()
        yield node
        for field, value in ast.iter_fields(node):
            if field in {"annotation", "returns"} or isinstance(node, (ast.JoinedStr, ast.Import, ast.ImportFrom)):
                continue
            todo += [child for child in (value if isinstance(value, list) else [value]) if isinstance(child, ast.AST)]


def _comparison(node: ast.Compare, place: int) -> tuple:
    old = node.ops[place]
    new = _COMPARISONS[type(old)]()

    def alter() -> None:
        node.ops[place] = new

    return node, f"{_symbol(old)} to {_symbol(new)}", alter


def _set(node: ast.AST, *pairs: object):
    def alter() -> None:
        for name, value in zip(pairs[::2], pairs[1::2], strict=True):
            setattr(node, str(name), value)

    return alter


def _truth(operand: ast.expr) -> ast.expr:
    return ast.Call(func=ast.Name(id="bool", ctx=ast.Load()), args=[operand], keywords=[])


def _is_text(node: ast.BinOp) -> bool:
    return any(isinstance(side, ast.JoinedStr) or _is_string(side) for side in (node.left, node.right))


def _is_string(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _symbol(op: ast.AST) -> str:
    return type(op).__name__
