"""Geometry and voxels as dcm2niix has them, within 0.001 mm; where the two differ, the table says why.

Compared are CT and MR files that come with pydicom and nibabel, multi-frame images written with pydicom and highdicom,
and the sample.
"""

import gzip
from collections.abc import Callable
from functools import partial
from pathlib import Path
from shutil import copyfile
from typing import Any

import highdicom
import nibabel
import numpy as np
import pydicom
import pytest
from pydicom import Dataset, dcmread
from pydicom.uid import JPEG2000Lossless, JPEGLSLossless, RLELossless

from tests.builders import dicom_series, multi_frame, peer

pytestmark = pytest.mark.skipif(peer.DCM2NIIX is None, reason="dcm2niix is not installed; install the extra dev")

PYDICOM = Path(pydicom.__file__).parent / "data" / "test_files"
SAMPLE = Path(__file__).resolve().parents[2] / "sample_dicoms"

Input = Callable[[Path], object]
"""Writes a folder of DICOM files."""

NIBABEL = Path(nibabel.__file__).parent / "nicom" / "tests" / "data"
PYDICOM_FILES = (
    "693_J2KI.dcm", "CT_small.dcm", "J2K_pixelrep_mismatch.dcm", "MR_small.dcm", "MR_small_RLE.dcm",
    "MR_small_bigendian.dcm", "MR_small_expb.dcm", "MR_small_implicit.dcm", "MR_small_jp2klossless.dcm",
    "MR_small_jpeg_ls_lossless.dcm", "MR_small_padded.dcm", "MR_truncated.dcm", "examples_overlay.dcm",
)  # fmt: skip
PYDICOM_FOLDERS = ("77654033/CT2", "98892001/CT2N", "98892001/CT5N", "98892003/MR1", "98892003/MR2", "98892003/MR700")
NIBABEL_FILES = ("philips_mprage.dcm.gz", "siemens_dwi_0.dcm.gz")
"""An enhanced MR of Philips and a mosaic of Siemens."""
MR = {"Modality": "MR", "SOPClassUID": "1.2.840.10008.5.1.4.1.1.4", "ImageType": ["ORIGINAL", "PRIMARY", "M"]}
SHUFFLED = (3, 0, 5, 1, 4, 2)
VENDORS = ("Philips Medical Systems", "CANON_MEC", "SIEMENS", "GE MEDICAL SYSTEMS")


def _slices(count: int = 6, **tags: Any) -> list[Dataset]:
    values = np.random.default_rng(3).integers(0, 1000, (count, 16, 20)).astype(np.int16)
    return [dicom_series.slice_dataset(n, plane, **tags) for n, plane in enumerate(values, start=1)]


def _write(folder: Path, *images: Dataset) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number, image in enumerate(images):
        image.save_as(folder / f"{number:03}", enforce_file_format=True)


