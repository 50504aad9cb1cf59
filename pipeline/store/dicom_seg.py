"""DICOM SEG: which volume a segmentation belongs to, and its masks on that volume's grid."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import highdicom
import numpy as np
from pydicom import Dataset, dcmread
from pydicom.errors import InvalidDicomError

from pipeline.model.catalog import FileEntry, Volume
from pipeline.model.errors import InputError
from pipeline.model.image import Mask
from pipeline.store import dicom_headers

LIVER, LESION = "liver", "lesion"
"""What a segment shows; segments of anything else are not adopted."""

_LESION_WORDS = re.compile(
    r"tumou?r|lesion|neoplas|metasta|carcinoma|\bmass\b|\bhcc\b|morphologically (altered|abnormal)"
    r"|^(T|NT|NL)\d{1,3}$",
    re.IGNORECASE,
)
_LIVER_WORDS = re.compile(r"\bliver\b|\bhepar\b", re.IGNORECASE)


@dataclass(frozen=True)
class Segmentation:
    """A DICOM SEG file and the slices it refers to; path is relative to source folder `source`.

    drawn: the slices are those that frames were drawn on, else all that the file names.
    """

    source: int
    path: str
    sop_uids: frozenset[str]
    labels: tuple[str, ...]
    drawn: bool


@dataclass(frozen=True)
class Segment:
    """One segment on the grid of its volume: what it shows (liver or lesion) and its label."""

    what: str
    label: str
    mask: Mask


def is_segmentation(entry: FileEntry) -> bool:
    """Whether an entry of dicom.read_headers is a DICOM SEG file."""
    return entry.reason == dicom_headers.SEGMENTATION


def read_reference(root: Path, path: str, source: int = 0) -> Segmentation:
    """Read which slices a segmentation refers to.

    Raises:
        InputError: the file cannot be read as DICOM SEG.
    """
    try:
        dataset = dcmread(root / path, stop_before_pixels=True)
        drawn = _sources_of_frames(dataset)
        uids = drawn or _referenced_series(dataset)
        labels = tuple(str(item.get("SegmentLabel", "")) for item in dataset.SegmentSequence)
    except (InvalidDicomError, OSError, AttributeError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path}: no readable DICOM SEG. Export the segmentation again.") from error
    return Segmentation(source, path, frozenset(uids), labels, bool(drawn))


def volume_of(segmentation: Segmentation, volumes: Sequence[Volume]) -> Volume | None:
    """Return the volume that holds most of the slices a segmentation refers to.

    None when no volume holds one, or when two hold equally many.
    """
    counts = [(len({item.sop_uid for item in volume.slices} & segmentation.sop_uids), volume) for volume in volumes]
    most = max((count for count, _ in counts), default=0)
    best = [volume for count, volume in counts if count == most]
    return best[0] if most > 0 and len(best) == 1 else None


def decode(root: Path, segmentation: Segmentation, volume: Volume) -> tuple[Segment, ...]:
    """Return the liver and lesion segments as masks on the volume's grid.

    Frames are placed by the slice they were drawn on; a fractional segment counts from 0.5.

    Raises:
        InputError: the file cannot be decoded, or was drawn on slices that the volume lacks.
    """
    own = {item.sop_uid for item in volume.slices}
    if not own & segmentation.sop_uids or (segmentation.drawn and segmentation.sop_uids - own):
        raise InputError(
            f"{segmentation.path}: {len(segmentation.sop_uids - own)} of {len(segmentation.sop_uids)} slices that it "
            f"refers to are not in volume {volume.id}; expected all. Deliver the images it was drawn on."
        )
    try:
        seg = highdicom.seg.segread(root / segmentation.path)
        numbers = list(seg.segment_numbers)
        pixels = seg.get_pixels_by_source_instance(
            [item.sop_uid for item in volume.slices],
            segment_numbers=numbers,
            ignore_spatial_locations=True,
            assert_missing_frames_are_empty=True,
        )
    except (OSError, AttributeError, ValueError, KeyError, TypeError, RuntimeError) as error:
        raise InputError(
            f"{segmentation.path}: DICOM SEG cannot be decoded for volume {volume.id}. "
            "Export the segmentation again with references to the slices it was drawn on."
        ) from error
    if pixels.shape[:3] != volume.grid.shape:
        raise InputError(
            f"{segmentation.path}: segments of {pixels.shape[:3]}, volume {volume.id} of {volume.grid.shape} voxels. "
            "Export the segmentation on the grid of the images."
        )
    segments = []
    for index, number in enumerate(numbers):
        described = seg.get_segment_description(number)
        label = str(described.segment_label)
        what = kind(label, _property_text(described))
        if what:
            mask = np.ascontiguousarray(pixels[..., index] >= 0.5)
            segments.append(Segment(what, label, Mask(mask, volume.grid)))
    return tuple(segments)


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
        str(image.ReferencedSOPInstanceUID)
        for frame in frames
        for derivation in frame.get("DerivationImageSequence") or []
        for image in derivation.get("SourceImageSequence") or []
    }


def _referenced_series(dataset: Dataset) -> set[str]:
    return {
        str(image.ReferencedSOPInstanceUID)
        for series in dataset.get("ReferencedSeriesSequence") or []
        for image in series.get("ReferencedInstanceSequence") or []
    }
