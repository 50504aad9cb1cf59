"""A list of visits comes in every form that a table may have; a changed one runs again only what its rows touch."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest
from typer.testing import CliRunner

from flows import cli
from pipeline.procedures import ingest
from pipeline.procedures.values import SubjectInput
from pipeline.store import visits_table
from pipeline.store.artifacts import Artifacts
from tests.builders import dicom_series

HEADER = "subject,folder,visit,date"
ROWS = (
    "S-001,S-001/a,BASELINE,2024-03-05",
    "S-001,S-001/b,W12,2024-05-28",
    "S-002,S-002/a,BASELINE,2024-01-05",
    "S-002,S-002/b,W12,",
)
DATE9 = {"2024-03-05": "05MAR2024", "2024-05-28": "28MAY2024", "2024-01-05": "05JAN2024"}


def _text(rows: tuple[str, ...]) -> str:
    return "\n".join([HEADER, *rows, ""])


def _frame() -> "pd.DataFrame":
    frame = pd.DataFrame([row.split(",") for row in ROWS], columns=HEADER.split(","))
    return frame.assign(date=[dt.date.fromisoformat(cell) if cell else None for cell in frame["date"]])


def _of_sas() -> str:
    text = _text(ROWS).replace("W12,\n", "W12,.\n").upper()
    for day, sas in DATE9.items():
        text = text.replace(day, sas)
    return text.replace("/A", "/a").replace("/B", "/b")


def _transport(path: Path) -> None:
    day_zero = dt.date(1960, 1, 1)
    days = [None if day is None else float((day - day_zero).days) for day in _frame()["date"]]
    frame = _frame().assign(date=pd.Series(days, dtype=float))
    pyreadstat.write_xport(frame, str(path), variable_format={"date": "DATE9."}, file_format_version=5)


FORMS: dict[str, tuple[str, Callable[[Path], object]]] = {
    "semicolons and byte order mark": (
        "v.csv",
        lambda path: path.write_text(_text(ROWS).replace(",", ";"), encoding="utf-8-sig"),
    ),
    "DATE9 and points": ("v.csv", lambda path: path.write_text(_of_sas(), encoding="utf-8")),
    "tabs, UTF-16": ("v.tsv", lambda path: path.write_text(_text(ROWS).replace(",", "\t"), encoding="utf-16")),
    "Parquet": ("v.parquet", lambda path: _frame().to_parquet(path)),
    "transport, DATE9.": ("v.xpt", _transport),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_the_rows_of_the_plain_one(tmp_path: Path, form: str) -> None:
    plain, other = tmp_path / "visits.csv", tmp_path / FORMS[form][0]
    plain.write_text(_text(ROWS), encoding="utf-8")
    FORMS[form][1](other)
    given = visits_table.read(other)
    assert given.faults == ()
    assert given.rows == visits_table.read(plain).rows


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two subjects with two studies each; those of S-001 have no date."""
    folder = tmp_path_factory.mktemp("source")
    for subject, days in (("S-001", (None, None)), ("S-002", ("20240105", "20240401"))):
        for name, day in zip("ab", days, strict=True):
            study = f"{subject} {name}"
            tags = {"PatientID": subject, "StudyDate": day}
            uids = {key: dicom_series.uid(f"{key} {study}") for key in ("StudyInstanceUID", "SeriesInstanceUID")}
            dicom_series.write_series(folder / subject / name, 8, **tags, **uids)
    return folder


def _ingested(folder: Path, source: Path, *rows: str) -> dict[str, SubjectInput]:
    path = folder / "visits.csv"
    path.write_text(_text(rows), encoding="utf-8")
    given = ingest.IngestInput((str(source),), (), (), visits_table.read(path))
    return {each.subject: each for each in ingest.ingest(Artifacts(folder / "artifacts"), given).subjects}


NO_VISIT = ("S-001,S-001/a,BASELINE,2024-03-05", "S-001,S-001/b,W12,")


@pytest.mark.parametrize(
    ("before", "after", "touched"),
    [
        (ROWS, (*ROWS[:1], "S-001,S-001/b,W12,2024-05-29", *ROWS[2:]), {"S-001"}),
        (ROWS, (*ROWS[:3], "S-002,S-002/b,W24,"), {"S-002"}),
        (ROWS, (*ROWS[2:], *ROWS[:2]), set()),
        (ROWS, ROWS[:2], {"S-002"}),
        ((*NO_VISIT, *ROWS[2:]), (*ROWS[2:], *NO_VISIT), set()),
        ((*NO_VISIT, *ROWS[2:]), ROWS, {"S-001"}),
    ],
    ids=["a day", "a name", "other order", "two rows fewer", "a fault in another row", "a fault mended"],
)
def test_a_changed_list_touches_the_subjects_of_its_rows_alone(
    tmp_path: Path, source: Path, before: tuple[str, ...], after: tuple[str, ...], touched: set[str]
) -> None:
    first, then = _ingested(tmp_path, source, *before), _ingested(tmp_path, source, *after)
    assert {name for name in first if first[name] != then[name]} == touched


def test_scan_names_what_it_reads_as_something_else(tmp_path: Path, source: Path) -> None:
    path = tmp_path / "visits.csv"
    path.write_text(_of_sas(), encoding="utf-8")
    done = CliRunner().invoke(cli.app, ["scan", str(source), "--visits", str(path), "--headers-only"])
    assert done.exit_code == 0, done.output
    assert "visits.csv DATE: 3 values in the form 05JAN2024 read as dates" in done.output
