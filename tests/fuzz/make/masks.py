"""Mutated masks, NIfTI and DICOM SEG, beside the series and the image that they are for."""

import gzip
import struct
from pathlib import Path
from random import Random

import nibabel
import numpy as np

from tests.builders import dicom_series, segmentation
from tests.fuzz import dicom_bytes
from tests.fuzz.make import settled
from tests.fuzz.read.masks import IMAGE

SLICES = 6
"""Slices of the volume that the masks are for."""
_AFFINE = np.array([[-0.7, 0, 0, 4.5], [0, -0.8, 0, 3.5], [0, 0, 2.5, 2.5], [0, 0, 0, 1.0]])
_SHAPE = (10, 8, SLICES)
_FIELDS = {
    "sizeof_hdr": (0, "i"), "dim": (40, "h"), "dim1": (42, "h"), "dim2": (44, "h"), "dim3": (46, "h"), "dim4": (48,
    "h"),
    "datatype": (70, "h"), "bitpix": (72, "h"), "pixdim": (76, "f"), "pixdim1": (80, "f"), "pixdim3": (88, "f"),
    "vox_offset": (108, "f"), "scl_slope": (112, "f"), "scl_inter": (116, "f"), "qform": (252, "h"),
    "sform": (254, "h"), "quatern_b": (256, "f"), "qoffset": (268, "f"), "srow_x": (280, "f"), "srow_z": (320, "f"),
    "magic": (344, "i"),
}  # fmt: skip
"""Fields of a NIfTI header: their place and type (nifti1.h)."""
_WHOLES = (
    0, 1, 2, 3, 4, 5, 7, 8, 16, 64, 128, 256, 512, 768, 1024, 1280, 1536, 1792, 2048, 2304, 348, 32767, -1, -32768,
)  # fmt: skip
_REALS = (
    0.0, -0.0, float("nan"), float("inf"), -float("inf"), 1e308, 3.4e38, -1.0, 1e-38, 1e-45, 352.0, 353.0, 1e6, -352.0,
)  # fmt: skip
_STEPS = (1e-30, 1e-4, 0.02, 0.1, 1.0, 10.0, 100.0, 1e4, 1e30)
"""What the steps between voxels are multiplied by."""


def make(folder: Path, count: int, choice: Random) -> list[str]:
    """Write mutated masks, the series they are for, and an image in NIfTI; return the masks' names."""
    slices = dicom_series.write_series(folder / "series", SLICES, **segmentation.PATIENT)
    masks = np.zeros((SLICES, 8, 10, 3), dtype=np.uint8)
    masks[1:5, 2:7, 1:9, 0] = 1
    masks[2:4, 3:5, 2:6, 1] = 1
    seg = settled.dicom(segmentation.write(folder / "seg", slices, masks).read_bytes())
    nibabel.save(nibabel.Nifti1Image(np.full(_SHAPE, -50, dtype=np.int16), _AFFINE), folder / IMAGE)
    names = []
    for number in range(count):
        if choice.random() < 0.35:
            name, (kind, content) = f"{number:03}", dicom_bytes.mutated(seg, choice)
            name = f"{name}-{kind}.seg"
        else:
            kind, content, suffix = _nifti(choice)
            name = f"{number:03}-{kind}{suffix}"
        (folder / name).write_bytes(content)
        names.append(name)
    return names


def _nifti(choice: Random) -> tuple[str, bytes, str]:
    """Return a mutated mask in NIfTI, plain or packed."""
    array = np.zeros(_SHAPE, dtype=choice.choice((np.uint8, np.int16, np.float32, np.float64, np.uint16)))
    array[2:6, 2:5, 1:4] = choice.choice((1, 2, 255))
    if array.dtype.kind == "f" and choice.random() < 0.5:
        array[3, 3, 3] = choice.choice((np.nan, np.inf, -1, 0.5, 1e30, 256, -0.0))
    if choice.random() < 0.1:
        array = np.stack([array] * choice.choice((1, 2)), axis=-1)
    affine = _AFFINE.copy()
    if choice.random() < 0.15:
        steps = [choice.choice(_STEPS) for _ in range(3)] if choice.random() < 0.5 else [choice.choice(_STEPS)] * 3
        affine[:3, :3] = affine[:3, :3] * steps
    image = nibabel.Nifti1Image(array, affine)
    content = image.to_bytes()
    way = choice.choice(("field", "field", "field", "bytes", "packed", "values"))
    if way == "field":
        for _ in range(choice.choice((1, 1, 2, 3))):
            content = _field(content, choice)
    elif way == "bytes":
        change = choice.choice((dicom_bytes.flip, dicom_bytes.truncate, dicom_bytes.delete, dicom_bytes.insert))
        content = change(content, choice)
    elif way == "values":
        content = content[:352] + choice.randbytes(len(content) - 352)
    packed = way == "packed" or choice.random() < 0.4
    if packed:
        content = gzip.compress(content, mtime=0)
        if way == "packed":
            change = choice.choice((dicom_bytes.flip, dicom_bytes.truncate, dicom_bytes.delete, _bomb))
            content = change(content, choice)
    swapped = choice.random() < 0.05
    return way, content, ".nii" if packed == swapped else ".nii.gz"


def _field(content: bytes, choice: Random) -> bytes:
    place, kind = _FIELDS[choice.choice(sorted(_FIELDS))]
    value = choice.choice(_REALS) if kind == "f" else choice.choice(_WHOLES)
    try:
        packed = struct.pack(f"<{kind}", value)
    except OverflowError:
        packed = b"\xff\xff\x7f\x7f"
    return content[:place] + packed + content[place + len(packed) :]


def _bomb(content: bytes, choice: Random) -> bytes:
    """Claim many voxels and hold as many zeros, packed into little."""
    plain = bytearray(gzip.decompress(content))
    side = choice.choice((400, 700, 900))
    plain[42:48] = struct.pack("<hhh", side, side, side // 2)
    return gzip.compress(bytes(plain) + bytes(choice.choice((10, 200)) << 20), 1, mtime=0)
