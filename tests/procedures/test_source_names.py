"""In what leaves the study folder a file is named by its content."""

import pytest

from pipeline.model.catalog import FileCount, FileStatus
from pipeline.procedures.source_names import SourceNames, counted

ONE = SourceNames(
    (
        ("Doe^Jane/scan 1/IM1.dcm", "aaaaaaaaaaaa"),
        ("7", "bbbbbbbbbbbb"),
        ("Doe.txt", "row-3"),
        ("empty", "cccccccccccc"),
        ("1234567", "dddddddddddd"),
    ),
    ("/data/trial",),
)
TWO = SourceNames((("1:Doe/IM1", "aaaaaaaaaaaa"), ("2:Doe/IM1", "bbbbbbbbbbbb")), ("/data/one", "/data/two"))


@pytest.mark.parametrize(
    ("names", "text", "hidden"),
    [
        (ONE, "Doe^Jane/scan 1/IM1.dcm: empty file", "file aaaaaaaaaaaa: empty file"),
        (ONE, "/data/trial/Doe^Jane/scan 1/IM1.dcm: gone", "file aaaaaaaaaaaa: gone"),
        (ONE, "IM1.dcm: cannot be decoded", "file aaaaaaaaaaaa: cannot be decoded"),
        (ONE, "copy of 'IM1.dcm'", "copy of 'file aaaaaaaaaaaa'"),
        (ONE, "Doe.txt: no image, Doe.txt.", "file row-3: no image, file row-3."),
        (ONE, "7: 7 pixels of 7", "file bbbbbbbbbbbb: 7 pixels of 7"),
        (ONE, "empty: empty file (0 bytes)", "file cccccccccccc: empty file (0 bytes)"),
        (ONE, "Doe.txt: copy of empty", "file row-3: copy of file cccccccccccc"),
        (
            ONE,
            "2 frames: copy of empty; same position as empty",
            "2 frames: copy of file cccccccccccc; same position as file cccccccccccc",
        ),
        (ONE, "listed already as 1234567", "listed already as file dddddddddddd"),
        (ONE, "/data/trial: no such folder", "source 1: no such folder"),
        (ONE, "grid of 3 slices", "grid of 3 slices"),
        (TWO, "2:Doe/IM1: empty", "file bbbbbbbbbbbb: empty"),
        (TWO, "1:Doe/IM1 and 2:Doe/IM1", "file aaaaaaaaaaaa and file bbbbbbbbbbbb"),
        (TWO, "Doe/IM1: cannot be decoded", "one of 2 files: cannot be decoded"),
        (TWO, "/data/two/Doe/IM1 is gone", "file bbbbbbbbbbbb is gone"),
    ],
)
def test_paths_are_replaced_by_names_of_content(names: SourceNames, text: str, hidden: str):
    assert names.hidden(text) == hidden


def test_files_are_counted_by_reason_whatever_file_stands_for_them() -> None:
    left = [
        (FileStatus.LEFT_OUT, reason)
        for reason in (
            "copy of file aaaaaaaaaaaa",
            "copy of file row-3",
            "copy of file aaaaaaaaaaaa frame 4",
            "copy of one of 2 files",
            "2 frames: copy of file aaaaaaaaaaaa; same position as file bbbbbbbbbbbb",
        )
    ]
    assert counted([*left, (FileStatus.USED, "")]) == (
        FileCount(1, FileStatus.LEFT_OUT, "2 frames: copy of another file; same position as another file"),
        FileCount(4, FileStatus.LEFT_OUT, "copy of another file"),
        FileCount(1, FileStatus.USED, ""),
    )
