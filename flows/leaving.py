"""How a process ends for good: nothing is left undone, and the interpreter is not taken apart.

What Python does at exit is done: threads that are no daemons are waited for, so Prefect's logs are sent, `atexit` is
run, streams are flushed. What it does then is not, for others still run meanwhile: Prefect's event loops are daemon
threads of Python, and OpenBLAS, ITK (in SimpleITK and again in greedy) and jemalloc have threads of C++. A thread
that touches what was just freed ends a finished command with a segmentation fault (docs/decisions/0030).
"""

import atexit
import contextlib
import os
import sys
import threading
from multiprocessing import util
from typing import NoReturn

INCOMPLETE = 1
"""Exit code, without a unit, of a command whose last output could not be written."""
LAST = -1000
"""Priority, without a unit, after all that multiprocessing does at exit (its own are -5 and above)."""


def leave(code: int) -> NoReturn:
    """End this process with an exit code, after what Python does at exit and before it takes itself apart."""
    try:
        threading._shutdown()  # type: ignore[attr-defined]  # noqa: SLF001  # as multiprocessing ends its processes
        atexit._run_exitfuncs()  # noqa: SLF001  # likewise; neither has a public name
        for stream in filter(None, (sys.stdout, sys.stderr)):
            stream.flush()
    except BaseException as error:  # noqa: BLE001  # whatever it is, the process ends here and tells
        code = code or INCOMPLETE
        with contextlib.suppress(OSError):
            os.write(2, f"hepatrack: the last of the output or of the logs may be missing: {error!r}\n".encode())
    finally:
        os._exit(code)


def worker() -> None:
    """Have this worker of multiprocessing end so where its work is done; an error takes Python's own way."""
    util.Finalize(None, _leave_done, exitpriority=LAST)


def _leave_done() -> None:
    if sys.exception() is None:
        leave(os.EX_OK)
