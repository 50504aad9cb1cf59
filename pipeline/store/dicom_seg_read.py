"""Read a DICOM SEG file: the slices it was drawn on, and its liver and lesion segments on the grid of a volume."""

import re
from pathlib import Path
from typing import Any

import highdicom
import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset, dcmread
from pydicom.multival import MultiValue

from pipeline.model.catalog import Volume
from pipeline.model.errors import InputError
from pipeline.store import worker_limits
from pipeline.store.dicom_seg import LESION, LIVER

_LESION_WORDS = re.compile(
    r"tumou?r|lesion|neoplas|metasta|carcinoma|\bmass\b|\bhcc\b|morphologically (altered|abnormal)"
    r"|^(T|NT|NL)\d{1,3}$",
    re.IGNORECASE,
)
_LIVER_WORDS = re.compile(r"\bliver\b|\bhepar\b", re.IGNORECASE)
BITS = 8
"""Voxels in a byte of a binary segment (PS3.5, 8.1.1)."""


def reference(path: Path) -> dict[str, Any]:
    """Return which slices a segmentation refers to and its labels.

    drawn: the slices are those that frames were drawn on, else all that the file names.

    Raises:
        InputError: the file cannot be read as DICOM SEG.
    """
    worker_limits.allow_volume(path.stat().st_size)
    try:
        dataset = dcmread(path, stop_before_pixels=True)
        drawn = _sources_of_frames(dataset)
        references = drawn or _referenced_series(dataset)
        labels = [str(item.get("SegmentLabel", "")) for item in dataset.SegmentSequence]
    except MemoryError:
        raise
    except Exception as error:
        raise InputError(f"damaged: {type(error).__name__}") from error
    return {"slices": sorted(references), "labels": labels, "drawn": bool(drawn)}


def masks(path: Path, volume: Volume) -> tuple[Any, tuple[NDArray[Any], ...]]:
    """Return what the liver and lesion segments show with their labels, and their voxels as packed bits.

    Frames are placed by the slice they were drawn on; a fractional segment counts from 0.5.

    Raises:
        InputError: the file cannot be decoded, or lies on another grid.
    """
    worker_limits.allow_volume(path.stat().st_size * BITS)
    try:
        return _segments(highdicom.seg.segread(path), volume)
    except (MemoryError, InputError):
        raise
    except Exception as error:
        raise InputError(f"damaged: {type(error).__name__}") from error


def _segments(seg: highdicom.seg.Segmentation, volume: Volume) -> tuple[Any, tuple[NDArray[Any], ...]]:
    plane = int(seg.Rows), int(seg.Columns)
    if plane != volume.grid.shape[1:]:
        raise InputError(f"frames of {plane}, slices of {volume.grid.shape[1:]} voxels")
    names, packed = [], []
    for number in seg.segment_numbers:
        described = seg.get_segment_description(number)
        label = str(described.segment_label)
        what = kind(label, _property_text(described))
        if not what:
            continue
        names.append([what, label])
        packed.append(np.packbits(_pixels(seg, volume, number) >= 0.5))
    return names, tuple(packed)


def _pixels(seg: highdicom.seg.Segmentation, volume: Volume, number: int) -> NDArray[Any]:
    """One segment on the slices of a volume, those of one file together where they are frames of it."""
    how: dict[str, Any] = {
        "segment_numbers": [number],
        "ignore_spatial_locations": True,
        "assert_missing_frames_are_empty": True,
    }
    instances: dict[str, list[int]] = {}
    for index, item in enumerate(volume.slices):
        if item.frame:
            instances.setdefault(item.sop_uid, []).append(index)
    if not instances:
        return seg.get_pixels_by_source_instance([item.sop_uid for item in volume.slices], **how)[..., 0]
    pixels = np.zeros(volume.grid.shape)
    for uid, indices in instances.items():
        frames = [volume.slices[index].frame for index in indices]
        pixels[indices] = seg.get_pixels_by_source_frame(uid, frames, **how)[..., 0]
    return pixels


def kind(label: str, properties: str) -> str:
    """Tell liver, lesion or neither (empty) from the label and the coded property of a segment."""
    if _LESION_WORDS.search(label) or _LESION_WORDS.search(properties):
        return LESION
    return LIVER if _LIVER_WORDS.search(label) or _LIVER_WORDS.search(properties) else ""


def _property_text(described: highdicom.seg.SegmentDescription) -> str:
    return f"{described.segmented_property_category.meaning} {described.segmented_property_type.meaning}"


def _sources_of_frames(dataset: Dataset) -> set[str]:
    frames = dataset.get("PerFrameFunctionalGroupsSequence") or []
    return {
        reference
        for frame in frames
        for derivation in frame.get("DerivationImageSequence") or []
        for image in derivation.get("SourceImageSequence") or []
        for reference in _references(image)
    }


def _references(image: Dataset) -> list[str]:
    """The frames that are named, as SliceHeader.reference names them, else the whole instance."""
    uid = str(image.ReferencedSOPInstanceUID)
    named = image.get("ReferencedFrameNumber")
    if named is None:
        return [uid]
    return [f"{uid}/frames/{int(number)}" for number in (named if isinstance(named, MultiValue) else [named])]


def _referenced_series(dataset: Dataset) -> set[str]:
    return {
        str(image.ReferencedSOPInstanceUID)
        for series in dataset.get("ReferencedSeriesSequence") or []
        for image in series.get("ReferencedInstanceSequence") or []
    }
