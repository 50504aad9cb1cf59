"""What SAS transport files of version 5 cannot hold, found before anything is written.

Names of at most 8 letters, digits and underscores, labels of at most 40 bytes, text of at most 200
bytes, all of it ASCII (rule book, section 6; S27). Nothing is ever truncated.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from pipeline.export.dataset import Cell, Dataset, Domain, Variable

MAX_NAME = 8
"""Bytes of the name of a dataset or variable in SAS transport version 5 (S27)."""
MAX_LABEL = 40
"""Bytes of a label in SAS transport version 5 (S27)."""
MAX_TEXT = 200
"""Bytes of a text cell in SAS transport version 5 (S27)."""
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,7}")


def broken(dataset: Dataset) -> tuple[str, ...]:
    """Return one line for each limit that the dataset breaks, empty if it fits.

    A text is held against the length that its variable declares, at most 200 bytes; one line tells
    the first value that is too long or not ASCII.
    """
    domain = dataset.domain
    lines = list(_names(domain.name, domain.label, domain.name))
    for variable in domain.variables:
        lines += _names(variable.name, variable.label, f"{domain.name}.{variable.name}")
        if variable.is_text:
            lines += _texts(dataset, variable)
    doubled = sorted({name for name in domain.names if domain.names.count(name) > 1})
    lines += [f"{domain.name}: found variable {name} twice; allowed: once" for name in doubled]
    return tuple(lines)


def unfit(domain: Domain, rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """Yield for each variable of rows the texts that cannot stand in it: its name, what was found, what is allowed."""
    lines: set[str] = set()
    for row in rows:
        for variable, cell in zip(domain.variables, row, strict=True):
            why = _unfit(variable, cell) if variable.is_text else ""
            if why and (line := f"column {variable.name}: {why}") not in lines:
                lines.add(line)
                yield line


def _names(name: str, label: str, where: str) -> Iterator[str]:
    if not _NAME.fullmatch(name):
        yield f"{where}: found the name {name!r}; allowed: at most {MAX_NAME} ASCII letters, digits, underscores"
    if len(label.encode()) > MAX_LABEL or not label.isascii():
        yield f"{where}: found a label of {len(label.encode())} bytes, {label!r}; allowed: at most {MAX_LABEL}, ASCII"


def _texts(dataset: Dataset, variable: Variable) -> Iterator[str]:
    where = f"{dataset.domain.name}.{variable.name}"
    if variable.length > MAX_TEXT:
        yield f"{where}: found a length of {variable.length}; allowed: at most {MAX_TEXT}"
    for number, cell in enumerate(dataset.column(variable.name), start=1):
        why = _unfit(variable, cell)
        if why:
            yield f"{where} row {number}: {why}"
            return


def _unfit(variable: Variable, cell: Cell) -> str:
    """Return why a text cannot stand in a variable: what was found, what is allowed; empty where it can."""
    value, allowed = cell if isinstance(cell, str) else "", min(variable.length, MAX_TEXT)
    if len(value.encode()) > allowed:
        return f"found {len(value.encode())} bytes, {value!r}; allowed: at most {allowed}"
    return "" if value.isascii() else f"found {value!r}; allowed: ASCII"
