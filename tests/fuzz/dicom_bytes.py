"""Mutate the bytes of a DICOM file: of the file as a whole, of one element, of the pixels."""

import io
import re
import struct
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from pydicom import dcmread
from pydicom.datadict import tag_for_keyword
from pydicom.dataelem import RawDataElement

LONG = frozenset({"OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"})
"""Value representations with a length of four bytes behind two that are reserved (PS3.5, 7.1.2)."""
VRS = (*sorted(LONG), "AE", "AS", "AT", "CS", "DA", "DS", "DT", "FD", "FL", "IS", "LO", "LT", "PN", "SH", "SL", "SS",
       "ST", "TM", "UI", "UL", "US", "xx", "\0\0")  # fmt: skip
EXTREMES = (
    b"", b"NaN ", b"nan\\nan", b"1e308 ", b"-1e308\\1e308\\1e308", b"-0", b"inf ", b"0 ", b"0\\0", b"0\\0\\0",
    b"0\\0\\0\\0\\0\\0", b"-1", b"1,5 ", b"-1024,0 ", b"9" * 10_000, b"1\\2\\3\\4\\5\\6\\7\\8", b"1e-320 ",
    b"\0" * 8, b"\xff\xff\xff\xff", b"\xff\xff", b"\0\0", "Müller ".encode("latin-1"), "a\u200bb\u200d".encode(),
    b"[/bold]x", b"../../etc/passwd", b"99999999", b"00000000", b"20240230", b"240000.5", b"\\\\\\", b" ",
)  # fmt: skip
SYNTAXES = (
    "1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.1.99", "1.2.840.10008.1.2.2",
    "1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51", "1.2.840.10008.1.2.4.57", "1.2.840.10008.1.2.4.70",
    "1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.81", "1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.4.91",
    "1.2.840.10008.1.2.4.110", "1.2.840.10008.1.2.4.201", "1.2.840.10008.1.2.4.100", "1.2.840.10008.1.2.5",
    "1.2.840.10008.1.2.8.1", "1.2.3.4.5", "", "1.2.840.10008.1.20",
)  # fmt: skip
NUMBERS = ("Rows", "Columns", "BitsAllocated", "BitsStored", "HighBit", "PixelRepresentation", "SamplesPerPixel")
NUMBER_VALUES = (0, 1, 2, 3, 7, 8, 9, 11, 12, 15, 16, 24, 32, 64, 255, 512, 4096, 16384, 32768, 65535)
TEXTS = {
    "NumberOfFrames": "IS", "ImagePositionPatient": "DS", "ImageOrientationPatient": "DS", "PixelSpacing": "DS",
    "SliceThickness": "DS", "RescaleSlope": "DS", "RescaleIntercept": "DS", "StudyDate": "DA", "AcquisitionDate": "DA",
    "AcquisitionTime": "TM", "ContentTime": "TM", "PatientID": "LO", "SeriesInstanceUID": "UI", "SOPInstanceUID": "UI",
    "StudyInstanceUID": "UI", "SOPClassUID": "UI", "Modality": "CS", "ImageType": "CS", "InstanceNumber": "IS",
    "AcquisitionNumber": "IS", "SeriesNumber": "IS", "EchoTime": "DS", "TriggerTime": "DS", "ConvolutionKernel": "SH",
    "TemporalPositionIdentifier": "IS", "FrameOfReferenceUID": "UI", "SpecificCharacterSet": "CS",
    "ClinicalTrialSubjectID": "LO", "SeriesDescription": "LO", "ContrastBolusAgent": "LO", "RescaleType": "LO",
    "PhotometricInterpretation": "CS", "DiffusionBValue": "FD", "WindowCenter": "DS", "KVP": "DS",
}  # fmt: skip
"""Elements that are set to extremes, with the value representation that they are written with."""
PLAUSIBLE = (
    b"1", b"2", b"0.5", b"10", b"0.7\\0.7", b"1\\0\\0\\0\\1\\0", b"0\\1\\0\\0\\0\\-1", b"0.1\\0.2\\0.3",
    b"ORIGINAL\\PRIMARY",
    b"DERIVED\\SECONDARY\\MPR", b"CT", b"MR", b"20240306", b"235959", b"A-1", b"1.2.3", b"5\\0", b"100\\100\\100",
    b"0.001\\0.001", b"5000\\5000", b"0\\0\\90000", b"0.0001", b"100000",
)  # fmt: skip


@dataclass(frozen=True)
class Element:
    """One element of the top level: where its header begins and its value ends."""

    begin: int
    value: int
    end: int
    tag: int
    vr: str
    implicit: bool
    little: bool


def elements(data: bytes) -> list[Element]:
    """Return the elements of the top level that stand whole in the bytes; none of what pydicom cannot read."""
    try:
        dataset = dcmread(io.BytesIO(data), force=True)
        raw = [dataset.get_item(tag) for tag in dataset.keys()]  # noqa: SIM118  iteration would convert the values
    except Exception:  # noqa: BLE001  what cannot be read is mutated as bytes
        return []
    return [_element(each) for each in raw if isinstance(each, RawDataElement) and _whole(each, len(data))]


