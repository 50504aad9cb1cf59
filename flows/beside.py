"""Do something beside the work of a block, until the block ends."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def running(watch: Callable[..., None], *args: Any) -> Iterator[None]:
    """Run watch(stop, *args) in a thread; stop is set when the block ends, and the thread is waited for."""
    stop = threading.Event()
    watcher = threading.Thread(target=watch, args=(stop, *args), daemon=True)
    watcher.start()
    try:
        yield
    finally:
        stop.set()
        watcher.join()
