"""A fault in a table of a study leaves its subject out and is named; the others are ingested, all faults at once."""

from pathlib import Path

import pytest

from pipeline.procedures import export, inputs, line
from pipeline.procedures.direct import Direct
from pipeline.settings import Settings
from pipeline.store.faults import FaultsError
from tests.builders import dicom_series
from tests.builders.command import PROTOCOL

EVENTS = "subject,event,date\nSOUND,DEATH,2025-01-01\nFAULTY,DEATH,2024-02-30\n"
MASKS = "subject,date,acquisition,what,lesion,path\nFAULTY,2024-01-05,,liver,,Jane_Doe.nii.gz\n"


def given(folder: Path, *, strict: bool = False) -> inputs.Inputs:
    """Two subjects of six slices; FAULTY has a wrong date in the events, and a mask that is not there."""
    for name in ("SOUND", "FAULTY"):
        series = {"StudyInstanceUID": dicom_series.uid(name), "SeriesInstanceUID": dicom_series.uid(f"{name} 1")}
        dicom_series.write_series(folder / "source" / name, 6, PatientID=name, **series)
    for name, text in (("events", EVENTS), ("masks", MASKS)):
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return inputs.read([folder / "source"], PROTOCOL, folder / "events.csv", folder / "masks.csv", None, strict=strict)


def test_the_subject_is_left_out_and_named_and_no_cell_leaves_the_study(tmp_path: Path) -> None:
    asked = given(tmp_path)
    (tmp_path / "study").mkdir()
    with line.stored(tmp_path / "study", Settings(), Direct()) as opened:
        opened.ingest(asked)
        assert [subject.subject for subject in opened.subjects()] == ["SOUND"]
        opened.assess()
        exported = export.export(opened, tmp_path / "out")
    told = {failure.reason for failure in exported.report.failures if failure.subject == "FAULTY"}
    left_out = "the subject is left out until the row is corrected; allowed:"
    assert any(reason.startswith(f"--events row 3, column date: {left_out} a date that exists") for reason in told)
    assert any(reason.startswith(f"--masks row 2, column path: {left_out} a file that exists") for reason in told)
    assert {subject.subject for subject in exported.report.subjects} == {"SOUND"}
    assert "Jane" not in exported.as_json()
    assert "'Jane_Doe.nii.gz'" in str(asked.faults.all[1])


def test_strict_ends_with_the_faults_of_every_table(tmp_path: Path) -> None:
    with pytest.raises(FaultsError) as error:
        given(tmp_path, strict=True)
    assert [(fault.table, fault.row) for fault in error.value.faults] == [("events.csv", 3), ("masks.csv", 2)]
