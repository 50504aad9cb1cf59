"""Read a list of visits: sound rows are kept, every other one is named with its number."""

import datetime as dt
import hashlib
from pathlib import Path

import pytest

from pipeline.model.errors import InputError
from pipeline.store import visits_table


def _read(tmp_path: Path, *lines: str, header: str = "subject,study_uid,series_uid,folder,visit,date,note") -> Path:
    path = tmp_path / "visits.csv"
    path.write_text("\n".join([header, *lines, ""]), encoding="utf-8")
    return path


def test_a_sound_list(tmp_path: Path) -> None:
    path = _read(tmp_path, "S-1,1.2,,,baseline,2024-03-05,first", "S-1,,1.3.4,./a\\b/,W12,,")
    visits = visits_table.read(path)
    assert visits.faults == ()
    assert visits.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    one, other = visits.rows
    assert (one.number, one.study_uid, one.visit, one.date) == (2, "1.2", "BASELINE", dt.date(2024, 3, 5))
    assert (other.number, other.series_uid, other.folder, other.visit, other.date) == (3, "1.3.4", "a/b", "W12", None)


def test_columns_of_images_that_are_not_used_may_be_left_out(tmp_path: Path) -> None:
    (row,) = visits_table.read(_read(tmp_path, "S-1,/,BASELINE,", header="subject,folder,visit,date")).rows
    assert (row.folder, row.study_uid, row.date) == (".", "", None)


def test_equal_rows_count_once(tmp_path: Path) -> None:
    assert len(visits_table.read(_read(tmp_path, *["S-1,1.2,,,W12,2024-03-05,"] * 2)).rows) == 1


def test_all_faults_of_all_rows_are_named_and_the_rest_is_kept(tmp_path: Path) -> None:
    path = _read(
        tmp_path,
        "S-1,1.2,,,BASELINE,2024-03-05,",
        "S-1,1.3,,,W12,2024-02-30,",
        f"S-1,1.4,,,{'W' * 33},2024/5,",
        ",1.5,,,W36,2024-11-12,",
        "S-1,,,,W48,2025-02-04,",
    )
    visits = visits_table.read(path)
    assert [row.number for row in visits.rows] == [2]
    assert [fault.text.partition(":")[0] for fault in visits.faults] == [
        "visits.csv row 3, column date",
        "visits.csv row 4, column visit",
        "visits.csv row 4, column date",
        "visits.csv row 5, column subject",
        "visits.csv row 6",
    ]


@pytest.mark.parametrize(
    ("header", "told"),
    [("subject,visit", "missing column date"), ("subject,visit,date,phase", "found column 'phase'")],
)
def test_a_wrong_header_stops_the_list(tmp_path: Path, header: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        visits_table.read(_read(tmp_path, header=header))


def test_a_list_without_rows_says_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no row"):
        visits_table.read(_read(tmp_path))
