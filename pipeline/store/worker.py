"""Read foreign bytes in processes that may die: whatever a file does to its reader, this process goes on.

A worker (`python -m pipeline.store.worker_process`) takes one request after another over pipes and is used
again. It limits itself in time and memory for each; where the limit or the file kills it, the request that did is
told and a new worker takes the next. Without its parent it ends, also in the midst of a task.
"""

import atexit
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from pipeline.model.errors import EngineError, InputError
from pipeline.model.internal import Internal, InternalError
from pipeline.store import worker_frames

KEPT = 2
"""Workers that are kept for the next request; own choice, as many as read or decode at once."""
_FROM_OUTSIDE = frozenset({signal.SIGKILL, signal.SIGTERM})


class WorkerDiedError(InputError):
    """The worker that read a file died of it."""


class _LostError(Exception):
    """The worker is gone; holds the signal it died of, 0 for none."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


@dataclass(frozen=True)
class WorkerAnswer:
    """What a task returned: a value of plain JSON and arrays."""

    value: Any
    arrays: tuple[NDArray[Any], ...] = ()


def call(task: str, request: Mapping[str, Any]) -> WorkerAnswer:
    """Have a worker do a task of `worker_tasks`.

    What a worker was killed at from outside (memory, an administrator) gets one more try, by a new worker: those that
    wait may have been killed with it.

    Raises:
        InputError: the task refuses what it was given.
        WorkerDiedError: the worker died of it, or took too long.
        InternalError: the task met a fault of hepatrack.
    """
    try:
        return _once(task, request)
    except _LostError as lost:
        last = lost
    if last.number in _FROM_OUTSIDE:
        try:
            return _once(task, request, fresh=True)
        except _LostError as lost:
            last = lost
    raise WorkerDiedError(_epitaph(last.number))


def _once(task: str, request: Mapping[str, Any], *, fresh: bool = False) -> WorkerAnswer:
    with _POOL.borrowed(fresh=fresh) as worker:
        value, arrays = worker.ask({"task": task, "request": request})
    if "refused" in value:
        raise InputError(value["refused"])
    if "internal" in value:
        raise InternalError(Internal(**value["internal"]))
    return WorkerAnswer(value["value"], arrays)


def _epitaph(number: int) -> str:
    if number == signal.SIGALRM:
        return "its reading took too long and was ended"
    name = signal.Signals(number).name if number else "without a signal"
    return f"the decoder died of it ({name})"


class _Worker:
    """One worker process and the pipes to it."""

    def __init__(self) -> None:
        root = str(Path(__file__).resolve().parents[2])
        known = os.environ.get("PYTHONPATH", "")
        environment = os.environ | {
            "PYTHONPATH": os.pathsep.join(filter(None, [root, known])),
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
        }
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "pipeline.store.worker_process"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
        )
        try:
            self._receive()
        except _LostError as error:
            self.close()
            if error.number in _FROM_OUTSIDE:
                raise
            raise EngineError("the process that reads files does not start; its message stands above") from error

    def ask(self, request: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[NDArray[Any], ...]]:
        assert self.process.stdin is not None
        try:
            worker_frames.write(self.process.stdin, request)
        except BrokenPipeError as error:
            raise self._lost() from error
        return self._receive()

    def alive(self) -> bool:
        return self.process.poll() is None

    def close(self) -> None:
        """End the worker: without requests it ends by itself, but not while it is in a task."""
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            assert pipe is not None
            try:
                pipe.close()
            except BrokenPipeError:
                continue

    def _receive(self) -> tuple[dict[str, Any], tuple[NDArray[Any], ...]]:
        assert self.process.stdout is not None
        frame = worker_frames.read(self.process.stdout)
        if frame is None:
            raise self._lost()
        return frame

    def _lost(self) -> _LostError:
        code = self.process.wait()
        return _LostError(-code if code < 0 else 0)


class _Pool:
    """Workers of this process that wait for a request; a process that was forked off has none of them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: list[_Worker] = []
        self._owner = os.getpid()

    @contextmanager
    def borrowed(self, *, fresh: bool = False) -> Iterator[_Worker]:
        """Lend a worker, a new one where that is asked; one that was left in the middle of a request is ended."""
        worker = _Worker() if fresh else self._take()
        try:
            yield worker
        except BaseException:
            worker.close()
            raise
        self._give(worker)

    def close(self) -> None:
        """End the workers that wait."""
        with self._lock:
            idle, self._idle = self._idle, []
        if self._owner == os.getpid():
            for worker in idle:
                worker.close()

    def _take(self) -> _Worker:
        with self._lock:
            if self._owner != os.getpid():
                self._owner, self._idle = os.getpid(), []
            while self._idle:
                worker = self._idle.pop()
                if worker.alive():
                    return worker
                worker.close()
        return _Worker()

    def _give(self, worker: _Worker) -> None:
        with self._lock:
            if len(self._idle) < KEPT:
                self._idle.append(worker)
                return
        worker.close()


_POOL = _Pool()
atexit.register(_POOL.close)