def _whole(raw: RawDataElement, size: int) -> bool:
    return raw.length != 0xFFFFFFFF and raw.value_tell + raw.length <= size and raw.value_tell >= 8


def _element(raw: RawDataElement) -> Element:
    head = 8 if raw.is_implicit_VR or raw.VR not in LONG else 12
    vr = "" if raw.VR is None else str(raw.VR)
    end = raw.value_tell + raw.length
    return Element(
        raw.value_tell - head, raw.value_tell, end, int(raw.tag), vr, raw.is_implicit_VR, raw.is_little_endian
    )


def header(element: Element, length: int, vr: str = "") -> bytes:
    """Return the header of an element with another length, and another value representation."""
    vr, order = vr or element.vr, "<" if element.little else ">"
    tag = struct.pack(f"{order}HH", element.tag >> 16, element.tag & 0xFFFF)
    if element.implicit:
        return tag + struct.pack(f"{order}L", length & 0xFFFFFFFF)
    if vr in LONG:
        return tag + vr.encode() + b"\0\0" + struct.pack(f"{order}L", length & 0xFFFFFFFF)
    return tag + vr.encode() + struct.pack(f"{order}H", length & 0xFFFF)


def put(data: bytes, tag: int, vr: str, value: bytes) -> bytes:
    """Return the bytes with an element replaced, or inserted where it belongs."""
    all_elements = elements(data)
    if not all_elements:
        return data
    old = next((each for each in all_elements if each.tag == tag), None)
    if old is not None:
        return data[: old.begin] + header(old, len(value)) + value + data[old.end :]
    behind = next((each for each in sorted(all_elements, key=lambda each: each.begin) if each.tag > tag), None)
    if behind is None:
        return data
    place = behind.begin
    new = Element(place, place, place, tag, vr, behind.implicit, behind.little)
    return data[:place] + header(new, len(value)) + value + data[place:]


def flip(data: bytes, choice: Random) -> bytes:
    """Flip some bits."""
    mutated = bytearray(data)
    for _ in range(choice.choice((1, 1, 2, 5, 20))):
        if mutated:
            mutated[choice.randrange(len(mutated))] ^= 1 << choice.randrange(8)
    return bytes(mutated)


def flip_header(data: bytes, choice: Random) -> bytes:
    """Flip bits among the elements before the pixels."""
    mutated = bytearray(data)
    for _ in range(choice.choice((1, 2, 4))):
        if len(mutated) > 132:
            mutated[choice.randrange(132, min(len(mutated), 2500))] ^= 1 << choice.randrange(8)
    return bytes(mutated)


