"""Two tables group by group: in step where they are ordered, from disk where they are not."""

from collections.abc import Iterator

import pytest

from pipeline.model.errors import InputError
from pipeline.store import row_groups
from pipeline.store.csv_rows import Row


def rows(name: str, letters: str, taken: list[str] | None = None) -> Iterator[Row]:
    for number, letter in enumerate(letters, start=2):
        if taken is not None:
            taken.append(letter)
        yield Row(name, number, {"ID": letter.strip()})


def shown(first: str, second: str) -> list[tuple[str, int, int]]:
    return [(n, len(a), len(b)) for n, a, b in row_groups.paired(rows("A", first), rows("B", second), "ID")]


@pytest.mark.parametrize(
    ("first", "second", "groups"),
    [
        ("aabb", "abbb", [("a", 2, 1), ("b", 2, 3)]),
        ("ab", "ba", [("b", 1, 1), ("a", 1, 1)]),
        ("abc", "c", [("c", 1, 1), ("a", 1, 0), ("b", 1, 0)]),
        ("b", "abc", [("a", 0, 1), ("b", 1, 1), ("c", 0, 1)]),
        ("", "", []),
    ],
)
def test_groups_are_paired_whatever_their_order(first: str, second: str, groups: list[tuple[str, int, int]]) -> None:
    assert shown(first, second) == groups


@pytest.mark.parametrize(("first", "second"), [("aba", "ab"), ("ab", "aba")])
def test_scattered_groups_are_told(first: str, second: str) -> None:
    with pytest.raises(row_groups.ScatteredError):
        shown(first, second)


def test_ordered_tables_are_read_in_step() -> None:
    taken: list[str] = []
    pairs = row_groups.paired(rows("A", "aabbcc", taken), rows("B", "abc"), "ID")
    next(pairs)
    assert taken == ["a", "a", "b"]


def test_rows_are_sorted_on_disk_and_equal_ones_keep_their_order() -> None:
    found = list(row_groups.sorted_on_disk(rows("A", "bacab"), "ID"))
    assert [(row.file, row.number, row.text("ID")) for row in found] == [
        ("A", 3, "a"),
        ("A", 5, "a"),
        ("A", 2, "b"),
        ("A", 6, "b"),
        ("A", 4, "c"),
    ]


@pytest.mark.parametrize("read", [lambda found: list(row_groups.sorted_on_disk(found, "ID")), None])
def test_a_row_without_a_group_is_refused(read) -> None:
    with pytest.raises(InputError, match=r"B row 3, column ID: found ''; allowed: any text, not empty"):
        read(rows("B", "a b")) if read else list(row_groups.paired(iter(()), rows("B", "a b"), "ID"))
