"""Start `hepatrack run`, see which processes belong to it, and do to them what the world does."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from tests.builders.command import ROOT, environment

GONE_SECONDS = 10.0
"""Seconds after which no process of a command that ended may be there (issue 10)."""


@dataclass(frozen=True)
class Process:
    """A process of this machine: its number, its parent's, its group and its command line."""

    pid: int
    parent: int
    session: int
    command: str


def every() -> list[Process]:
    """Return the processes that run now, without those that ended and wait for their parent."""
    seen = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            fields = (entry / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if fields[0] != "Z":
            seen.append(Process(int(entry.name), int(fields[1]), int(fields[3]), command))
    return seen


def of_session(session: int) -> list[Process]:
    """Return the processes that a command started in its own session, itself among them."""
    return [each for each in every() if each.session == session]


def start(arguments: list[object], log: Path, *before: str) -> subprocess.Popen[bytes]:
    """Start `hepatrack` in a session of its own; what it writes goes to a log. before: a command that starts it."""
    with log.open("wb") as output:
        return subprocess.Popen(
            [*before, sys.executable, "-m", "flows.cli", *map(str, arguments)],
            cwd=ROOT,
            env=environment(),
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def role(process: Process, session: int) -> str:
    """Return parent, server, worker, or decoder (what reads foreign files)."""
    if process.pid == session:
        return "parent"
    if "worker_process" in process.command:
        return "decoder"
    if "prefect server" in process.command:
        return "server"
    return "worker" if "spawn_main" in process.command else "other"


def hit(session: int, wanted: str, number: signal.Signals) -> bool:
    """Send a signal to the first process of a role; tell whether there was one."""
    for process in of_session(session):
        if role(process, session) == wanted:
            os.kill(process.pid, number)
            return True
    return False


def left_after(session: int, seconds: float = GONE_SECONDS) -> list[Process]:
    """Wait until no process of a session is left; return those that stay."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not of_session(session):
            return []
        time.sleep(0.2)
    return of_session(session)
