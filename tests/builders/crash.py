"""Plant what a process does wrong when it is taken apart: it reads at address 0, and a segmentation fault ends it."""

import atexit
import ctypes
import os
import threading
import time
from pathlib import Path
from typing import Any

from flows import ending

_kept: list[Any] = []


class _Finalized:
    """Crashes when the interpreter frees what modules hold."""

    def __init__(self) -> None:
        self.read = ctypes.string_at

    def __del__(self) -> None:
        self.read(0)


def in_the_interpreter() -> None:
    """Crash when Python frees its modules."""
    _kept.append(_Finalized())


def in_a_library() -> None:
    """Crash in a destructor of C or C++: as a thread pool that is destroyed while its threads run."""
    libc = ctypes.CDLL(None)
    libc.__cxa_atexit(ctypes.cast(libc.strlen, ctypes.c_void_p), None, None)


def leave_to_be_done(folder: Path) -> None:
    """Leave work for the end: a thread that is no daemon, a callback of atexit, and a daemon thread for ever."""
    threading.Thread(target=_late, args=(folder / "thread",)).start()
    atexit.register((folder / "atexit").write_text, "done")
    threading.Thread(target=time.sleep, args=(1e6,), daemon=True).start()


def _late(path: Path) -> None:
    time.sleep(0.2)
    path.write_text("done")


def worker(leaves: bool) -> None:
    """Be a worker process that crashes at its end unless it leaves as ours do."""
    if leaves:
        ending.follow_parent(os.getppid())
    in_a_library()


def worker_in_a_library(mark: Path) -> None:
    """Be a worker process in a library that keeps the interpreter to itself for a minute."""
    ending.follow_parent(os.getppid())
    mark.write_text(str(os.getpid()))
    ctypes.PyDLL(None).sleep(60)
