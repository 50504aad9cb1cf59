"""A marker in every text tag but the subject's key, and in names of files and folders, stands in no output.

Outputs are what a run leaves outside the study folder. The study folder keeps the table of names.
"""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from pipeline.procedures import export, inputs, line
from pipeline.procedures.direct import Direct
from pipeline.settings import Settings
from tests.builders.command import PROTOCOL, QUICK, SAMPLE
from tests.builders.dicom_series import slice_dataset
from tests.builders.marked import MARKER, marked_copy, places, plant


def run(source: Path, study: Path, out: Path, events: Path | None = None, masks: Path | None = None) -> export.Exported:
    asked = inputs.read([source], PROTOCOL, events, masks, None)
    study.mkdir(exist_ok=True)
    with line.stored(study, Settings(), Direct()) as opened:
        opened.ingest(asked)
        opened.propose()
        opened.assess()
        return export.export(opened, out)


def broken_files(source: Path) -> None:
    """Files of every kind that becomes a failure, each with the marker in its name."""
    folder = source / f"{MARKER}^Jane"
    folder.mkdir(parents=True)
    (folder / f"{MARKER}.dcm").write_bytes(b"")
    (source / f"{MARKER} empty").write_bytes(b"")
    (folder / f"{MARKER}_cut.dcm").write_bytes(b"\x00" * 128 + b"DICM" + b"\xff" * 99)
    (folder / f"{MARKER}_nowhere").symlink_to(folder / "gone")


def series(folder: Path, count: int = 4, **tags: object) -> None:
    folder.mkdir(parents=True)
    for number in range(1, count + 1):
        dataset = slice_dataset(number, np.full((40, 40), 50, dtype=np.int16), **tags)
        plant(dataset)
        dataset.save_as(folder / f"{MARKER}_{number}", enforce_file_format=True)


def test_small_study_with_failures(tmp_path: Path):
    source = tmp_path / f"{MARKER} root"
    broken_files(source)
    series(source / f"{MARKER}^W0", SeriesDescription="PORTAL VENOUS 70 s")
    series(source / f"{MARKER}^W1", StudyDate="20240401", SeriesInstanceUID="1.2.3", SeriesDescription="ARTERIAL 30 s")
    (cut,) = list((source / f"{MARKER}^W1").glob("*_2"))
    cut.write_bytes(cut.read_bytes()[:-500])
    (source / f"{MARKER}.nii.gz").write_bytes(b"no NIfTI")
    masks = source / f"{MARKER}.csv"
    masks.write_text(f"subject,date,acquisition,what,lesion,path\nS-001,2024-03-05,,liver,,{MARKER}.nii.gz\n")
    exported = run(source, tmp_path / "study", tmp_path / "out", masks=masks)
    (subject,) = exported.report.subjects
    evidence = " ".join(volume.phase.evidence for volume in subject.volumes)
    assert "PORTAL VENOUS" in evidence
    assert exported.report.failures
    assert MARKER not in exported.as_json()
    assert places(tmp_path / "out") == []
    assert MARKER in (tmp_path / "study" / "files.csv").read_text()
    index = (tmp_path / "out" / "index.html").read_text()
    with (tmp_path / "study" / "files.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert any(f"file {row['name']}" in index for row in rows)
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    hashes = [row["sha256"] for row in rows if row["status"] != "mask"]
    assert manifest["inputs"]["sha256"] == sorted(digest for digest in hashes if digest)


@pytest.mark.image
def test_a_whole_subject_with_pictures(tmp_path: Path):
    source = tmp_path / f"{MARKER} root"
    marked_copy(SAMPLE / QUICK, source)
    header, *lines = (SAMPLE / "events.csv").read_text().splitlines()
    events = tmp_path / "events.csv"
    events.write_text("\n".join([header, *(each for each in lines if each.startswith(QUICK)), ""]))
    exported = run(source, tmp_path / "study", tmp_path / "out", events)
    assert list((tmp_path / "out" / "report").glob("*.png"))
    assert exported.report.subjects[0].findings
    assert places(tmp_path / "out") == []
