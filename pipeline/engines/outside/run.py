"""Answer one request on the standard streams in the interpreter that holds an engine, without a connection to anywhere.

A message is a line of JSON, followed by the bytes of the arrays it lists ("arrays": shape and dtype of each). The
request names the engine, a file beside this one, whose `answer` is called with the request and the arrays. What an
engine prints goes to the error stream.
"""

import importlib.metadata
import json
import os
import runpy
import socket
import sys
from pathlib import Path
from typing import IO, Any

import numpy as np


def main() -> None:
    """Read the request, ask the engine, write the answer."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    request, arrays = _read(sys.stdin.buffer)
    if request["engine"] == "versions":
        facts, answered = {"versions": _versions(request["distributions"])}, []
    else:
        engine = runpy.run_path(str(Path(__file__).with_name(f"{request['engine']}.py")))
        facts, answered = engine["answer"](request, arrays)
    _write(out, facts, answered)


def _versions(distributions: list[str]) -> dict[str, str | None]:
    """Return the version of each distribution, None for one that is not installed."""
    installed: dict[str, str | None] = {}
    for name in distributions:
        try:
            installed[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            installed[name] = None
    return installed


def _stay_offline() -> None:
    """Let no connection leave: weights are local files, and nobody counts the runs. Sockets of this machine stay."""
    connect = socket.socket.connect

    def local(self: socket.socket, address: Any) -> None:
        if self.family != getattr(socket, "AF_UNIX", None):
            raise ConnectionRefusedError("an engine of hepatrack loads local files only; no connection is made")
        connect(self, address)

    socket.socket.connect = local  # type: ignore[assignment, method-assign]
    socket.socket.connect_ex = local  # type: ignore[assignment, method-assign]


def _read(stream: IO[bytes]) -> tuple[dict[str, Any], list[np.ndarray[Any, Any]]]:
    header = json.loads(stream.readline())
    arrays = []
    for each in header["arrays"]:
        dtype = np.dtype(each["dtype"])
        size = int(np.prod(each["shape"], dtype=np.int64)) * dtype.itemsize
        arrays.append(np.frombuffer(bytearray(stream.read(size)), dtype=dtype).reshape(each["shape"]))
    return header, arrays


def _write(stream: IO[bytes], facts: dict[str, Any], arrays: list[np.ndarray[Any, Any]]) -> None:
    listed = [{"shape": list(each.shape), "dtype": str(each.dtype)} for each in arrays]
    stream.write(json.dumps({**facts, "arrays": listed}).encode() + b"\n")
    for each in arrays:
        stream.write(np.ascontiguousarray(each).tobytes())
    stream.close()


_stay_offline()  # in the processes too that an engine starts: they import this file

if __name__ == "__main__":
    main()
