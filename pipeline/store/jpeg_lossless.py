"""Encode JPEG Lossless, first-order prediction (ITU-T T.81, process 14, selection value 1).

The installed codecs only decode this oldest of DICOM's lossless syntaxes.
"""

import heapq
import struct
from collections import Counter

import numpy as np
from numpy.typing import NDArray

TRANSFER_SYNTAX = "1.2.840.10008.1.2.4.70"
"""JPEG Lossless, Non-Hierarchical, First-Order Prediction."""

_LONGEST_CODE = 16


def encode(values: NDArray[np.uint16], bits: int) -> bytes:
    """Encode one gray frame of `bits` bits per sample as a JPEG stream.

    The difference of each sample to its left neighbor (in the first column to the one
    above) is written as a Huffman-coded number of bits and those bits.
    """
    difference = _differences(values.astype(np.int32), bits)
    size = np.where(difference == 0, 0, np.floor(np.log2(np.maximum(np.abs(difference), 1))) + 1).astype(int)
    lengths = _code_lengths(Counter(size.tolist()))
    codes = _canonical(lengths)
    extra = np.where(difference >= 0, difference, difference + (1 << size) - 1)
    parts = [codes[s] + (format(e, f"0{s}b") if s else "") for s, e in zip(size.tolist(), extra.tolist(), strict=True)]
    return _header(values.shape, bits, lengths) + _scan("".join(parts)) + b"\xff\xd9"


def _differences(values: NDArray[np.int32], bits: int) -> NDArray[np.int32]:
    predicted = np.empty_like(values)
    predicted[:, 1:] = values[:, :-1]
    predicted[1:, 0] = values[:-1, 0]
    predicted[0, 0] = 1 << (bits - 1)
    return (values - predicted).ravel()


def _code_lengths(counts: Counter[int]) -> dict[int, int]:
    """Huffman code lengths of at most 16; a reserved symbol keeps the all-ones code free."""
    heap: list[tuple[int, int, tuple[int, ...]]] = [(n, symbol, (symbol,)) for symbol, n in counts.items()]
    heap.append((0, -1, (-1,)))
    heapq.heapify(heap)
    lengths = dict.fromkeys([*counts, -1], 0)
    while len(heap) > 1:
        first, second = heapq.heappop(heap), heapq.heappop(heap)
        merged = first[2] + second[2]
        for symbol in merged:
            lengths[symbol] += 1
        heapq.heappush(heap, (first[0] + second[0], min(first[1], second[1]), merged))
    if max(lengths.values()) > _LONGEST_CODE:
        raise ValueError(f"a Huffman code of {max(lengths.values())} bits; at most {_LONGEST_CODE} are allowed")
    return lengths


def _canonical(lengths: dict[int, int]) -> dict[int, str]:
    codes: dict[int, str] = {}
    code, length = 0, 0
    for symbol in _by_length(lengths):
        code <<= lengths[symbol] - length
        length = lengths[symbol]
        codes[symbol] = format(code, f"0{length}b")
        code += 1
    return codes


def _by_length(lengths: dict[int, int]) -> list[int]:
    """Symbols by code length; the reserved one last, where it takes the all-ones code."""
    return sorted(lengths, key=lambda symbol: (lengths[symbol], symbol == -1, symbol))


def _header(shape: tuple[int, ...], bits: int, lengths: dict[int, int]) -> bytes:
    symbols = [symbol for symbol in _by_length(lengths) if symbol >= 0]
    per_length = Counter(lengths[symbol] for symbol in symbols)
    table = bytes(per_length[n] for n in range(1, _LONGEST_CODE + 1)) + bytes(symbols)
    frame = b"\xff\xc3" + struct.pack(">HBHHB3B", 11, bits, shape[0], shape[1], 1, 1, 0x11, 0)
    huffman = b"\xff\xc4" + struct.pack(">HB", 3 + len(table), 0) + table
    scan = b"\xff\xda" + struct.pack(">HB2B3B", 8, 1, 1, 0, 1, 0, 0)
    return b"\xff\xd8" + frame + huffman + scan


def _scan(stream: str) -> bytes:
    stream += "1" * (-len(stream) % 8)
    return int(stream, 2).to_bytes(len(stream) // 8, "big").replace(b"\xff", b"\xff\x00")
