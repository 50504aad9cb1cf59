"""Images whose text tags, files and folders all carry a marker, and a search for it in whatever was written."""

import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
from pydicom import Dataset, dcmread
from pydicom.datadict import dictionary_VR, keyword_dict, tag_for_keyword
from pydicom.misc import is_dicom
from pydicom.sequence import Sequence
from pydicom.tag import Tag

MARKER = "Zqxmarker"
"""Stands for a name of a patient; no word of ours holds it."""
TEXT_VRS = ("LO", "LT", "PN", "SH", "ST", "UC", "UT")
"""Value representations of free text (DICOM PS3.5, 6.2)."""
SUBJECT_KEYS = ("PatientID", "ClinicalTrialSubjectID")
DEFINED = ("RescaleType", "ModalityLUTType")
"""Tags of a text representation that hold defined terms alone; another value is another unit (PS3.3, C.11.1)."""
_PRIVATE_GROUP = 0x0099


def plant(dataset: Dataset, *, keep: tuple[str, ...] = (*SUBJECT_KEYS, *DEFINED)) -> None:
    """Put the marker into every text tag of the standard but those to keep, into private tags and a sequence."""
    for keyword in keyword_dict:
        tag = tag_for_keyword(keyword)
        if tag is None or Tag(tag).group in {0x0000, 0x0002} or keyword in keep:
            continue
        vr = dictionary_VR(tag)
        if vr in TEXT_VRS:
            setattr(dataset, keyword, _with_marker(str(dataset.get(keyword, ""))))
    dataset.ImageComments = f"{MARKER} portal venous arterial lesion liver 70 s"
    block = dataset.private_block(_PRIVATE_GROUP, f"{MARKER} VENDOR", create=True)
    for offset, vr in enumerate(TEXT_VRS):
        block.add_new(offset + 1, vr, MARKER)
    item = Dataset()
    item.ScheduledProcedureStepDescription = MARKER
    item.PerformingPhysicianName = MARKER
    dataset.RequestAttributesSequence = Sequence([item])


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


def places(out: Path, marker: str = MARKER) -> list[str]:
    """Return where the marker stands below a folder: in names, bytes, packed parts of files, in any usual encoding."""
    forms = [marker.encode(code).lower() for code in ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le")]
    marked = []
    for path in sorted(out.rglob("*")):
        if marker.lower() in str(path.relative_to(out)).lower():
            marked.append(f"name: {path}")
        if path.is_file():
            marked += [f"{part}: {path}" for part, data in _parts(path) if any(form in data.lower() for form in forms)]
    return marked


def _parts(path: Path) -> Iterator[tuple[str, bytes]]:
    content = path.read_bytes()
    yield "bytes", content
    if content.startswith(b"\x89PNG"):
        yield from _png_texts(content)
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as packed:
            yield from ((name, name.encode() + packed.read(name)) for name in packed.namelist())
    if content.startswith(b"PAR1"):
        yield "rows", pd.read_parquet(path).to_csv().encode()


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
