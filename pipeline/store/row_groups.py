"""Rows of two tables group by group, with one group in memory at a time."""

import itertools
import json
import sqlite3
from collections.abc import Iterator

from pipeline.store.csv_rows import Row


class ScatteredError(Exception):
    """The rows of a group do not stand together; sort the table first."""


def paired(first: Iterator[Row], second: Iterator[Row], column: str) -> Iterator[tuple[str, list[Row], list[Row]]]:
    """Yield each value of a column with its rows in the first and in the second table.

    The groups come in the order of the second table, then those of the first table alone.
    Groups of the first table that the second has not reached yet wait in memory: none where
    both tables have them in one order.

    Raises:
        InputError: the column is empty in a row, and what the tables raise.
        ScatteredError: the rows of a group do not stand together; what was yielded must not be used.
    """
    waiting: dict[str, list[Row]] = {}
    ahead = _grouped(first, column)
    for name, rows in _grouped(second, column):
        while name not in waiting:
            group = next(ahead, None)
            if group is None:
                break
            waiting[group[0]] = group[1]
        yield name, waiting.pop(name, []), rows
    for name, rows in itertools.chain(waiting.items(), ahead):
        yield name, rows, []


def sorted_on_disk(rows: Iterator[Row], column: str) -> Iterator[Row]:
    """Yield the rows in the order of a column, equal ones as they came, through a temporary file."""
    store = sqlite3.connect("")  # private and on disk; gone when it is closed
    try:
        store.execute("CREATE TABLE row (name TEXT, file TEXT, number INTEGER, cells TEXT)")
        made = ((row.required(column), row.file, row.number, json.dumps(row.cells)) for row in rows)
        store.executemany("INSERT INTO row VALUES (?, ?, ?, ?)", made)
        for _, file, number, cells in store.execute("SELECT * FROM row ORDER BY name, number"):
            yield Row(file, number, json.loads(cells))
    finally:
        store.close()


def _grouped(rows: Iterator[Row], column: str) -> Iterator[tuple[str, list[Row]]]:
    names: set[str] = set()
    for name, group in itertools.groupby(rows, lambda row: row.required(column)):
        if name in names:
            raise ScatteredError(name)
        names.add(name)
        yield name, list(group)
