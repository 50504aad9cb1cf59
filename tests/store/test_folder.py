"""A folder is written whole or not at all."""

from pathlib import Path

import pytest

from pipeline.store import folder


def test_files_replace_those_of_an_earlier_run_and_others_stay(tmp_path: Path) -> None:
    for name in ("old.csv", "kept.csv", "mine.txt"):
        (tmp_path / name).write_text("before", encoding="utf-8")
    with folder.written(tmp_path, ("old.csv", "kept.csv")) as fresh:
        (fresh / "kept.csv").write_text("after", encoding="utf-8")
        assert (tmp_path / "kept.csv").read_text(encoding="utf-8") == "before"
    assert {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()} == {
        "kept.csv": "after",
        "mine.txt": "before",
    }


@pytest.mark.parametrize("exists", [True, False])
def test_an_error_changes_nothing(tmp_path: Path, exists: bool) -> None:
    out = tmp_path / "out"
    if exists:
        out.mkdir()
        (out / "a.csv").write_text("before", encoding="utf-8")
    with pytest.raises(IsADirectoryError), folder.written(out, ("a.csv",)) as fresh:
        (fresh / "a.csv").write_text("after", encoding="utf-8") and fresh.write_bytes(b"no file")
    assert out.exists() is exists
    if exists:
        assert [path.name for path in out.iterdir()] == ["a.csv"]
        assert (out / "a.csv").read_text(encoding="utf-8") == "before"