def _copy(folder: Path, *files: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for file in files:
        copyfile(file, folder / file.name)


def _unpacked(folder: Path, name: str) -> None:
    if not (NIBABEL / name).is_file():
        pytest.skip(f"this nibabel comes without {name}")
    folder.mkdir()
    (folder / "file").write_bytes(gzip.decompress((NIBABEL / name).read_bytes()))


def _single(folder: Path) -> None:
    _write(folder, *_slices())


def _in_order(folder: Path) -> None:
    _write(folder, multi_frame.enhanced(_slices()))


def _falling(folder: Path) -> None:
    slices = _slices()
    for number, item in enumerate(slices):
        item.ImagePositionPatient = [-4.5, -3.5, -2.5 * number]
    _write(folder, multi_frame.enhanced(slices))


def _oblique(folder: Path) -> None:
    rows, columns = np.array([0.8, 0.6, 0.0]), np.array([-0.36, 0.48, 0.8])
    slices = _slices(ImageOrientationPatient=[*rows.tolist(), *columns.tolist()])
    for number, item in enumerate(slices):
        item.ImagePositionPatient = (np.array([10.0, -20.0, 30.0]) + 3.3 * number * np.cross(rows, columns)).tolist()
    _write(folder, multi_frame.enhanced(slices))


def _compressed(folder: Path, syntax: str) -> None:
    values = np.random.default_rng(3).integers(0, 1000, (6, 32, 40)).astype(np.uint16)
    image = multi_frame.enhanced([dicom_series.slice_dataset(n, plane) for n, plane in enumerate(values, start=1)])
    image.compress(syntax, generate_instance_uid=False)
    _write(folder, image)


def _rescaled(folder: Path, vendor: str) -> None:
    slices = _slices(Manufacturer=vendor)
    for number, item in enumerate(slices):
        item.RescaleSlope, item.RescaleIntercept = number + 1, -10 * number
    _write(folder, multi_frame.enhanced(slices))


def _shuffled(folder: Path, vendor: str) -> None:
    slices = _slices(Manufacturer=vendor)
    _write(folder, _indexed([slices[n] for n in SHUFFLED], lambda n: SHUFFLED[n] + 1))


def _phases(folder: Path, vendor: str, tags: dict[str, Any]) -> None:
    """Two passes, position by position."""
    first, second = _slices(12, Manufacturer=vendor, **tags)[:6], _slices(18, Manufacturer=vendor, **tags)[12:]
    for one, other in zip(first, second, strict=True):
        other.ImagePositionPatient = one.ImagePositionPatient
    slices = [item for pair in zip(first, second, strict=True) for item in pair]
    _write(folder, _indexed(slices, lambda n: n // 2 + 1, lambda n: n % 2 + 1))


def _indexed(slices: list[Dataset], place: Callable[[int], int], moment: Callable[[int], int] = lambda _: 1) -> Dataset:
    return multi_frame.enhanced(
        slices,
        content=lambda n: {
            "StackID": "1",
            "InStackPositionNumber": place(n),
            "TemporalPositionIndex": moment(n),
            "DimensionIndexValues": [1, place(n), moment(n)],
        },
        dimensions=["StackID", "InStackPositionNumber", "TemporalPositionIndex"],
    )


def _legacy(folder: Path, kind: Any, tags: dict[str, Any]) -> None:
    """One image converted by highdicom."""
    extra = {
        "StudyTime": "", "PatientBirthDate": "", "PatientSex": "", "AccessionNumber": "", "StudyID": "",
        "ReferringPhysicianName": "", "Laterality": "", "BodyPartExamined": "ABDOMEN", "PatientPosition": "HFS",
        "Manufacturer": "SIEMENS", "WindowCenter": 40, "WindowWidth": 400, "ContentDate": "20240305",
        "ContentTime": "120000", "EchoTime": 2.4,
    }  # fmt: skip
    uid = dicom_series.uid
    _write(folder, kind(_slices(**extra, **tags), uid("converted series"), 9, uid("converted"), 1))


_VERBATIM: dict[str, Input] = {
    **{name: partial(_unpacked, name=name) for name in NIBABEL_FILES},
    **{name: partial(lambda folder, name: _copy(folder, PYDICOM / name), name=name) for name in PYDICOM_FILES},
    **{
        name: partial(
            lambda folder, name: _copy(folder, *sorted((PYDICOM / "dicomdirtests" / name).iterdir())), name=name
        )
        for name in PYDICOM_FOLDERS
    },
    **{
        name: partial(lambda folder, name: _copy(folder, *sorted((SAMPLE / name).iterdir())), name=name)
        for name in ("RETNET-001/BASELINE/S0004", "RETNET-005/W12/S0004")
    },
}
_WRITTEN: dict[str, Input] = {
    "single frames": _single,
    "frames in order": _in_order,
    "frames falling": _falling,
    "frames oblique": _oblique,
    "frames in RLE": partial(_compressed, syntax=RLELossless),
    "frames in JPEG 2000": partial(_compressed, syntax=JPEG2000Lossless),
    "frames in JPEG-LS": partial(_compressed, syntax=JPEGLSLossless),
    **{f"a rescale each, {vendor}": partial(_rescaled, vendor=vendor) for vendor in VENDORS},
    **{f"frames shuffled, {vendor}": partial(_shuffled, vendor=vendor) for vendor in VENDORS},
    **{f"phases of CT, {vendor}": partial(_phases, vendor=vendor, tags={}) for vendor in VENDORS},
    **{f"phases of MR, {vendor}": partial(_phases, vendor=vendor, tags=MR) for vendor in VENDORS},
    "converted CT": partial(_legacy, kind=highdicom.legacy.LegacyConvertedEnhancedCTImage, tags={}),
    "converted MR": partial(_legacy, kind=highdicom.legacy.LegacyConvertedEnhancedMRImage, tags=MR),
}
INPUTS = _VERBATIM | _WRITTEN

_VARIED = "dcm2niix writes one slope and intercept for all frames; each frame's own is right (PS3.3, C.7.6.16.2.9)"
_FILE_ORDER = (
    "dcm2niix takes frames of this vendor in file order and from first to last frame the step; positions are right"
)
_LISTED = "hepatrack lists it and reads no voxels, dcm2niix converts it: "

DIFFERENT: dict[str, tuple[list[str], str]] = {
    "693_J2KI.dcm": (
        ["ours 512x512x1: values differ by up to 2000", "theirs 512x512x1"],
        "padding (PixelPaddingValue -2000) is -1024 HU in hepatrack, -3024 in dcm2niix; all else is equal",
    ),
    "J2K_pixelrep_mismatch.dcm": (
        ["ours 512x512x1: values differ by up to 8192", "theirs 512x512x1"],
        "signed pixels in an unsigned stream: dcm2niix reads -2000 as 6192, pydicom as hepatrack",
    ),
    "examples_overlay.dcm": (["theirs 484x300x1"], "dcm2niix writes the overlay as an image of its own"),
    "77654033/CT2": (
        ["ours 16x16x4: corners 603.75 mm apart", "theirs 16x16x4", "theirs 16x16x8"],
        "a step of 202.5 mm and two of 1.25: flagged GAP and not measured; dcm2niix takes 202.5, or evens the steps",
    ),
    "98892001/CT2N": (["theirs 16x16x1"] * 2, f"{_LISTED}two localizers"),
    "siemens_dwi_0.dcm.gz": (["theirs 128x128x48"], f"{_LISTED}a mosaic of 48 images, diffusion-weighted"),
    "98892003/MR700": (["theirs 16x16x1"] * 7, f"{_LISTED}seven projections"),
    **{
        f"a rescale each, {vendor}": (["ours 20x16x6: values differ by up to 4945", "theirs 20x16x6"], _VARIED)
        for vendor in VENDORS
    },
    **{
        f"frames shuffled, {vendor}": (["ours 20x16x6: corners 10.00 mm apart", "theirs 20x16x6"], _FILE_ORDER)
        for vendor in VENDORS[2:]
    },
    **{
        f"phases of {modality}, {vendor}": (
            ["ours 20x16x6: corners 6.82 mm apart"] * 2 + ["theirs 20x16x6"] * 2,
            _FILE_ORDER,
        )
        for vendor in VENDORS[2:]
        for modality in ("CT", "MR")
    },
}
"""By input: the images without an equal, and why that is so."""


@pytest.mark.parametrize("name", INPUTS)
def test_geometry_and_voxels_equal(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    INPUTS[name](folder)
    lines = peer.unmatched(peer.ours(folder), peer.theirs(folder, tmp_path / "out"))
    assert lines == DIFFERENT.get(name, ([], ""))[0]


@pytest.mark.filterwarnings("ignore:Expected explicit VR")
def test_no_ct_or_mr_of_pydicom_is_missing_here() -> None:
    others = sorted({path.name for path in PYDICOM.glob("*.dcm")} - set(PYDICOM_FILES))
    modality = {
        name: dcmread(PYDICOM / name, stop_before_pixels=True, force=True, specific_tags=["Modality"]).get("Modality")
        for name in others
    }
    assert not [name for name in others if modality[name] in {"CT", "MR"}]
