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
from collections.abc import Iterable
from contextlib import suppress
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
        self._large: set[str] = set()

    def began(self, name: str) -> None:
        """Tell that the reading of an input begins."""
        self._tell({"began": name})

    def took(self, name: str, seconds: float) -> None:
        """Tell that the reading of an input ended after so many seconds, and the peak of the largest process."""
        peaks = list(_peaks())
        self._tell({"took": [name, seconds, max(peak for _, peak in peaks)]})
        for process, peak in peaks:
            if peak > watch.MOST_BYTES and process not in self._large:
                self._large.add(process)
                self.lines([Line(name, f"{outcome.MEMORY}: {peak >> 20} MiB")])

    def lines(self, lines: Iterable[Line]) -> None:
        """Tell what became of inputs."""
        for line in lines:
            self._tell({"line": [line.name, line.outcome, line.detail]})

    def _tell(self, event: dict[str, Any]) -> None:
        with self._lock:
            self._stream.write(json.dumps(event) + "\n")
            self._stream.flush()


def _peaks() -> Iterable[tuple[str, int]]:
    """The peak resident bytes of this process and of its children."""
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="ascii").split()
    for process in ("self", *children):
        with suppress(OSError):
            status = Path(f"/proc/{process}/status").read_text(encoding="utf-8", errors="replace")
            peak = next((line for line in status.splitlines() if line.startswith("VmHWM")), "VmHWM: 0 kB")
            yield process, int(peak.split()[1]) << 10


def timed(events: Events, folder: Path) -> None:
    """Tell how long each reading of a foreign file takes; the name is its path below the folder."""
    call = worker.call

    def measured(task: str, request: dict[str, Any]) -> worker.WorkerAnswer:
        path = Path(request.get("root", ""), request["path"])
        name = str(path.relative_to(folder)) if path.is_relative_to(folder) else path.name
        began = time.monotonic()
        events.began(name)
        try:
            return call(task, request)
        finally:
            events.took(name, time.monotonic() - began)

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
    events.took("", 0.0)
    importlib.import_module(f"tests.fuzz.read.{kind}").read(folder, names, events)


if __name__ == "__main__":
    main()
