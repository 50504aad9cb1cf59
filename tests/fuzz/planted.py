"""Readers with planted faults: the process of chunk.py, in which things are wrong. FAULTS is in the environment."""

import os
import signal
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from unittest import mock

from pipeline.model.errors import InputError
from pipeline.procedures import scan
from pipeline.store import protocols
from tests.fuzz import chunk, watch

FAULTS = "FUZZ_FAULTS"
"""The variable of the environment that names the faults of the first input, of the second and so on, by commas."""
SMALL_BYTES = 600 << 20
"""Bytes that are the bar where memory grows by them: a test need not take more."""

Files = list[dict[str, Any]]
"""What a scan says of files."""


def _raises() -> None:
    raise ZeroDivisionError("planted")


def _hangs() -> None:
    time.sleep(3600)


def _dies() -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def _grows() -> None:
    raise InputError(f"planted {len(b'x' * SMALL_BYTES)}")


def _ends() -> None:
    raise SystemExit(2)


def _sound() -> None:
    raise InputError("nothing is wrong")


PROTOCOLS: Mapping[str, Callable[[], None]] = {
    "raises": _raises, "hangs": _hangs, "dies": _dies, "grows": _grows, "ends without a word": _ends, "sound": _sound,
}  # fmt: skip
"""What goes wrong when a protocol is read."""
FILES: Mapping[str, Callable[[dict[str, Any]], Files]] = {
    "lost": lambda _: [],
    "twice": lambda file: [file, file],
    "no reason": lambda file: [file | {"status": "left_out", "reason": ""}],
}
"""What a scan that is wrong says of a file."""


def _load(faults: list[str]) -> Callable[[Path], Any]:
    """Read a protocol with the fault of its number, which its name begins with."""
    return lambda path: PROTOCOLS[faults[int(path.name[:4])]]()


def _account(faults: list[str]) -> Callable[..., dict[str, Any]]:
    """Tell of the files of a scan with the faults, the first of the first file."""
    real = scan.to_json

    def told(*given: Any, **named: Any) -> dict[str, Any]:
        facts = real(*given, **named)
        files: Files = facts["files"]
        altered = [one for fault, file in zip(faults, files, strict=False) for one in FILES[fault](file)]
        return {**facts, "files": [*altered, *files[len(faults) :]]}

    return told


def main() -> None:
    """Read what chunk.py reads, with the faults."""
    faults = os.environ[FAULTS].split(",")
    if faults == ["scan raises"]:
        patch = mock.patch.object(scan, "scan", side_effect=ZeroDivisionError("planted"))
    elif set(faults) <= set(FILES):
        patch = mock.patch.object(scan, "to_json", _account(faults))
    else:
        patch = mock.patch.object(protocols, "load", _load(faults))
    most = SMALL_BYTES if "grows" in faults else watch.MOST_BYTES
    with patch, mock.patch.object(watch, "MOST_BYTES", most):
        chunk.main()


if __name__ == "__main__":
    main()
    sys.exit()
