"""Where a file may be written."""

import re
from pathlib import Path

import pytest

from pipeline.model.errors import InputError
from pipeline.store import place


def test_folders_are_made_and_nothing_else(tmp_path: Path) -> None:
    place.prepare(tmp_path / "a" / "b" / "out.csv", tmp_path / "in.csv")
    assert [path.name for path in tmp_path.rglob("*")] == ["a", "b"]


def test_one_path_is_not_read_and_written(tmp_path: Path) -> None:
    (tmp_path / "link.csv").symlink_to(tmp_path / "in.csv")
    with pytest.raises(
        InputError, match=r"link\.csv: found as the file to write and as another table; allowed: a path"
    ):
        place.prepare(tmp_path / "link.csv", tmp_path / "in.csv")


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("x")
    out = tmp_path / "in.csv" / "out.csv"
    with pytest.raises(InputError, match=re.escape(f"{out}: cannot be written (")):
        place.prepare(out)
