"""How long a worker may take for a file and how much memory it may use."""

import resource
import signal

SECONDS = 8.0
"""Seconds for a file of ordinary size: a slice takes 0.01; own choice, below the 10 s that count as hanging."""
BYTES_A_SECOND = 5_000_000
"""Bytes of content for which a task that reads much gets one more second: a tenth of what a slow machine does."""
FILE_BYTES = 448 << 20
"""Bytes of memory for one header or slice; own choice, ten times the largest slice, and two at once below 1 GiB."""
VOLUME_BYTES = 2 << 30
"""Bytes of memory for a whole mask or image; own choice, what the most voxels take as 32-bit numbers."""


def allow(seconds: float, memory: int) -> None:
    """End this process if it takes longer from now on, and let allocations beyond the memory fail."""
    signal.setitimer(signal.ITIMER_REAL, seconds)
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (memory, hard))


def allow_file(content: int) -> None:
    """Allow what the headers or frames of a file of so many bytes need: it may hold thousands."""
    _allow_more(content, min(FILE_BYTES + 2 * content, VOLUME_BYTES))


def allow_time(content: int) -> None:
    """Allow the time that a mask or image of so many bytes needs, which are read block by block."""
    _allow_more(content, FILE_BYTES)


def allow_volume(content: int) -> None:
    """Allow what a mask or image of so many bytes needs."""
    _allow_more(content, VOLUME_BYTES)


def _allow_more(content: int, memory: int) -> None:
    """Widen the limits of the task that this worker is in; outside of a worker nothing is limited."""
    running, _ = signal.getitimer(signal.ITIMER_REAL)
    if running:
        allow(SECONDS + content / BYTES_A_SECOND, memory)


def rest() -> None:
    """Wait for the next request as long as it takes."""
    signal.setitimer(signal.ITIMER_REAL, 0)
