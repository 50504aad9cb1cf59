"""Module-level numeric constants of the product, and which of them say nothing beneath."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def sources(*packages: str) -> Iterator[Path]:
    """Every module of the packages, by path."""
    for package in packages:
        yield from sorted((ROOT / package).rglob("*.py"))


def numeric(value: ast.expr) -> bool:
    """Whether an expression is made of numbers alone: 5, -1024, 2**31, Decimal("0.1"), (1.0, 2.0), {"a": 0.5}."""
    match value:
        case ast.Constant(value=constant):
            return isinstance(constant, int | float) and not isinstance(constant, bool)
        case ast.UnaryOp(operand=operand):
            return numeric(operand)
        case ast.BinOp(left=left, right=right):
            return numeric(left) and numeric(right)
        case ast.Tuple(elts=elements) | ast.List(elts=elements) | ast.Set(elts=elements):
            return bool(elements) and all(numeric(element) for element in elements)
        case ast.Dict(values=values):
            return bool(values) and all(numeric(item) for item in values)
        case ast.Call(func=ast.Name(id="Decimal"), args=[ast.Constant()]):
            return True
    return False


def undocumented(path: Path) -> list[str]:
    """Return `file:line NAME` of each numeric constant without a line of text directly beneath it."""
    body = ast.parse(path.read_text()).body
    found = []
    for statement, after in zip(body, [*body[1:], None], strict=True):
        match statement:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=value)
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
            ) if name.lstrip("_").isupper() and numeric(value) and not _is_text(after):
                found.append(f"{path.relative_to(ROOT)}:{statement.lineno} {name}")
            case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Tuple() as value) if (
                all(isinstance(n, ast.Name) and n.id.lstrip("_").isupper() for n in names)
                and numeric(value)
                and not _is_text(after)
            ):
                found.append(f"{path.relative_to(ROOT)}:{statement.lineno} {ast.unparse(statement.targets[0])}")
    return found


def _is_text(statement: ast.stmt | None) -> bool:
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )
