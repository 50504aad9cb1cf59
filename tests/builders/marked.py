"""Images whose text tags, files and folders all carry a marker, and a search for it in whatever was written."""

import base64
import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from pydicom import Dataset, dcmread
from pydicom.datadict import dictionary_VR, keyword_dict, tag_for_keyword
from pydicom.encaps import encapsulate
from pydicom.misc import is_dicom
from pydicom.sequence import Sequence
from pydicom.tag import Tag
from pydicom.uid import JPEGLosslessSV1, SegmentationStorage

from tests.builders.dicom_series import slice_dataset

MARKER = "Zqxmarker"
"""Stands for a name of a patient; no word of ours holds it."""
TEXT_VRS = ("LO", "LT", "PN", "SH", "ST", "UC", "UR", "UT")
"""Value representations of free text (DICOM PS3.5, 6.2)."""
CODED_VRS = ("AE", "CS")
"""Value representations of codes, which a device may fill with anything."""
SUBJECT_KEYS = ("PatientID", "ClinicalTrialSubjectID")
DEFINED = (
    "ComplexImageComponent", "FrameType", "ImageType", "ModalityLUTType", "Modality", "PhotometricInterpretation",
    "RescaleType", "ScanningSequence", "SpecificCharacterSet",
)  # fmt: skip
"""Tags of text whose value decides what an image is: another one is another image (PS3.3)."""
OVERWRITTEN = {
    "SliceThickness": "2.500000001 ", "RescaleSlope": "1.000000001 ", "EchoTime": "2.300000001 ",
    "SpecificCharacterSet": "ISO_IR 100",
}  # fmt: skip
"""Values of tags that cannot be any text; the marker is then written over each."""
_PRIVATE_GROUP = 0x0099
_OVERLAY = ((0x60000022, "LO"), (0x60001500, "LO"), (0x60004000, "LT"))
"""Description, label and comments of the first overlay plane (PS3.3, C.9.2)."""
_DEPTH = 3
"""Layers of packing that are opened."""


def plant(dataset: Dataset) -> None:
    """Put the marker into every text tag of the standard but those that decide, into private tags and a sequence."""
    is_image = dataset.SOPClassUID != SegmentationStorage
    for keyword in keyword_dict:
        tag = tag_for_keyword(keyword)
        if tag is None or Tag(tag).group in {0x0000, 0x0002} or keyword in (*SUBJECT_KEYS, *DEFINED):
            continue
        vr = dictionary_VR(tag)
        if vr in TEXT_VRS:
            setattr(dataset, keyword, _with_marker(str(dataset.get(keyword, ""))))
        elif vr in CODED_VRS and is_image:
            setattr(dataset, keyword, MARKER.upper())
    dataset.ImageComments = f"{MARKER} portal venous arterial lesion liver 70 s"
    if is_image:
        dataset.ImageType = [*dataset.ImageType, MARKER.upper()]
    for tag, vr in _OVERLAY:
        dataset.add_new(tag, vr, MARKER)
    block = dataset.private_block(_PRIVATE_GROUP, f"{MARKER} VENDOR", create=True)
    for offset, vr in enumerate(TEXT_VRS):
        block.add_new(offset + 1, vr, MARKER)
    item = Dataset()
    item.ScheduledProcedureStepDescription = MARKER
    item.PerformingPhysicianName = MARKER
    dataset.RequestAttributesSequence = Sequence([item])
    for segment in dataset.get("SegmentSequence", ()):
        segment.SegmentLabel = _with_marker(segment.SegmentLabel)
        segment.SegmentDescription = segment.TrackingID = MARKER
    dataset.file_meta.SourceApplicationEntityTitle = MARKER.upper()
    dataset.preamble = MARKER.encode().ljust(128, b"\0")


def _with_marker(text: str) -> str:
    return f"{MARKER} {text}".strip()


def marked_copy(source: Path, target: Path) -> None:
    """Copy DICOM files with the marker in text tags and in the names of files and folders."""
    for number, path in enumerate(sorted(source.rglob("*"))):
        if not path.is_file() or not is_dicom(path):
            continue
        folders = [f"{MARKER}^{part}" for part in path.relative_to(source).parts[:-1]]
        place = target.joinpath(*folders, f"{MARKER}_{number}.dcm")
        place.parent.mkdir(parents=True, exist_ok=True)
        dataset = dcmread(path)
        plant(dataset)
        dataset.save_as(place)


