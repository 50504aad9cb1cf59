"""Load the IMAGE of a command: a NIfTI file, or a DICOM folder with one volume."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pipeline.ingest import calibration, grouping
from pipeline.model.catalog import FileEntry, FileStatus, Volume
from pipeline.model.errors import InputError
from pipeline.model.flags import Flag, Flags
from pipeline.model.grid import IN_FILES_MM
from pipeline.model.image import Image, Labels, Mask, Modality, Phase
from pipeline.phase import classify, organs
from pipeline.procedures import no_images, source_names
from pipeline.store import dicom, nifti
from pipeline.store.pixel_digests import PixelDigests

AIR_BELOW_HU = -300.0
"""A NIfTI image that reaches below holds Hounsfield units; MR signal is not negative."""


@dataclass(frozen=True)
class LoadedImage:
    """An image with its contrast phase; volume is None for NIfTI, which has no headers."""

    image: Image
    phase: Phase
    volume: Volume | None = None


def load(path: Path) -> LoadedImage:
    """Load an image.

    Raises:
        InputError: not a NIfTI file, or a folder that does not hold exactly one volume.
    """
    return _folder(path) if path.is_dir() else _nifti(path)


def load_mask(path: Path | None, image: Image) -> Mask | None:
    """Load a mask on the image's grid; every label above 0 belongs to it. None stays None.

    Raises:
        InputError: the mask lies on another grid.
    """
    if path is None:
        return None
    return Mask(load_labels(path, image).array > 0, image.grid)


def load_labels(path: Path, image: Image) -> Labels:
    """Load labels on the image's grid.

    Raises:
        InputError: the labels lie on another grid.
    """
    labels = nifti.read_mask(path)
    if not labels.grid.same_as(image.grid, IN_FILES_MM):
        raise InputError(
            f"{path.name}: grid {labels.grid.shape} with spacing {labels.grid.spacing_mm} mm; expected the image's "
            f"{image.grid.shape} with {image.grid.spacing_mm} mm. Resample the mask onto the image."
        )
    return Labels(labels.array, image.grid, labels.names)


def _folder(path: Path) -> LoadedImage:
    headers, others = dicom.read_headers(path)
    volumes, excluded = grouping.split(headers, PixelDigests([path], headers))
    files = [*others, *(FileEntry(name, FileStatus.USED) for name in sorted({header.path for header in headers}))]
    if not volumes:
        names = source_names.of_files([path], files)
        reasons = (names.hidden(entry.reason) for entry in (*others, *excluded))
        raise InputError(no_images.message(1, reasons))
    if len(volumes) != 1:
        ids = ", ".join(volume.id for volume in volumes)
        raise InputError(
            f"{path}: {len(volumes)} volumes ({ids}); expected one. Copy one volume to a folder of its own."
        )
    volume = volumes[0]
    _refuse(path, volume, volume.flags)
    try:
        image = dicom.load_volume([path], volume)
    except InputError as error:
        raise InputError(source_names.of_files([path], files).hidden(str(error))) from error
    _refuse(path, volume, calibration.flags(image))
    call = classify.phases([(volume, organs.features(image))])[0]
    return LoadedImage(image, call.phase, volume)


def _refuse(path: Path, volume: Volume, raised: Flags) -> None:
    """Refuse a kind of image that is not measured, and CT numbers that are no Hounsfield units."""
    for flag in raised:
        if flag in {Flag.NOT_MEASURABLE_KIND, Flag.CT_NUMBERS_UNKNOWN}:
            raise InputError(
                f"{path}: volume {volume.id}, {volume.kind.text}: {flag.name}, {flag.meaning}. Give a folder with an "
                "image that is measured."
            )


def _nifti(path: Path) -> LoadedImage:
    image = nifti.read_image(path, Modality.CT)
    if float(np.min(image.array)) > AIR_BELOW_HU:
        return LoadedImage(Image(image.array, image.grid, Modality.MR), Phase.UNKNOWN)
    call = classify.from_organs(organs.features(image))
    return LoadedImage(image, call.phase)