def flip_stream(data: bytes, choice: Random) -> bytes:
    """Change bytes of the last third, where the pixels are."""
    mutated = bytearray(data)
    for _ in range(choice.choice((1, 3, 10, 40))):
        if mutated:
            mutated[choice.randrange(len(mutated) * 2 // 3, len(mutated))] = choice.randrange(256)
    return bytes(mutated)


def truncate(data: bytes, choice: Random) -> bytes:
    """Cut the end off."""
    return data[: choice.randrange(len(data) + 1)]


def delete(data: bytes, choice: Random) -> bytes:
    """Delete some bytes."""
    place = choice.randrange(len(data) + 1)
    return data[:place] + data[place + choice.choice((1, 1, 2, 7, 100)) :]


def insert(data: bytes, choice: Random) -> bytes:
    """Insert some bytes."""
    place = choice.randrange(len(data) + 1)
    return data[:place] + choice.randbytes(choice.choice((1, 1, 2, 7, 100))) + data[place:]


def strip_start(data: bytes, choice: Random) -> bytes:
    """Take the preamble away, or write another."""
    return choice.choice((data[128:], data[132:], b"\xff" * 128 + data[128:], b"PK\x03\x04" + data[4:]))


def other_vr(data: bytes, choice: Random) -> bytes:
    """Give an element another value representation."""
    return _one(
        data, choice, lambda each: data[: each.begin + 4] + choice.choice(VRS).encode()[:2] + data[each.begin + 6 :]
    )


def other_length(data: bytes, choice: Random) -> bytes:
    """Give an element another length; its value stays."""
    lengths = (0, 1, 3, 7, 255, 0xFFFE, 0xFFFF, 0x10000, 0x7FFFFFFF, 0xFFFFFFFE, 0xFFFFFFFF)
    return _one(
        data, choice, lambda each: data[: each.begin] + header(each, choice.choice(lengths)) + data[each.value :]
    )


def other_value(data: bytes, choice: Random) -> bytes:
    """Give an element an extreme value."""
    value = choice.choice(EXTREMES)
    return _one(data, choice, lambda each: data[: each.begin] + header(each, len(value)) + value + data[each.end :])


def remove(data: bytes, choice: Random) -> bytes:
    """Remove an element."""
    return _one(data, choice, lambda each: data[: each.begin] + data[each.end :])


def repeat(data: bytes, choice: Random) -> bytes:
    """Write an element twice."""
    return _one(data, choice, lambda each: data[: each.end] + data[each.begin : each.end] + data[each.end :])


def set_number(data: bytes, choice: Random) -> bytes:
    """Set one of the numbers that say how the pixels lie."""
    value = choice.choice(NUMBER_VALUES)
    return put(data, _tag(choice.choice(NUMBERS)), "US", struct.pack("<H", value))


def set_text(data: bytes, choice: Random) -> bytes:
    """Set an element that is used to an extreme."""
    key = choice.choice(sorted(TEXTS))
    return put(data, _tag(key), TEXTS[key], choice.choice(EXTREMES))


def set_plausible(data: bytes, choice: Random) -> bytes:
    """Set an element that is used to a value as it may be, so that the file goes far."""
    key = choice.choice(sorted(TEXTS))
    return put(data, _tag(key), TEXTS[key], choice.choice(PLAUSIBLE))


def set_inner(data: bytes, choice: Random) -> bytes:
    """Overwrite a value anywhere, within sequences too; its length stays, and so that of what it lies in."""
    places = [match for pattern in _INNER for match in pattern.finditer(data)]
    if not places:
        return flip(data, choice)
    match = choice.choice(places)
    length = int.from_bytes(data[match.end() - 2 : match.end()], "little")
    value = choice.choice((*EXTREMES, *PLAUSIBLE))[:length].ljust(length)
    return data[: match.end()] + value + data[match.end() + length :]


def hide_inner(data: bytes, choice: Random) -> bytes:
    """Make an element anywhere, within sequences too, a private one, so that it is missing where it belongs."""
    places = [match for pattern in _INNER for match in pattern.finditer(data)]
    if not places:
        return flip(data, choice)
    place = choice.choice(places).start()
    return data[:place] + b"\x09\x00\x01\x10" + data[place + 4 :]


def set_syntax(data: bytes, choice: Random) -> bytes:
    """Set another transfer syntax; the pixels stay."""
    syntax = choice.choice(SYNTAXES).encode()
    place = data.find(b"\x02\x00\x10\x00UI")
    if place < 0:
        return data
    length = int.from_bytes(data[place + 6 : place + 8], "little")
    padded = syntax + b"\0" * (len(syntax) % 2)
    return data[: place + 6] + len(padded).to_bytes(2, "little") + padded + data[place + 8 + length :]


def set_pixels(data: bytes, choice: Random) -> bytes:
    """Empty the pixels, halve or double them, or put a stream of another kind there."""
    old = next((each for each in elements(data) if each.tag == 0x7FE00010), None)
    stored = b"" if old is None else data[old.value : old.end]
    value = choice.choice(
        (b"", stored[: len(stored) // 2], stored * 2, b"\xff\xd8\xff\xe0" + stored[:100],
         b"\xff\x4f\xff\x51" + stored[:90],
         b"\xfe\xff\x00\xe0\0\0\0\0\xfe\xff\x00\xe0\x04\0\0\0\xff\xd8\xff\xd9\xfe\xff\xdd\xe0\0\0\0\0", stored[:-1])
    )  # fmt: skip
    return put(data, 0x7FE00010, "OW", value)


def _one(data: bytes, choice: Random, change: Callable[[Element], bytes]) -> bytes:
    all_elements = elements(data)
    return change(choice.choice(all_elements)) if all_elements else flip(data, choice)


def _tag(keyword: str) -> int:
    tag = tag_for_keyword(keyword)
    assert tag is not None
    return tag


_INNER = [
    re.compile(re.escape(struct.pack("<HH", _tag(key) >> 16, _tag(key) & 0xFFFF)) + rb"[A-Z]{2}..", re.DOTALL)
    for key in (
        *TEXTS, *NUMBERS, "StackID", "InStackPositionNumber", "TemporalPositionIndex", "DimensionIndexValues",
        "DimensionIndexPointer", "FunctionalGroupPointer", "ReferencedSOPInstanceUID", "ReferencedSOPClassUID",
        "SegmentNumber", "ReferencedSegmentNumber", "SegmentLabel", "SegmentationType", "FrameType", "CodeValue",
        "CodingSchemeDesignator", "SpacingBetweenSlices", "ReferencedFrameNumber", "DimensionOrganizationUID",
    )
]  # fmt: skip
"""The header of each element of explicit little endian that is overwritten wherever it stands."""
MUTATIONS: dict[str, Callable[[bytes, Random], bytes]] = {
    each.__name__: each
    for each in (flip, flip_header, flip_stream, truncate, delete, insert, strip_start, other_vr, other_length,
                 other_value, remove, repeat, set_number, set_text, set_plausible, set_inner, hide_inner, set_syntax,
                 set_pixels)
}  # fmt: skip
"""Every mutation by its name."""


def mutated(data: bytes, choice: Random) -> tuple[str, bytes]:
    """Return the bytes changed by a mutation and its name; sometimes by a second one."""
    name = choice.choice(sorted(MUTATIONS))
    changed = MUTATIONS[name](data, choice)
    if choice.random() < 0.15:
        changed = MUTATIONS[choice.choice(sorted(MUTATIONS))](changed, choice)
    return name, changed if changed != data else flip(data, choice)
