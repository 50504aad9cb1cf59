"""Markdown: a table, and words that it shows as they are."""

from collections.abc import Callable, Iterable, Sequence

_SPECIAL = str.maketrans({mark: f"\\{mark}" for mark in "\\`*_{}[]<>#|~"} | {"\n": " ", "\r": " "})


def escape(words: object) -> str:
    """Words that Markdown shows as they are, on one line."""
    return str(words).translate(_SPECIAL)


def unbroken(words: object) -> str:
    """Markdown that stays in its cell: on one line, bars escaped."""
    return str(words).replace("|", "\\|").replace("\n", " ")


def table(headings: Sequence[str], rows: Iterable[Sequence[object]], cell: Callable[[object], str] = unbroken) -> str:
    """A table; `cell` turns what stands in a cell into Markdown."""
    lines = [headings, ["---"] * len(headings), *([cell(value) for value in row] for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
