"""The size that a compressed picture states itself, which decoders trust blindly."""

from collections.abc import Iterator
from struct import unpack_from

MOST_BYTES = 4096
"""Bytes of a stream in which its size is looked for; own choice, it stands in the first segments of every encoder."""
_STARTS = (b"\xff\xd8", b"\xff\x4f")
"""Start of JPEG and JPEG-LS (SOI), and of JPEG 2000 (SOC); run lengths and deflated data never start so."""
_FILL, _SCAN, _SIZE_OF_J2K = 0xFF, 0xDA, 0x51
"""Codes: any marker's first byte and start of scan (ITU-T T.81, Table B.1), SIZ (ITU-T T.800, Table A.2)."""
_ALONE = frozenset({0x01, *range(0xD0, 0xD8)})
_FRAMES = frozenset({*range(0xC0, 0xD0), 0xF7}) - {0xC4, 0xC8, 0xCC}


def size(stream: bytes) -> tuple[int, int] | None:
    """Return the rows and columns that a JPEG, JPEG-LS or JPEG 2000 stream states, None where it states none.

    JPEG: the frame header (ITU-T T.81, B.2.2; T.87 for JPEG-LS), whose 0 rows are told after the first scan;
    JPEG 2000: the SIZ segment (ITU-T T.800, A.5.1).
    """
    for marker, start in _segments(stream):
        if marker in _FRAMES and len(stream) >= start + 7:
            rows, columns = unpack_from(">HH", stream, start + 3)
            return (int(rows), int(columns)) if rows else None
        if marker == _SIZE_OF_J2K and len(stream) >= start + 20:
            right, bottom, left, top = unpack_from(">IIII", stream, start + 4)
            return int(bottom - top), int(right - left)
    return None


def _segments(stream: bytes) -> Iterator[tuple[int, int]]:
    """Yield each marker with the place of its length, up to the first scan."""
    at = 2 if stream.startswith(_STARTS) else len(stream)
    while at + 4 <= len(stream) and stream[at] == _FILL:
        marker = stream[at + 1]
        if marker == _FILL:
            at += 1
        elif marker in _ALONE:
            at += 2
        elif marker == _SCAN:
            return
        else:
            yield marker, at + 2
            at += 2 + unpack_from(">H", stream, at + 2)[0]
