"""What goes through the pipes of a worker: JSON and the bytes of arrays, never code."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from struct import Struct
from typing import Any, BinaryIO, cast

import numpy as np
from numpy.typing import NDArray

_HEAD = Struct("<I")

Frame = tuple[dict[str, Any], tuple[NDArray[Any], ...]]
"""A value of plain JSON, and arrays."""


@dataclass(frozen=True)
class Streamed:
    """An array that is written part by part, in its order in memory, so that the writer need not hold it."""

    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    parts: Iterable[NDArray[Any]]


def write(pipe: Any, value: Mapping[str, Any], arrays: Sequence[NDArray[Any] | Streamed] = ()) -> None:
    """Write a value and arrays."""
    streams = [
        array if isinstance(array, Streamed) else Streamed(array.dtype, array.shape, [array]) for array in arrays
    ]
    text = json.dumps({"value": value, "arrays": [[stream.dtype.str, stream.shape] for stream in streams]}).encode()
    pipe.write(_HEAD.pack(len(text)) + text)
    for stream in streams:
        for part in stream.parts:
            pipe.write(np.ascontiguousarray(part).reshape(-1).view(np.uint8).data)
    pipe.flush()


def read(pipe: Any) -> Frame | None:
    """Read a value and arrays; None where the other end is gone."""
    head = _exactly(pipe, _HEAD.size)
    text = None if head is None else _exactly(pipe, _HEAD.unpack(head)[0])
    if text is None:
        return None
    frame = json.loads(text)
    arrays = []
    for kind, shape in frame["arrays"]:
        array = np.empty(shape, dtype=np.dtype(kind))
        if not _fill(pipe, array):
            return None
        arrays.append(array)
    return cast("dict[str, Any]", frame["value"]), tuple(arrays)


def _exactly(pipe: BinaryIO, count: int) -> bytes | None:
    content = pipe.read(count)
    return content if len(content) == count else None


def _fill(pipe: Any, array: NDArray[Any]) -> bool:
    space = array.reshape(-1).view(np.uint8).data
    while len(space) > 0:
        count = pipe.readinto(space)
        if not count:
            return False
        space = space[count:]
    return True
