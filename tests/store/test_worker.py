"""Workers: what kills a reader takes out that one file, and nothing outlives its time or its parent."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from pydicom import dcmread
from pydicom.uid import JPEGLSLossless

from pipeline.model.catalog import FileStatus
from pipeline.model.errors import InputError
from pipeline.model.internal import InternalError
from pipeline.store import dicom, dicom_headers, worker, worker_frames, worker_limits, worker_tasks
from tests.builders import dicom_series


def _workers_of(parent: int) -> list[int]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            status = (folder / "stat").read_text().rpartition(")")[2].split()
            command = (folder / "cmdline").read_bytes()
        except OSError:
            continue
        if int(status[1]) == parent and status[0] != "Z" and b"pipeline.store.worker_process" in command:
            found.append(int(folder.name))
    return found


def test_a_stream_that_aborts_the_decoder_is_named_and_the_next_one_is_read(tmp_path: Path) -> None:
    paths = [dicom_series.write_slice(tmp_path / f"{number}", number) for number in (1, 2)]
    (first, second), others = dicom.read_headers(tmp_path)
    assert others == ()
    small = dicom_series.slice_dataset(1, np.zeros((4, 4), dtype=np.int16))
    small.compress(JPEGLSLossless, generate_instance_uid=False)
    dataset = dcmread(paths[0])
    dataset.PixelData = small.PixelData
    dataset["PixelData"].is_undefined_length = True
    dataset.file_meta.TransferSyntaxUID = JPEGLSLossless
    dataset.save_as(paths[0])
    with pytest.raises(InputError, match=r"^1: pixel data"):
        dicom.decode([tmp_path], [first])
    assert int(dicom.decode([tmp_path], [second])[0][0, 0]) == 2


@pytest.mark.parametrize(("number", "words"), [(signal.SIGABRT, "SIGABRT"), (signal.SIGALRM, "took too long")])
def test_how_a_worker_died_is_told(number: int, words: str) -> None:
    with worker._POOL.borrowed() as idle:
        os.kill(idle.process.pid, number)
        with pytest.raises(worker._LostError) as lost:
            idle._receive()
    assert words in worker._epitaph(lost.value.number)


def test_a_worker_that_is_killed_from_outside_is_replaced_and_asked_again(tmp_path: Path) -> None:
    dicom_series.write_series(tmp_path, 3)
    dicom.read_headers(tmp_path)
    for process in _workers_of(os.getpid()):
        os.kill(process, signal.SIGKILL)
    assert len(dicom.read_headers(tmp_path)[0]) == 3


def test_a_worker_that_is_killed_while_it_starts_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dicom_series.write_slice(tmp_path / "slice")
    worker._POOL.close()
    receive, killed = worker._Worker._receive, []

    def killed_once(starting: worker._Worker) -> object:
        if not killed:
            killed.append(starting)
            os.kill(starting.process.pid, signal.SIGKILL)
        return receive(starting)

    monkeypatch.setattr(worker._Worker, "_receive", killed_once)
    assert len(dicom.read_headers(tmp_path)[0]) == 1
    assert killed


def test_a_fault_of_ours_is_no_bad_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dicom_series.write_slice(tmp_path / "slice")

    def planted(*_: object) -> None:
        raise ZeroDivisionError("Secret^Name")

    monkeypatch.setattr(dicom_headers, "_header", planted)
    with pytest.raises(ZeroDivisionError):
        worker_tasks.do("headers", {"root": str(tmp_path), "path": "slice", "source": 0})
    with pytest.raises(InternalError, match="INTERNAL: KeyError") as met:
        worker.call("no such task", {})
    assert "worker_tasks.py" in met.value.internal.trace
    monkeypatch.setattr(worker, "call", lambda *_: (_ for _ in ()).throw(met.value))
    (entry,) = dicom.read_headers(tmp_path)[1]
    assert entry.status is FileStatus.INTERNAL
    assert entry.reason.startswith("INTERNAL: KeyError")
    assert "Traceback" in entry.trace


def test_time_ends_what_hangs() -> None:
    code = "from pipeline.store import worker_limits as w; w.allow(0.2, w.FILE_BYTES)\nwhile True: pass"
    start = time.monotonic()
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == -signal.SIGALRM
    assert time.monotonic() - start < worker_limits.SECONDS


def test_memory_beyond_the_limit_fails_in_the_worker() -> None:
    code = "from pipeline.store import worker_limits as w; w.allow(8, w.FILE_BYTES)\nbytearray(1 << 30)"
    ended = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True)
    assert b"MemoryError" in ended.stderr


def test_no_worker_outlives_its_parent(tmp_path: Path) -> None:
    dicom_series.write_slice(tmp_path / "slice")
    code = (
        "import sys, time; from pathlib import Path; from pipeline.store import dicom\n"
        "dicom.read_headers(Path(sys.argv[1])); print('read', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        parent.stdout.readline()
        (process,) = _workers_of(parent.pid)
        parent.kill()
    end = time.monotonic() + 10
    while Path(f"/proc/{process}").exists() and time.monotonic() < end:
        time.sleep(0.05)
    assert not Path(f"/proc/{process}").exists()


HANGS = """
import ctypes
from pipeline.store import worker_limits, worker_process, worker_tasks

def hang():
    print("hangs", file=open({told_in!r}, "w"), flush=True)
    ctypes.PyDLL(None).sleep(60)

worker_limits.SECONDS = 60
worker_tasks._TASKS["hang"] = hang
worker_process.main()
"""
"""A worker with a task that keeps the interpreter for a minute, as a decoder may."""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere only the time limit of the task ends it")
def test_a_worker_in_a_task_ends_with_who_asked(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    with subprocess.Popen(
        [sys.executable, "-c", HANGS.format(told_in=str(mark))], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        worker_frames.read(process.stdout)
        worker_frames.write(process.stdin, {"task": "hang", "request": {}})
        while not mark.exists():
            time.sleep(0.05)
        process.stdin.close()
        assert process.wait(10) == -signal.SIGIO
