"""Every file of a folder is a slice or has a reason that a core lab understands."""

import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from pydicom import dcmread
from pydicom.uid import RLELossless

from pipeline.model.catalog import FileEntry, FileStatus
from pipeline.store import dicom
from tests.builders import dicom_series

STORAGE = "1.2.840.10008.5.1.4.1.1."


def _entry(folder: Path) -> FileEntry:
    headers, entries = dicom.read_headers(folder)
    assert headers == ()
    (entry,) = entries
    return entry


LEFT_OUT = {
    "localizer": ({"ImageType": ["ORIGINAL", "PRIMARY", "LOCALIZER"]}, "localizer"),
    "screenshot in a CT class": ({"ImageType": ["DERIVED", "SECONDARY", "SCREEN SAVE"]}, "screenshot"),
    "secondary capture": ({"SOPClassUID": STORAGE + "7", "Modality": "OT"}, "screenshot (secondary capture)"),
    "projection": ({"ImageType": ["DERIVED", "SECONDARY", "MIP"]}, "projection"),
    "structured report": ({"SOPClassUID": STORAGE + "88.22", "Modality": "SR"}, "structured report"),
    "segmentation": ({"SOPClassUID": STORAGE + "66.4", "Modality": "SEG"}, "segmentation (DICOM SEG)"),
    "positron emission": ({"SOPClassUID": STORAGE + "128", "Modality": "PT"}, "no CT or MR image"),
    "several frames": ({"NumberOfFrames": 3}, "several frames in a single-frame image class"),
    "mosaic": ({"ImageType": ["ORIGINAL", "PRIMARY", "M", "ND", "MOSAIC"]}, "Siemens mosaic"),
    "color frames": ({"SOPClassUID": STORAGE + "4.3", "Modality": "MR"}, "no CT or MR image: Enhanced MR Color"),
    "color": ({"SamplesPerPixel": 3}, "color picture"),
    "no position": ({"ImagePositionPatient": None}, "no position in the patient"),
    "no orientation": ({"ImageOrientationPatient": None}, "no orientation"),
    "no spacing": ({"PixelSpacing": None}, "no pixel spacing"),
}


@pytest.mark.parametrize(("tags", "reason"), LEFT_OUT.values(), ids=LEFT_OUT.keys())
def test_what_is_no_measurable_slice_is_left_out(tmp_path: Path, tags: dict[str, object], reason: str) -> None:
    dicom_series.write_slice(tmp_path / "file", 1, **tags)
    entry = _entry(tmp_path)
    assert entry.status is FileStatus.LEFT_OUT
    assert reason in entry.reason


def _csa_header(count: int) -> bytes:
    """A Siemens CSA header (SV10) of one tag with one item."""
    name, text = b"NumberOfImagesInMosaic", str(count).encode()
    tag = name.ljust(64, b"\0") + struct.pack("<i4siii", 1, b"US\0\0", 6, 1, 77)
    return (
        b"SV10\4\3\2\1"
        + struct.pack("<II", 1, 77)
        + tag
        + struct.pack("<iiii", len(text), len(text), 77, len(text))
        + text
        + b"\0\0"
    )


@pytest.mark.parametrize("where", ["MR header", "CSA header", "nowhere", "damaged"])
def test_a_mosaic_says_how_many_images_it_holds(tmp_path: Path, where: str) -> None:
    dataset = dicom_series.slice_dataset(1, Modality="MR", SOPClassUID=STORAGE + "4")
    dataset.ImageType = ["ORIGINAL", "PRIMARY", "M", "ND", "MOSAIC"]
    if where == "MR header":
        dataset.private_block(0x0019, "SIEMENS MR HEADER", create=True).add_new(0x0A, "US", 36)
    if where in {"CSA header", "damaged"}:
        block = dataset.private_block(0x0029, "SIEMENS CSA HEADER", create=True)
        block.add_new(0x10, "OB", _csa_header(36) if where == "CSA header" else b"SV10" + bytes(30))
    dataset.save_as(tmp_path / "mosaic", enforce_file_format=True)
    entry = _entry(tmp_path)
    count = "36" if where in {"MR header", "CSA header"} else "several"
    assert entry.status is FileStatus.LEFT_OUT
    assert entry.reason.startswith(f"Siemens mosaic of {count} images in one picture")


def _half(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-80])


def _no_pixels(path: Path) -> None:
    dataset = dcmread(path)
    del dataset.PixelData
    dataset.save_as(path)


def _header_only(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:600])


def _start_only(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:140])


def _compressed_half(path: Path) -> None:
    dataset = dcmread(path)
    dataset.compress(RLELossless, generate_instance_uid=False)
    dataset.save_as(path)
    path.write_bytes(path.read_bytes()[:-40])


def _compressed_without_end(path: Path) -> None:
    dataset = dcmread(path)
    dataset.compress(RLELossless, generate_instance_uid=False)
    dataset.save_as(path)
    path.write_bytes(path.read_bytes()[:-8])


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _bad_position(path: Path) -> None:
    whole = path.read_bytes()
    assert whole.count(b"-4.5\\-3.5\\2.5") == 1
    path.write_bytes(whole.replace(b"-4.5\\-3.5\\2.5", b"-4.5\\-3.x\\2.5"))


BROKEN = {
    "cut short": (_half, "pixel data cut short: 80 bytes found, 160 expected"),
    "no pixel data": (_no_pixels, "no pixel data"),
    "cut in the header": (_header_only, "cut short"),
    "cut at the start": (_start_only, "cut short"),
    "compressed, cut short": (_compressed_half, "pixel data cut short"),
    "compressed, end missing": (_compressed_without_end, "no end mark"),
    "zero bytes": (_empty, "empty file (0 bytes)"),
    "damaged geometry": (_bad_position, "ImagePositionPatient holds no valid value"),
}


@pytest.mark.parametrize(("damage", "reason"), BROKEN.values(), ids=BROKEN.keys())
def test_broken_files_are_unreadable_with_their_reason(
    tmp_path: Path, damage: Callable[[Path], None], reason: str
) -> None:
    damage(dicom_series.write_slice(tmp_path / "file", 1))
    entry = _entry(tmp_path)
    assert entry.status is FileStatus.UNREADABLE
    assert reason in entry.reason


@pytest.mark.parametrize("name", [".DS_Store", "readme.txt", "Thumbs.db"])
def test_other_files_are_left_out(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"\x00\x00\x00\x01Bud1 just some bytes" * 40)
    assert _entry(tmp_path) == FileEntry(name, FileStatus.LEFT_OUT, reason="not a DICOM file")


def test_a_dicomdir_is_left_out(tmp_path: Path) -> None:
    dicom_series.write_slice(tmp_path / "DICOMDIR", 1, SOPClassUID="1.2.840.10008.1.3.10", Modality=None)
    assert "DICOMDIR" in _entry(tmp_path).reason
