"""Whether the pixel data of a DICOM file are all there, told from lengths without decoding.

`pydicom.encaps.parse_fragments` walks the same items, and takes a file that is cut short for a whole one.
"""

from dataclasses import dataclass
from struct import Struct
from typing import BinaryIO

from pydicom.tag import ItemTag, SequenceDelimiterTag

from pipeline.store import dicom_codestream

PIXEL_DATA = 0x7FE00010
"""Tag of the pixel data (PS3.6)."""
UNDEFINED_LENGTH = 0xFFFFFFFF
"""Length field of encapsulated pixel data (PS3.5, annex A.4)."""

_LITTLE, _BIG = Struct("<HHI"), Struct(">HHI")
_LONG_LITTLE, _LONG_BIG = Struct("<I"), Struct(">I")


@dataclass(frozen=True)
class PixelBytes:
    """How many bytes of pixel data a file declares and how many it holds.

    complete is False when the file ends before the declared end. encapsulated: in fragments, as compressed data are;
    first is how the first fragment starts.
    """

    declared: int
    present: int
    complete: bool
    encapsulated: bool = False
    first: bytes = b""


def pixel_bytes(file: BinaryIO, size: int, explicit: bool, little_endian: bool) -> PixelBytes | None:
    """Measure the pixel data element that starts at the position of the file.

    Returns None when no pixel data element (7FE0,0010) starts there.
    """
    head = file.read(8)
    if len(head) < 8 or _tag(head, little_endian) != PIXEL_DATA:
        return None
    if explicit:
        head = file.read(4)
        if len(head) < 4:
            return PixelBytes(0, 0, complete=False)
        length = (_LONG_LITTLE if little_endian else _LONG_BIG).unpack(head)[0]
    else:
        length = (_LITTLE if little_endian else _BIG).unpack(head)[2]
    if length == UNDEFINED_LENGTH:
        return _fragments(file, size)
    present = min(length, size - file.tell())
    return PixelBytes(length, present, complete=present == length)


def _fragments(file: BinaryIO, size: int) -> PixelBytes:
    """Walk the items up to the sequence delimiter, in little endian; the first holds offsets, the others fragments."""
    declared = present = items = 0
    first = b""
    ended = False
    while len(head := file.read(8)) == 8:
        tag, length = _tag(head, little_endian=True), _LITTLE.unpack(head)[2]
        ended = tag == SequenceDelimiterTag
        if tag != ItemTag:
            break
        end = file.tell() + length
        items += 1
        if items == 2:
            first = file.read(min(length, dicom_codestream.MOST_BYTES))
        declared, present = declared + length, present + max(0, min(length, size - (end - length)))
        if end > size:
            break
        file.seek(end)
    return PixelBytes(declared, present, ended and declared > 0, encapsulated=True, first=first)


def _tag(head: bytes, little_endian: bool) -> int:
    group, element, _ = (_LITTLE if little_endian else _BIG).unpack(head)
    return int(group) << 16 | int(element)
