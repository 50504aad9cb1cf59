"""The worker: does what it is asked until nobody asks any more (see `worker`).

Time and memory are limited for each task by the operating system, so that neither needs the other process: the
default action of SIGALRM ends a task that hangs in a decoder, and an allocation beyond RLIMIT_DATA fails. A task is
ended too where nobody waits for its answer any more.
"""

import contextlib
import os
import resource
import signal
from typing import Any

from pipeline.model.errors import InputError
from pipeline.model.internal import describe
from pipeline.store import orphan, worker_frames, worker_limits, worker_tasks


def main() -> None:
    """Answer requests until the pipe ends; decoders hold nothing that must be taken apart in order."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    requests = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    worker_frames.write(answers, {})
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    with contextlib.suppress(BrokenPipeError):
        while (frame := worker_frames.read(requests)) is not None:
            with orphan.ending_with(requests.fileno()):
                answer, arrays = _done(frame[0])
            worker_frames.write(answers, answer, arrays)
    os._exit(0)


def _done(asked: dict[str, Any]) -> tuple[dict[str, Any], tuple[Any, ...]]:
    """Return what is to be answered to a request."""
    worker_limits.allow(worker_limits.SECONDS, worker_limits.FILE_BYTES)
    arrays: tuple[Any, ...] = ()
    try:
        value, arrays = worker_tasks.do(asked["task"], asked["request"])
        answer: dict[str, Any] = {"value": value}
    except InputError as error:
        answer = {"refused": str(error)}
    except MemoryError:
        answer = {"refused": "needs more memory than a file may take"}
    except Exception as error:  # noqa: BLE001  the boundary: what no one foresaw is a fault of ours, told as that
        answer = {"internal": vars(describe(error))}
    worker_limits.rest()
    return answer, arrays


if __name__ == "__main__":
    main()
