"""A fault of hepatrack that a file meets is told as that: a failure of its own, with the traceback in the study."""

from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from flows.cli import app
from pipeline.model.catalog import FileStatus
from pipeline.model.internal import InternalError, describe
from pipeline.procedures import ingest, internal_log
from pipeline.store import worker
from pipeline.store.artifacts import Artifacts
from tests.builders import dicom_series


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
    internal_log.write(tmp_path, (entry for entry, _ in ingested.files))
    log = (tmp_path / internal_log.FILE).read_text(encoding="utf-8")
    assert log.startswith("planted: INTERNAL: ZeroDivisionError")
    assert "return worker.WorkerAnswer(1 // 0)" in log
    internal_log.write(tmp_path, (entry for entry, _ in ingested.files if entry.status is FileStatus.USED))
    assert not (tmp_path / internal_log.FILE).exists()


def test_scan_prints_the_traceback_and_ends_with_1(faulty: Path) -> None:
    done = CliRunner().invoke(app, ["scan", str(faulty), "--headers-only"])
    assert done.exit_code == 1
    assert "INTERNAL: ZeroDivisionError" in done.stdout
    assert "Traceback, without" in done.stderr
    assert "in planted" in done.stderr
    assert "division" not in done.stderr
    told = CliRunner().invoke(app, ["scan", str(faulty), "--headers-only", "--paths"])
    assert "ZeroDivisionError: " in told.stderr
