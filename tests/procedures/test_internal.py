"""A fault of hepatrack that a file meets is told as that: a failure of its own, with the traceback in the study."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from flows.cli import app
from pipeline.assess import accepted
from pipeline.model.internal import InternalError, describe
from pipeline.model.visit import Visit
from pipeline.procedures import export, ingest, inputs, internal_log, line
from pipeline.procedures.direct import Direct
from pipeline.settings import Settings
from pipeline.store import worker
from pipeline.store.artifacts import Artifacts
from pipeline.store.db import schema
from tests.builders import dicom_series
from tests.builders.command import PROTOCOL
from tests.builders.marked import places


@pytest.fixture
def faulty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of six slices and a file at whose header our code fails."""
    source = tmp_path / "source"
    dicom_series.write_series(source, 6)
    dicom_series.write_slice(source / "planted", 9)
    ask = worker.call

    def planted(task: str, request: dict[str, Any]) -> worker.WorkerAnswer:
        if request["path"] == "planted":
            try:
                return worker.WorkerAnswer(1 // 0)
            except ZeroDivisionError as error:
                raise InternalError(describe(error)) from error
        return ask(task, request)

    monkeypatch.setattr(worker, "call", planted)
    return source


def test_a_planted_fault_is_a_failure_and_the_rest_goes_on(faulty: Path, tmp_path: Path) -> None:
    given = ingest.IngestInput((str(faulty),), (), ())
    ingested = ingest.ingest(Artifacts(tmp_path / "artifacts"), given)
    (failure,) = ingested.failures
    assert failure.reason.startswith("planted: INTERNAL: ZeroDivisionError (test_internal.py, line ")
    assert len(ingested.subjects[0].volumes[0].slices) == 6
    internal_log.write(tmp_path, ingested.failures)
    log = (tmp_path / internal_log.FILE).read_text(encoding="utf-8")
    assert log.startswith(f"{ingest.NO_SUBJECT} ingest: planted: INTERNAL: ZeroDivisionError")
    assert "return worker.WorkerAnswer(1 // 0)" in log
    internal_log.write(tmp_path, ())
    assert not (tmp_path / internal_log.FILE).exists()


def test_a_planted_fault_of_a_step_takes_out_its_subject_with_the_traceback_in_the_study_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("SOUND", "FAULTY"):
        series = {"StudyInstanceUID": dicom_series.uid(name), "SeriesInstanceUID": dicom_series.uid(f"{name} 1")}
        dicom_series.write_series(tmp_path / "source" / name, 6, PatientID=name, **series)
    choose = accepted.choose

    def planted(proposals: Any, reads: Any, visits: Sequence[Visit]) -> Any:
        if visits[0].subject == "FAULTY":
            raise KeyError("planted^Jane")
        return choose(proposals, reads, visits)

    study = tmp_path / "study"
    study.mkdir()
    with line.stored(study, Settings(), Direct()) as opened:
        opened.ingest(inputs.read([tmp_path / "source"], PROTOCOL, None, None, None))
        opened.propose()
        assert not (study / internal_log.FILE).exists()
        monkeypatch.setattr(accepted, "choose", planted)
        opened.assess()
        exported = export.export(opened, tmp_path / "out")
        log = (study / internal_log.FILE).read_text(encoding="utf-8")
        monkeypatch.setattr(accepted, "choose", choose)
        opened.assess()
        assert not (study / internal_log.FILE).exists()
        assert opened.database.rows(schema.endpoint, "FAULTY")
        monkeypatch.setattr(accepted, "choose", planted)
        opened.assess()
        assert not opened.database.rows(schema.endpoint, "FAULTY")
    (failure,) = (each for each in exported.report.failures if each.subject == "FAULTY" and each.step == "assess")
    assert failure.reason.startswith("INTERNAL: KeyError (test_internal.py, line ")
    assert log.startswith(f"FAULTY assess: {failure.reason}\nTraceback")
    assert "planted^Jane" in log
    assert places(tmp_path / "out", "Jane") == []
    assert "Jane" not in exported.as_json()
    assert "SOUND" in {subject.subject for subject in exported.report.subjects}


def test_scan_prints_the_traceback_and_ends_with_1(faulty: Path) -> None:
    done = CliRunner().invoke(app, ["scan", str(faulty), "--headers-only"])
    assert done.exit_code == 1
    assert "INTERNAL: ZeroDivisionError" in done.stdout
    assert "Traceback, without" in done.stderr
    assert "in planted" in done.stderr
    assert "division" not in done.stderr
    told = CliRunner().invoke(app, ["scan", str(faulty), "--headers-only", "--paths"])
    assert "ZeroDivisionError: " in told.stderr
