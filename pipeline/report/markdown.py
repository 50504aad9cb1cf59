"""Markdown: a table, and words that it shows as they are."""

from collections.abc import Iterable, Sequence

_SPECIAL = str.maketrans({mark: f"\\{mark}" for mark in "\\`*_{}[]<>#|~"} | {"\n": " ", "\r": " "})


def escape(words: str) -> str:
    """Words that Markdown shows as they are, on one line."""
    return words.translate(_SPECIAL)


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of cells that are Markdown already."""
    lines = [headings, ["---"] * len(headings), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
