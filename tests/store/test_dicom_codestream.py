"""The size that a compressed picture states, told from its first bytes; a picture of another size is refused."""

from pathlib import Path
from struct import pack

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom import Dataset, dcmread
from pydicom.data import get_testdata_file
from pydicom.encaps import generate_frames
from pydicom.uid import JPEG2000Lossless, JPEGLSLossless

from pipeline.model.catalog import FileStatus
from pipeline.procedures import scan
from pipeline.store import dicom_codestream
from tests.builders import dicom_series

APP0 = b"\xff\xe0" + pack(">H", 16) + bytes(14)


def _frame(marker: int, rows: int, columns: int) -> bytes:
    return b"\xff" + bytes([marker]) + pack(">HBHHB", 11, 12, rows, columns, 1) + bytes(3)


@pytest.mark.parametrize("marker", [0xC0, 0xC1, 0xC3, 0xF7], ids=["baseline", "extended", "lossless", "JPEG-LS"])
def test_the_frame_header_of_jpeg_is_read_behind_other_segments_and_fill_bytes(marker: int) -> None:
    assert dicom_codestream.size(b"\xff\xd8" + APP0 + b"\xff\xff" + _frame(marker, 300, 512)) == (300, 512)


@pytest.mark.parametrize(
    "stream",
    [
        b"",
        b"\xff\xd8",
        b"\xff\xd8" + _frame(0xC0, 0, 512),
        b"\xff\xd8" + _frame(0xC4, 300, 512),
        b"\xff\xd8\xff\xda" + _frame(0xC0, 300, 512),
        b"\xff\xd8" + _frame(0xC0, 300, 512)[:8],
        pack("<II", 1, 64) + bytes(56),
        b"\x78\x9c" + _frame(0xC0, 300, 512),
    ],
    ids=["empty", "start only", "rows told later", "table", "behind the scan", "cut", "run lengths", "deflated"],
)
def test_a_stream_that_states_no_size_gives_none(stream: bytes) -> None:
    assert dicom_codestream.size(stream) is None


@given(st.binary(max_size=200))
def test_no_bytes_raise(noise: bytes) -> None:
    dicom_codestream.size(b"\xff\xd8" + noise)
    dicom_codestream.size(b"\xff\x4f" + noise)


@pytest.mark.parametrize(
    "name",
    [
        "JPEG-lossy.dcm",
        "JPGExtended.dcm",
        "JPEG2000.dcm",
        "JPEGLSNearLossless_16.dcm",
        "MR_small_jp2klossless.dcm",
        "SC_rgb_jpeg_gdcm.dcm",
        "SC_rgb_small_odd_jpeg.dcm",
    ],
)
def test_pictures_of_other_encoders_state_the_size_of_their_header(name: str) -> None:
    path = get_testdata_file(name, download=False)
    assert path is not None
    dataset = dcmread(str(path))
    first = next(generate_frames(dataset.PixelData, number_of_frames=int(dataset.get("NumberOfFrames", 1))))
    assert dicom_codestream.size(first[: dicom_codestream.MOST_BYTES]) == (dataset.Rows, dataset.Columns)


@pytest.mark.parametrize("syntax", [JPEG2000Lossless, JPEGLSLossless], ids=["JPEG 2000", "JPEG-LS"])
def test_a_picture_of_another_size_is_named_and_the_other_slices_are_read(tmp_path: Path, syntax: str) -> None:
    paths = [tmp_path / f"{number}" for number in range(7)]
    for number, path in enumerate(paths):
        dicom_series.write_slice(path, number, np.full((64, 64), 40, dtype=np.int16))
    dataset = dcmread(paths[3])
    small = _compressed(dataset, syntax)
    dataset.PixelData = small.PixelData
    dataset["PixelData"].is_undefined_length = True
    dataset.file_meta.TransferSyntaxUID = syntax
    dataset.save_as(paths[3])
    scanned = scan.scan([tmp_path], headers_only=True)
    assert [len(volume.slices) for volume in scanned.volumes] == [6]
    (entry,) = [entry for entry in scanned.files if entry.status is not FileStatus.USED]
    size = f"{dataset.Rows // 2} x {dataset.Columns}"
    assert (entry.path, entry.status) == (paths[3].name, FileStatus.UNREADABLE)
    assert entry.reason == f"compressed picture of {size} pixels, {dataset.Rows} x {dataset.Columns} in the header"


def _compressed(dataset: Dataset, syntax: str) -> Dataset:
    """The upper half of the slice, compressed."""
    pixels = dataset.pixel_array[: dataset.Rows // 2]
    small = dicom_series.slice_dataset(3, np.ascontiguousarray(pixels))
    small.compress(syntax, generate_instance_uid=False)
    return small
