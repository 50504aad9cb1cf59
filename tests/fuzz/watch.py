"""Watch the process that reads mutated inputs: it may die, hang, grow, or lose one; each is named."""

import json
import os
import queue
import resource
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.conftest import ROOT
from tests.fuzz import outcome
from tests.fuzz.outcome import Line

HANG_SECONDS = 10.0
"""Seconds after which an input hangs (the bar)."""
MOST_BYTES = 1 << 30
"""Bytes that a command with its workers may use at its peak (the bar)."""
START_SECONDS = 120.0
"""Seconds until the process must have told its first word: imports on a loaded machine; own choice."""
STUDY_SECONDS = 120.0
"""Seconds without a word after which a whole study hangs: a liver alone may take ten; own choice."""
CHUNK = "tests.fuzz.chunk"
"""The module of the process."""
WHOLE = frozenset({"files", "studies"})
"""Kinds whose inputs are read together: none is read again without the one that ended the process."""
TAIL = 2000
"""Characters that are kept of what a process that ended printed; own choice."""
_BESIDE = (outcome.MEMORY, outcome.HANG)
"""Outcomes that are told beside that of the input itself."""


@dataclass
class Watched:
    """What became of inputs: their lines, the peak of a process with its workers, and the longest reading of one."""

    lines: list[Line] = field(default_factory=list)
    peak_bytes: int = 0
    longest: tuple[float, str] = (0.0, "")


@dataclass
class _Ended:
    """A process that ended: what it told, and how it ended ("" where it ended as it should)."""

    lines: list[Line] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    how: str = ""
    detail: str = ""


def watch(kind: str, folder: Path, names: Sequence[str], *, module: str = CHUNK, hang: float = HANG_SECONDS) -> Watched:
    """Have inputs of a kind read, by a new process for those that are left where one died of an input.

    Every name has a line in the end, those that were never told of say so.
    """
    watched, left = Watched(), list(names)
    while left:
        ended = _run(kind, folder, left, module, max(hang, STUDY_SECONDS) if kind == "studies" else hang, watched)
        watched.lines += ended.lines
        known = {line.name for line in ended.lines if not line.outcome.startswith(_BESIDE)}
        blamed = [name for name in ended.open if name not in known] or (left[:1] if ended.how else [])
        if ended.how:
            watched.lines += [Line(name, ended.how, ended.detail) for name in blamed]
        rest = [name for name in left if name not in known and name not in blamed]
        if not ended.how or kind in WHOLE or len(rest) == len(left):
            watched.lines += [Line(name, outcome.NO_LINE, ended.detail) for name in rest]
            break
        left = rest
    told = Counter(line.name for line in watched.lines if not line.outcome.startswith(_BESIDE))
    watched.lines += [Line(name, outcome.TWICE) for name in names if told[name] > 1]
    return watched


def _run(kind: str, folder: Path, names: Sequence[str], module: str, hang: float, watched: Watched) -> _Ended:
    printed = folder.with_name(f"{folder.name}.printed")
    with printed.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", module, kind, str(folder)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            start_new_session=True,
        )
    assert process.stdin is not None
    assert process.stdout is not None
    told: queue.Queue[bytes | None] = queue.Queue()
    listener = threading.Thread(target=_listen, args=(process.stdout, told), daemon=True)
    listener.start()
    with suppress(BrokenPipeError):
        process.stdin.write(json.dumps(list(names)).encode())
    with suppress(BrokenPipeError):
        process.stdin.close()
    ended = _Ended()
    hung = _follow(told, ended, watched, hang)
    if hung:
        os.killpg(process.pid, signal.SIGKILL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    listener.join()
    process.stdout.close()
    own_peak = used.ru_maxrss << 10
    ours = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10  # a new process starts with the peak of this one
    watched.peak_bytes = max(watched.peak_bytes, own_peak if own_peak > max(MOST_BYTES, ours) else 0)
    ended.detail = printed.read_text(encoding="utf-8", errors="replace")[-TAIL:]
    if hung:
        ended.how = f"{outcome.HANG}: no word for {hang:g} s"
    elif process.returncode < 0:
        ended.how = f"{outcome.CRASH}: {signal.Signals(-process.returncode).name}"
    elif process.returncode > 0:
        ended.how = f"{outcome.CRASH}: exit code {process.returncode}"
    return ended


def _listen(stream: object, told: "queue.Queue[bytes | None]") -> None:
    for line in stream:  # type: ignore[attr-defined]  # a pipe of bytes
        told.put(line)
    told.put(None)


def _follow(told: "queue.Queue[bytes | None]", ended: _Ended, watched: Watched, hang: float) -> bool:
    """Take what the process tells until it ends; return whether it went silent or one input took too long."""
    begun: dict[str, float] = {}
    first = True
    while True:
        wait = max(START_SECONDS, hang) if first else hang
        try:
            text = told.get(timeout=wait)
        except queue.Empty:
            ended.open = list(begun)
            return True
        first = False
        if text is None:
            ended.open = list(begun)
            return False
        event = json.loads(text)
        if "began" in event:
            begun[event["began"]] = time.monotonic()
        elif "took" in event:
            name, seconds, peak = event["took"]
            watched.peak_bytes = max(watched.peak_bytes, peak)
            begun.pop(name, None)
            watched.longest = max(watched.longest, (seconds, name))
            if seconds > hang:
                ended.lines.append(Line(name, f"{outcome.HANG}: {seconds:.0f} s"))
        else:
            ended.lines.append(Line(*event["line"]))
