"""The interpreter that an engine with heavy packages runs in: a process of its own, ended after each answer.

So hepatrack imports no PyTorch, an engine can be installed beside it where their packages do not agree, and one that
dies ends nothing else. No connection leaves that process (outside/run.py).
"""

import functools
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.model.errors import EngineError

LONGEST_S = 3600.0
"""Seconds after which an answer is no longer awaited; own choice, a large model on a processor takes minutes."""
_TOLD_LINES = 3
"""Lines of an engine's last words that a message holds."""
_RUN = Path(__file__).with_name("outside") / "run.py"
_SILENT = {"DO_NOT_TRACK": "1", "HF_HUB_OFFLINE": "1", "MPLBACKEND": "Agg"}
"""What keeps packages from counting runs, asking hubs and opening windows."""


@dataclass(frozen=True)
class Interpreter:
    """A Python by its path, None for the one that runs hepatrack."""

    python: Path | None = None

    def ask(
        self, engine: str, request: dict[str, Any], arrays: Sequence[NDArray[Any]], environment: dict[str, str]
    ) -> tuple[dict[str, Any], list[NDArray[Any]]]:
        """Return what an engine (a file in outside/) answers: its facts and arrays.

        Raises:
            EngineError: the interpreter is missing, or the engine failed, died or took longer than LONGEST_S.
        """
        listed = [{"shape": list(each.shape), "dtype": str(each.dtype)} for each in arrays]
        header = json.dumps({**request, "engine": engine, "arrays": listed}).encode() + b"\n"
        message = b"".join([header, *(np.ascontiguousarray(each).tobytes() for each in arrays)])
        kept = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "PYTHONHOME"}}
        try:
            done = subprocess.run(  # noqa: S603  the interpreter that the user's engines file names
                [self.python or sys.executable, "-P", _RUN],
                input=message,
                capture_output=True,
                timeout=LONGEST_S,
                check=False,
                env={**kept, **_SILENT, **environment},
            )
        except OSError as error:
            raise EngineError(f"{self.python}: {error.strerror}; name the Python that holds {engine}") from error
        except subprocess.TimeoutExpired:
            raise EngineError(f"{engine}: no answer within {LONGEST_S:.0f} s") from None
        if done.returncode != 0:
            raise EngineError(f"{engine} failed: {_last_words(done.stderr)}")
        return _read(done.stdout)

    def versions(self, distributions: tuple[str, ...], extra: str) -> str:
        """Return the packages with their versions: "nnunetv2 2.8.1, torch 2.13.0".

        extra: the optional dependencies of hepatrack that bring them.

        Raises:
            EngineError: the interpreter or one of the packages is missing.
        """
        installed = _versions(self, distributions)
        lacking = [name for name, version in installed if version is None]
        if lacking:
            where = self.python or "the Python of hepatrack"
            raise EngineError(f"{', '.join(lacking)} not installed in {where}; {extra}")
        return ", ".join(f"{name} {version}" for name, version in installed)


@functools.cache
def _versions(interpreter: Interpreter, distributions: tuple[str, ...]) -> tuple[tuple[str, str | None], ...]:
    facts, _ = interpreter.ask("versions", {"distributions": list(distributions)}, (), {})
    return tuple(facts["versions"].items())


def _read(answer: bytes) -> tuple[dict[str, Any], list[NDArray[Any]]]:
    header, _, rest = answer.partition(b"\n")
    facts, arrays, at = json.loads(header), [], 0
    for each in facts["arrays"]:
        dtype = np.dtype(each["dtype"])
        count = int(np.prod(each["shape"], dtype=np.int64))
        arrays.append(np.frombuffer(rest, dtype, count, at).reshape(each["shape"]))
        at += count * dtype.itemsize
    return facts, arrays


def _last_words(stderr: bytes) -> str:
    lines = [line.strip() for line in stderr.decode(errors="replace").splitlines() if line.strip()]
    return " / ".join(lines[-_TOLD_LINES:]) or "it said nothing"
