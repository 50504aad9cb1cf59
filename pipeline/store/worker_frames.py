"""What goes through the pipes of a worker: JSON and the bytes of arrays, never code."""

import json
from collections.abc import Mapping, Sequence
from struct import Struct
from typing import Any, BinaryIO, cast

import numpy as np
from numpy.typing import NDArray

_HEAD = Struct("<I")

Frame = tuple[dict[str, Any], tuple[NDArray[Any], ...]]
"""A value of plain JSON, and arrays."""


def write(pipe: Any, value: Mapping[str, Any], arrays: Sequence[NDArray[Any]] = ()) -> None:
    """Write a value and arrays."""
    whole = [np.ascontiguousarray(array) for array in arrays]
    text = json.dumps({"value": value, "arrays": [[array.dtype.str, array.shape] for array in whole]}).encode()
    pipe.write(_HEAD.pack(len(text)) + text)
    for array in whole:
        pipe.write(array.reshape(-1).view(np.uint8).data)
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
