"""Identifiers of subjects of every kind: each is a subject of its own or set aside by name; none stops the others."""

import csv
import re
from pathlib import Path

import numpy as np
import pytest
from pydicom import config
from pydicom.dataelem import DataElement

from flows import screen
from pipeline.procedures import export, inputs, line
from pipeline.procedures.direct import Direct
from pipeline.report import terminal
from pipeline.settings import Settings
from pipeline.store import datasets
from tests.builders.command import PROTOCOL
from tests.builders.dicom_series import slice_dataset, uid

USABLE = (
    "[/bold]x", "../../../escaped", "..", "/abs/olute", "C:\\x", "CON", "nul.txt", "aux", "RETNET-1", "retnet-1",
    "=cmd|' /C calc'!A0", "<script>alert(1)</script>", 'a,b";c', "%s%n{}", "-rf", "A", "AB", "x" * 64, ":skull:",
)  # fmt: skip
"""Ugly ones that every table, page and database can hold."""
NOT_IN_XPT = ("M\u00fcller", "Mu\u0308ller")
"""Those that SAS transport files cannot hold: no ASCII."""
REFUSED = {
    "x" * 300: "found 300 characters; allowed: at most 64",
    "A\x00B": "a control character (U+0000) at place 2",
    "A\u200bB": "an invisible character (U+200B) at place 2",
    "A\u202eB": "an invisible character (U+202E) at place 2",
    "A\x1b[31mB": "a control character (U+001B) at place 2",
}


def write(source: Path, number: int, subject: str) -> None:
    """Write two slices of a subject into a folder of its own."""
    folder = source / str(number)
    folder.mkdir(parents=True)
    for position in (1, 2):
        names = {key: uid(f"{key}{number}") for key in ("StudyInstanceUID", "SeriesInstanceUID", "FrameOfReferenceUID")}
        dataset = slice_dataset(position, np.full((16, 16), 40, dtype=np.int16), **names)
        dataset.SOPInstanceUID = uid(f"{number}/{position}")
        dataset.SpecificCharacterSet = "ISO_IR 192"
        dataset.add(DataElement("PatientID", "LO", subject, validation_mode=config.IGNORE))
        dataset.save_as(folder / str(position), enforce_file_format=True)


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> export.Exported:
    """One study with a subject for each identifier, exported in every format."""
    folder = tmp_path_factory.mktemp("ids") / "deep" / "down"
    for number, subject in enumerate((*USABLE, *NOT_IN_XPT, *REFUSED)):
        write(folder / "source", number, subject)
    asked = inputs.read([folder / "source"], PROTOCOL, None, None, None)
    (folder / "study").mkdir()
    with line.stored(folder / "study", Settings(), Direct()) as opened:
        opened.ingest(asked)
        opened.propose()
        opened.assess()
        return export.export(opened, folder / "out")


def test_every_identifier_is_one_subject_or_set_aside_by_name(exported: export.Exported):
    assert sorted(subject.subject for subject in exported.report.subjects) == sorted((*USABLE, *NOT_IN_XPT))
    aside = [f.reason for f in exported.report.failures if f.reason.startswith("identifier of the subject: ")]
    assert len(aside) == len(REFUSED)
    for told in REFUSED.values():
        assert sum(told in reason for reason in aside) == 1, told


def test_those_that_a_reader_takes_for_one_are_told(exported: export.Exported):
    (cases, forms) = sorted(f.reason for f in exported.report.failures if "may be of one subject" in f.reason)
    assert ("M\u00fcller" in cases) != ("M\u00fcller" in forms)
    assert "RETNET-1, retnet-1" in cases + forms


def test_the_datasets_hold_every_subject_that_fits(exported: export.Exported):
    out = exported.index.parent
    for name in ("adsl.xpt", "adsl.parquet", "adsl.json", "adsl.csv"):
        rows = datasets.read_as_written(out / "adam" / name)
        assert len({row.text("USUBJID") for row in rows}) == len(USABLE), name
    unfit = {f.subject for f in exported.report.failures if "SAS transport" in f.reason}
    assert unfit == set(NOT_IN_XPT)
    with (out / "endpoint.csv").open(newline="", encoding="utf-8") as file:
        assert {row["subject"] for row in csv.DictReader(file)} == {*USABLE, *NOT_IN_XPT}


def test_pages_have_plain_names_that_differ_on_any_disk(exported: export.Exported):
    out = exported.index.parent
    pages = [path.name for path in (out / "report").glob("*.html")]
    assert len({name.casefold() for name in pages}) == len(USABLE) + len(NOT_IN_XPT)
    assert all(re.fullmatch(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,120}\.html", name) for name in pages)
    assert not {"con", "nul", "aux"} & {name.split(".")[0].casefold() for name in pages}
    assert sorted(path.name for path in out.parent.iterdir()) == ["out", "source", "study"]
    assert "<script>alert" not in exported.index.read_text(encoding="utf-8")


def test_the_terminal_shows_them_as_they_are(exported: export.Exported, capsys: pytest.CaptureFixture[str]):
    terminal.show(exported.report, screen.console())
    printed = capsys.readouterr().out
    for subject in ("[/bold]x", "<script>alert(1)</script>", "A<U+0000>B", ":skull:"):
        assert subject in printed
    assert "\x1b[31m" not in printed
