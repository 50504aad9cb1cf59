"""How a command ends before its time: told to by a signal, on a full disk, or without its server.

It ends within a second, with one line, and nothing that it started goes on. That is safe because a kill is: results
are written at once or not at all, and a signed read is acknowledged when it is on the disk. Prefect's own way of
stopping waits for the steps in progress, which may take minutes.
"""

import contextlib
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flows import beside, leaving
from pipeline.store import disk, orphan

EVERY_SECONDS = 0.5
"""Seconds between two looks at disk, server or parent; own choice, well below the ten in which all must have ended."""
INCOMPLETE, INVALID = 1, 2
"""Exit codes without a unit: something could not be completed; nothing can be done before a person acts."""
BY_SIGNAL = 128
"""What a shell adds to the number of the signal that ended a command (no unit; POSIX shells)."""
_CANNOT_WRITE = ("disk I/O error", "database or disk is full")
"""What SQLite says in the log of the Prefect server that cannot write its database: under a quota a disk looks free."""

_started: list[subprocess.Popen[bytes]] = []
_waiting: list[threading.Event] = []


def on_signals() -> None:
    """End this command on SIGTERM and SIGINT, whatever it is doing: a thread reads what the C handler writes."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _leave_to_the_thread)
    threading.Thread(target=_await_signal, args=(reader,), daemon=True).start()


def end(code: int, line: str) -> None:
    """End what this command started, write one line, and end."""
    for process in _started:
        process.kill()
    for child in multiprocessing.active_children():
        child.kill()
    show_cursor = "\x1b[?25h" if sys.stderr.isatty() else ""
    with contextlib.suppress(OSError):
        os.write(sys.stderr.fileno(), f"{show_cursor}\nhepatrack: {line}\n".encode())
    os._exit(code)


@contextlib.contextmanager
def watched(study: Path, server: subprocess.Popen[bytes], log: Path) -> Iterator[None]:
    """End the command when the disk of the study is full or the server is gone, until the block ends."""
    with beside.running(_watch, study, server, log):
        yield


@contextlib.contextmanager
def started(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """Remember a process that must not outlive this one."""
    _started.append(process)
    try:
        yield
    finally:
        _started.remove(process)


def until_interrupted() -> None:
    """Wait for Ctrl+C, which then ends nothing else."""
    interrupted = threading.Event()
    _waiting.append(interrupted)
    interrupted.wait()
    _waiting.remove(interrupted)


def follow_parent(parent: int) -> None:
    """End this worker soon after its parent, however that ended (prctl would follow the parent's thread instead).

    A thread looks for the parent; where a library keeps the interpreter to itself, Linux tells by the pipe of spawn.
    """
    leaving.worker()
    started_by = multiprocessing.parent_process()
    if started_by is not None:
        orphan.end_with(started_by.sentinel)
    threading.Thread(target=_follow, args=(parent,), daemon=True).start()


def _follow(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(EVERY_SECONDS)
    os._exit(INCOMPLETE)


def _leave_to_the_thread(_number: int, _frame: Any) -> None:
    """Do nothing here: the main thread may be in a computation and come here late."""


def _await_signal(reader: int) -> None:
    while True:
        for number in os.read(reader, 64):
            if number == signal.SIGINT and _waiting:
                _waiting[-1].set()
            elif number in (signal.SIGTERM, signal.SIGINT):
                name = signal.Signals(number).name
                end(BY_SIGNAL + number, f"ended by {name}. What is done is kept: repeat the command, it goes on there.")


def _watch(stop: threading.Event, study: Path, server: subprocess.Popen[bytes], log: Path) -> None:
    while not stop.wait(EVERY_SECONDS):
        if disk.full(study):
            end(INVALID, disk.message(study))
        written = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
        for words in _CANNOT_WRITE:
            if words in written:
                end(INVALID, disk.message(study, f"Prefect's database: {words}"))
        code = server.poll()
        if code is not None and not stop.is_set():
            end(
                INCOMPLETE,
                f"the Prefect server of this command ended (exit code {code}); its log is {log}. What is done is kept: "
                "repeat the command, it goes on there.",
            )
