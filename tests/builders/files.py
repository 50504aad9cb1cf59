"""Damage to files as disks and people do it."""

import os
import time
from pathlib import Path

TICK_SECONDS = 0.011
"""Longest time in seconds between two ticks of the clock that stamps files (Linux, 100 Hz)."""


def replaced(path: Path, content: bytes, *, in_place: bool = False) -> None:
    """Put other bytes where a file was; its time of change stays, and its size where the content has the same."""
    status = path.stat()
    time.sleep(TICK_SECONDS)
    if in_place:
        path.write_bytes(content)
    else:
        fresh = path.with_name(f"{path.name}.fresh")
        fresh.write_bytes(content)
        fresh.replace(path)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def flipped(path: Path, place: int = -1) -> None:
    """Flip one bit of a file; its size and time of change stay."""
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    replaced(path, bytes(content), in_place=True)
