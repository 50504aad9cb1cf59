"""End a process when whoever it works for is gone, also in the midst of a library that keeps the interpreter.

Linux sends SIGIO, which ends a process that does not handle it, when the other end of a pipe is closed, and a killed
process closes its pipes. So no thread must wake up for it. Elsewhere SIGIO is ignored, and nothing happens here.
"""

import fcntl
import os
import select
from collections.abc import Iterator
from contextlib import contextmanager

GONE = 1
"""Exit code, without a unit, of a process for which nobody waits."""


def end_with(pipe: int) -> None:
    """End this process when the other end of a pipe is closed or written to."""
    fcntl.fcntl(pipe, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(pipe, fcntl.F_SETFL, fcntl.fcntl(pipe, fcntl.F_GETFL) | os.O_ASYNC)
    closed = select.poll()
    closed.register(pipe, select.POLLHUP)
    if any(event & select.POLLHUP for _, event in closed.poll(0)):
        os._exit(GONE)


@contextmanager
def ending_with(pipe: int) -> Iterator[None]:
    """End this process if within a block the other end of a pipe is closed; nothing may be written there then."""
    end_with(pipe)
    try:
        yield
    finally:
        fcntl.fcntl(pipe, fcntl.F_SETFL, fcntl.fcntl(pipe, fcntl.F_GETFL) & ~os.O_ASYNC)
