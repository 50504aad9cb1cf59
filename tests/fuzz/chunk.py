"""The process that reads mutated inputs and may die of it: `python -m tests.fuzz.chunk KIND FOLDER < NAMES`.

It tells on its standard output, in lines of JSON, which input it began and what became of it.
"""

import importlib
import json
import os
import resource
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from pipeline.store import worker
from tests.fuzz import outcome, watch
from tests.fuzz.outcome import Line

ALLOWED_BYTES = 4 << 30
"""Bytes after which an allocation fails, so that a breach does not take the machine with it; own choice."""


class Events:
    """What the watching process is told."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._lock = threading.Lock()
        self._dead_bytes = 0

    @contextmanager
    def reading(self, name: str) -> Iterator[None]:
        """Tell that the reading of an input begins, and when it ends how long it took and the peak of memory."""
        began = time.monotonic()
        self._tell({"began": name})
        try:
            yield
        finally:
            peak = self._peak()
            self._tell({"took": [name, time.monotonic() - began, peak]})
            if peak > watch.MOST_BYTES:
                self.lines([Line(name, f"{outcome.MEMORY}: {peak >> 20} MiB")])

    def lines(self, lines: Iterable[Line]) -> None:
        """Tell what became of inputs."""
        for line in lines:
            self._tell({"line": [line.name, line.outcome, line.detail]})

    def _tell(self, event: dict[str, Any]) -> None:
        with self._lock:
            self._stream.write(json.dumps(event) + "\n")
            self._stream.flush()

    def _peak(self) -> int:
        """Return the peak of this process and its workers in bytes since it was last asked for.

        It is the sum of the peaks of those that live, or with the largest that has died where that is new.
        """
        children = Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="ascii").split()
        own, alive = _peak_of("self"), sum(map(_peak_of, children))
        dead = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss << 10
        died = dead if dead > max(own, self._dead_bytes) else 0  # a process starts with the peak of the one it is from
        self._dead_bytes = max(self._dead_bytes, dead)
        return own + max(alive, died)


def _peak_of(process: str) -> int:
    """Return the peak resident bytes of a process since it was last asked for (VmHWM of proc(5))."""
    with suppress(OSError):
        status = Path(f"/proc/{process}/status").read_text(encoding="utf-8", errors="replace")
        Path(f"/proc/{process}/clear_refs").write_text("5", encoding="ascii")
        peak = next((line for line in status.splitlines() if line.startswith("VmHWM")), "VmHWM: 0 kB")
        return int(peak.split()[1]) << 10
    return 0


def timed(events: Events, folder: Path) -> None:
    """Tell how long each reading of a foreign file takes; the name is its path below the folder."""
    call = worker.call

    def measured(task: str, request: dict[str, Any]) -> worker.WorkerAnswer:
        path = Path(request.get("root", ""), request["path"])
        name = str(path.relative_to(folder)) if path.is_relative_to(folder) else path.name
        with events.reading(name):
            return call(task, request)

    worker.call = measured  # type: ignore[assignment]  # the same call, with a dictionary for any mapping


def main() -> None:
    """Read what the standard input names, of the kind and in the folder that the arguments say."""
    kind, folder = sys.argv[1], Path(sys.argv[2])
    names = json.loads(sys.stdin.read())
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (ALLOWED_BYTES, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    events = Events(os.fdopen(os.dup(1), "w", encoding="ascii"))
    os.dup2(2, 1)
    timed(events, folder)
    reader = importlib.import_module(f"tests.fuzz.read.{kind}")
    reader.read(folder, names, events)
    with events.reading(""):
        return  # what was used since the last input is told


if __name__ == "__main__":
    main()
