"""A Siemens mosaic: the slices of a volume as tiles of one picture."""

from typing import BinaryIO

from nibabel.nicom import csareader
from pydicom import Dataset, dcmread
from pydicom.tag import Tag

from pipeline.store import dicom_values

_COUNT = Tag(0x0019, 0x100A)
_HEADER = Tag(0x0029, 0x1010)
"""Siemens: the number of images in the mosaic (SIEMENS MR HEADER), and the CSA header that holds it too."""


def reason(file: BinaryIO) -> str:
    """Why a mosaic is not read, with the number of its images where the header tells it.

    A mosaic packs functional and diffusion series, and lesions are measured on neither.
    """
    count = _count(file)
    return (
        f"Siemens mosaic of {count or 'several'} images in one picture, as functional and diffusion series come; "
        "not read, export it without mosaic"
    )


def _count(file: BinaryIO) -> int | None:
    file.seek(0)
    try:
        dataset: Dataset = dcmread(file, stop_before_pixels=True, force=True, specific_tags=[_COUNT, _HEADER])
        count = dicom_values.element(dataset, _COUNT)
        if count is None:
            header = csareader.read(dicom_values.element(dataset, _HEADER))
            count = csareader.get_scalar(header, "NumberOfImagesInMosaic")
        elif isinstance(count, bytes):
            count = int.from_bytes(count[:2], "little")
        return int(count)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001  pydicom's and nibabel's errors on foreign bytes are of any type
        return None
