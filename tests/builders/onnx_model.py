"""A tiny ONNX file, written byte by byte: one convolution of 1 x 1 x 1, so that each class is a line over intensity."""

import struct
from collections.abc import Sequence

FLOAT = 1


def linear(slopes: Sequence[float], offsets: Sequence[float], given: str = "image", answer: str = "logits") -> bytes:
    """An ONNX model with class c = slopes[c] * value + offsets[c] at each voxel; names of its input and output."""
    classes = len(slopes)
    node = _text(1, given) + _text(1, "slopes") + _text(1, "offsets") + _text(2, answer) + _text(4, "Conv")
    graph = _message(1, node) + _text(2, "linear")
    graph += _message(5, _tensor("slopes", (classes, 1, 1, 1, 1), slopes))
    graph += _message(5, _tensor("offsets", (classes,), offsets))
    graph += _message(11, _value(given)) + _message(12, _value(answer))
    return _number(1, 8) + _message(7, graph) + _message(8, _text(1, "") + _number(2, 13))


def _tensor(name: str, shape: Sequence[int], values: Sequence[float]) -> bytes:
    raw = struct.pack(f"<{len(values)}f", *values)
    return b"".join(_number(1, side) for side in shape) + _number(2, FLOAT) + _text(8, name) + _message(9, raw)


def _value(name: str) -> bytes:
    """A named array of five axes of any length."""
    shape = b"".join(_message(1, _text(2, f"axis{axis}")) for axis in range(5))
    return _text(1, name) + _message(2, _message(1, _number(1, FLOAT) + _message(2, shape)))


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _text(field: int, text: str) -> bytes:
    return _message(field, text.encode())


def _message(field: int, content: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])