def marked_series(folder: Path, count: int = 4, **tags: object) -> None:
    """Write a small series with the marker in text tags and file names."""
    folder.mkdir(parents=True)
    for number in range(1, count + 1):
        dataset = slice_dataset(number, np.full((40, 40), 50, dtype=np.int16), **tags)
        plant(dataset)
        dataset.save_as(folder / f"{MARKER}_{number}", enforce_file_format=True)


def broken_files(source: Path) -> None:
    """Files of the kinds that become a failure, each with the marker in its name and in what is damaged."""
    folder = source / f"{MARKER}^Jane"
    folder.mkdir(parents=True)
    (folder / f"{MARKER}.dcm").write_bytes(b"")
    (source / f"{MARKER} empty").write_bytes(b"")
    (folder / f"{MARKER}_cut.dcm").write_bytes(b"\x00" * 128 + b"DICM" + b"\xff" * 99)
    (folder / f"{MARKER}_text.dcm").write_bytes(b"\x00" * 128 + b"DICM" + MARKER.encode() * 9)
    (folder / f"{MARKER}_nowhere").symlink_to(folder / "gone")
    (folder / f"{MARKER}_again").symlink_to(source / f"{MARKER} empty")
    for number, (keyword, value) in enumerate(OVERWRITTEN.items(), start=1):
        dataset = slice_dataset(number, **{keyword: value.strip()})
        plant(dataset)
        path = folder / f"{MARKER}_{keyword}"
        dataset.save_as(path, enforce_file_format=True)
        path.write_bytes(path.read_bytes().replace(value.encode(), MARKER.ljust(len(value)).encode()))


def undecodable_series(folder: Path, **tags: object) -> None:
    """Write a series whose packed pixels are no picture but a comment that holds the marker."""
    folder.mkdir(parents=True)
    comment = b"\xff\xd8\xff\xfe" + (len(MARKER) + 2).to_bytes(2) + MARKER.encode() + b"\xff\xd9"
    for number in range(1, 13):
        dataset = slice_dataset(number, np.full((40, 40), 50, dtype=np.int16), **tags)
        plant(dataset)
        dataset.file_meta.TransferSyntaxUID = JPEGLosslessSV1
        dataset.PixelData = encapsulate([comment])
        dataset["PixelData"].VR = "OB"
        dataset.save_as(folder / f"{MARKER}_{number}", enforce_file_format=True)


def places(out: Path, marker: str = MARKER) -> list[str]:
    """Return where the marker stands below a folder: in names, bytes, packed parts of files, in any usual encoding."""
    marked = []
    for path in sorted(out.rglob("*")):
        if marker.lower() in str(path.relative_to(out)).lower():
            marked.append(f"name: {path}")
        if path.is_file():
            marked += [f"{part}: {path}" for part, data in _parts(path.read_bytes()) if holds(data, marker)]
    return marked


def holds(data: bytes, marker: str = MARKER) -> bool:
    """Whether bytes hold the marker, as they are or in an encoding of 16 or 32 bits."""
    lower = data.lower()
    return any(marker.encode(code).lower() in lower for code in ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le"))


def _parts(content: bytes, depth: int = _DEPTH) -> Iterator[tuple[str, bytes]]:
    yield "bytes", content
    if depth:
        for name, part in _unpacked(content):
            yield from ((f"{name} {inner}", data) for inner, data in _parts(part, depth - 1))


def _unpacked(content: bytes) -> Iterator[tuple[str, bytes]]:
    if content.startswith(b"\x89PNG"):
        yield from _png_texts(content)
    if content.startswith(b"\x1f\x8b"):
        yield "gzip", gzip.decompress(content)
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            yield "names", "\n".join(packed.namelist()).encode()
            yield from ((name, packed.read(name)) for name in packed.namelist())
    if content.startswith(b"PAR1"):
        yield "rows", pd.read_parquet(io.BytesIO(content)).to_csv().encode()
    for inline in re.findall(rb"base64,((?:[A-Za-z0-9+/]{4})+)", content):
        yield "base64", base64.b64decode(inline)


def _png_texts(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield the packed chunks of a PNG file, unpacked (PNG specification, 11.3)."""
    place = 8
    while place < len(content):
        size, kind = int.from_bytes(content[place : place + 4]), content[place + 4 : place + 8]
        data = content[place + 8 : place + 8 + size]
        if kind in {b"zTXt", b"iTXt"}:
            for start in range(len(data)):
                try:
                    yield kind.decode(), zlib.decompress(data[start:])
                    break
                except zlib.error:
                    continue
        place += 12 + size
