"""Kill a piece of work at each of its moments: before each file that it changes, each sync, each transaction's end."""

import os
import signal
import sys
from collections.abc import Callable, Iterator

from sqlalchemy import Engine, event

FILES = {"os.rename", "os.remove", "os.link", "os.truncate"}
"""Events of Python's audit that change files; opening one to write is another."""


def at_each_moment(prepare: Callable[[], None], work: Callable[[], object]) -> Iterator[int]:
    """Prepare anew and do the work in a process that is killed before its first moment, its second and so on.

    Yields after each; the last one ended by itself.
    """
    moment, killed = 0, True
    while killed:
        prepare()
        killed = _killed(moment, work)
        yield moment
        moment += 1


def _killed(moment: int, work: Callable[[], object]) -> bool:
    child = os.fork()
    if child == 0:
        _count(moment)
        try:
            work()
        finally:
            os._exit(1 if sys.exception() else 0)
    status = os.waitpid(child, 0)[1]
    assert status == 0 or os.WIFSIGNALED(status), "the work failed by itself"
    return os.WIFSIGNALED(status)


def _count(moment: int) -> None:
    left = [moment]

    def reach(*_: object) -> None:
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left[0] -= 1

    sync = os.fsync

    def synced(descriptor: int) -> None:
        reach()
        sync(descriptor)

    os.fsync = synced

    def seen(name: str, arguments: tuple[object, ...]) -> None:
        writes = name == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)
        if writes or name in FILES:
            reach()

    sys.addaudithook(seen)
    event.listen(Engine, "commit", reach)
