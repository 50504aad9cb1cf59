"""DICOM SEG: which volume a segmentation belongs to, and its masks on that volume's grid."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from pathlib import Path

import numpy as np
from pydantic import TypeAdapter

from pipeline.model.catalog import FileEntry, Volume
from pipeline.model.errors import InputError
from pipeline.model.image import Mask
from pipeline.store import dicom_headers, worker

LIVER, LESION = "liver", "lesion"
"""What a segment shows; segments of anything else are not adopted."""


@dataclass(frozen=True)
class Segmentation:
    """A DICOM SEG file and the slices it refers to; path is relative to source folder `source`.

    slices are references as SliceHeader.reference has them, or the UID alone where all frames of an instance are
    meant. drawn: they are those that frames were drawn on, else all that the file names.
    """

    source: int
    path: str
    slices: frozenset[str]
    labels: tuple[str, ...]
    drawn: bool

    def on(self, volume: Volume) -> frozenset[str]:
        """Those of its references that slices of a volume fulfil."""
        own = {name for item in volume.slices for name in (item.reference, item.sop_uid)}
        return self.slices & own


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
        answer = worker.call("seg reference", {"path": str(root / path)}).value
    except InputError as error:
        raise InputError(f"{path}: no readable DICOM SEG ({error}). Export the segmentation again.") from error
    return Segmentation(source, path, frozenset(answer["slices"]), tuple(answer["labels"]), answer["drawn"])


def volume_of(segmentation: Segmentation, volumes: Sequence[Volume]) -> Volume | None:
    """Return the volume that holds most of the slices a segmentation refers to.

    None when no volume holds one, or when two hold equally many.
    """
    counts = [(len(segmentation.on(volume)), volume) for volume in volumes]
    most = max((count for count, _ in counts), default=0)
    best = [volume for count, volume in counts if count == most]
    return best[0] if most > 0 and len(best) == 1 else None


def decode(root: Path, segmentation: Segmentation, volume: Volume) -> tuple[Segment, ...]:
    """Return the liver and lesion segments as masks on the volume's grid.

    Frames are placed by the slice they were drawn on; a fractional segment counts from 0.5.

    Raises:
        InputError: the file cannot be decoded, or was drawn on slices that the volume lacks.
    """
    own = segmentation.on(volume)
    if not own or (segmentation.drawn and segmentation.slices - own):
        raise InputError(
            f"{segmentation.path}: {len(segmentation.slices - own)} of {len(segmentation.slices)} slices that it "
            f"refers to are not in volume {volume.id}; expected all. Deliver the images it was drawn on."
        )
    slices = TypeAdapter(Volume).dump_python(volume, mode="json")
    try:
        answer = worker.call("seg masks", {"path": str(root / segmentation.path), "volume": slices})
    except InputError as error:
        raise InputError(
            f"{segmentation.path}: DICOM SEG cannot be decoded for volume {volume.id} ({error}). "
            "Export the segmentation again, on the grid of the images, with references to the slices it was drawn on."
        ) from error
    count = prod(volume.grid.shape)
    return tuple(
        Segment(what, label, Mask(np.unpackbits(bits, count=count).view(bool).reshape(volume.grid.shape), volume.grid))
        for (what, label), bits in zip(answer.value, answer.arrays, strict=True)
    )
