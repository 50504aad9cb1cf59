"""Readers with a planted fault: the process of chunk.py, in which one thing is wrong. FAULT is in the environment."""

import os
import signal
import sys
import time
from collections.abc import Callable
from typing import Any
from unittest import mock

from pipeline.model.errors import InputError
from pipeline.procedures import scan
from pipeline.store import protocols
from tests.fuzz import chunk, watch

FAULT = "FUZZ_FAULT"
"""The variable of the environment that names the fault."""
SMALL_BYTES = 600 << 20
"""Bytes that are the bar where memory grows by them: a test need not take more."""


def _raises(*_: object) -> Any:
    raise ZeroDivisionError("planted")


def _hangs(*_: object) -> Any:
    time.sleep(3600)


def _dies(*_: object) -> Any:
    os.kill(os.getpid(), signal.SIGSEGV)


def _grows(*_: object) -> Any:
    large = b"x" * SMALL_BYTES
    raise InputError(f"planted {len(large)}")


def _ends(*_: object) -> Any:
    raise SystemExit(2)


def _loses(real: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """Tell of all files but the first."""

    def told(*given: Any, **named: Any) -> dict[str, Any]:
        facts = real(*given, **named)
        return {**facts, "files": facts["files"][1:]}

    return told


def _repeats(real: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """Tell of the first file twice."""

    def told(*given: Any, **named: Any) -> dict[str, Any]:
        facts = real(*given, **named)
        return {**facts, "files": [*facts["files"], facts["files"][0]]}

    return told


def _blank(real: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """Tell no reason, and that no file is used."""

    def told(*given: Any, **named: Any) -> dict[str, Any]:
        facts = real(*given, **named)
        return {**facts, "files": [{**file, "status": "left_out", "reason": ""} for file in facts["files"]]}

    return told


FAULTS: dict[str, Any] = {
    "raises": lambda: mock.patch.object(protocols, "load", _raises),
    "hangs": lambda: mock.patch.object(protocols, "load", _hangs),
    "dies": lambda: mock.patch.object(protocols, "load", _dies),
    "grows": lambda: mock.patch.object(protocols, "load", _grows),
    "ends without a word": lambda: mock.patch.object(protocols, "load", _ends),
    "scan raises": lambda: mock.patch.object(scan, "scan", _raises),
    "loses a file": lambda: mock.patch.object(scan, "to_json", _loses(scan.to_json)),
    "tells twice": lambda: mock.patch.object(scan, "to_json", _repeats(scan.to_json)),
    "tells no reason": lambda: mock.patch.object(scan, "to_json", _blank(scan.to_json)),
}
"""What is wrong, by its name."""


if __name__ == "__main__":
    fault = os.environ[FAULT]
    with FAULTS[fault](), mock.patch.object(watch, "MOST_BYTES", SMALL_BYTES if fault == "grows" else watch.MOST_BYTES):
        chunk.main()
    sys.exit()
