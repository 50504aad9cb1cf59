"""What dcm2niix makes of a folder, beside what hepatrack reads: images of one frame of reference, to be compared."""

import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from shutil import which
from typing import Any

import nibabel as nib
import numpy as np
from nibabel.orientations import apply_orientation, inv_ornt_aff, io_orientation, ornt_transform
from numpy.typing import NDArray

from pipeline.ingest import geometry, grouping
from pipeline.model.catalog import SliceHeader
from pipeline.model.errors import InputError
from pipeline.model.grid import Grid
from pipeline.store import dicom

AFFINE_MM = 0.001
"""mm by which corners of a volume may lie apart; the bar of the comparison."""
SHARE = 1e-6
"""Share of the largest value by which scaled signal may differ: 32-bit arithmetic of both."""
DCM2NIIX = which("dcm2niix", path=str(Path(sys.executable).parent)) or which("dcm2niix")
"""The program, None where it is absent."""


@dataclass(frozen=True)
class PeerImage:
    """Voxels [i, j, k] and where they lie (RAS mm); name says where it comes from."""

    name: str
    affine: NDArray[np.float64]
    array: NDArray[Any]


def theirs(folder: Path, out: Path) -> list[PeerImage]:
    """Every three-dimensional image that dcm2niix writes; each time point of a series is one."""
    assert DCM2NIIX is not None
    out.mkdir(parents=True, exist_ok=True)
    command = [DCM2NIIX, "-z", "n", "-b", "n", "-m", "n", "-f", "%s_%d", "-o", str(out), str(folder)]
    subprocess.run(command, check=False, capture_output=True, timeout=120)
    images = []
    for path in sorted(out.glob("*.nii")):
        image = nib.nifti1.load(path)
        array = np.asarray(image.dataobj)
        points = array[..., None] if array.ndim == 3 else array
        images += [PeerImage(path.name, image.affine, points[..., number]) for number in range(points.shape[3])]
    return images


def ours(folder: Path) -> list[PeerImage]:
    """Every volume that can be decoded, and every slice that forms none."""
    headers, _ = dicom.read_headers(folder)
    volumes, _ = grouping.split_slices(headers)
    used = {item.origin for volume in volumes for item in volume.slices}
    images = []
    for volume in volumes:
        with suppress(InputError):
            image = dicom.load_volume([folder], volume)
            images.append(PeerImage(volume.id, _affine(image.grid), image.array.transpose(2, 1, 0)))
    return images + [_single(folder, item) for item in headers if item.origin not in used]


def unmatched(mine: Sequence[PeerImage], other: Sequence[PeerImage]) -> list[str]:
    """Images of either side without an equal on the other: whose, of what shape, and how they differ; sorted."""
    rest = list(other)
    lines = []
    for image in mine:
        apart = {id(candidate): differences(image, candidate) for candidate in rest}
        same = next((candidate for candidate in rest if not apart[id(candidate)]), None)
        if same is not None:
            rest = [candidate for candidate in rest if candidate is not same]
        else:
            reasons = {reason for reason in apart.values() if not reason.startswith("shape")}
            lines.append(": ".join([f"ours {_shape(image)}", *sorted(reasons)[:1]]))
    return sorted([*lines, *(f"theirs {_shape(image)}" for image in rest)])


def _shape(image: PeerImage) -> str:
    return "x".join(str(size) for size in image.array.shape)


def differences(one: PeerImage, other: PeerImage) -> str:
    """What differs between two images, once both are stored in one order; empty where nothing does."""
    turn = ornt_transform(io_orientation(other.affine), io_orientation(one.affine))
    array = apply_orientation(other.array, turn)
    if array.shape != one.array.shape:
        return f"shape {one.array.shape}, {array.shape}"
    affine = other.affine @ inv_ornt_aff(turn, other.array.shape)
    apart = _corners_apart(one.affine, affine, one.array.shape)
    if apart > AFFINE_MM:
        return f"corners {apart:.2f} mm apart"
    mine = one.array.astype(np.float64)
    largest = float(np.abs(mine - array).max())
    return f"values differ by up to {largest:g}" if largest > SHARE * float(np.abs(mine).max()) else ""


def _corners_apart(one: NDArray[np.float64], other: NDArray[np.float64], shape: Sequence[int]) -> float:
    """Largest distance of a corner; of a single slice only what lies in its plane counts."""
    corners = np.array(np.meshgrid(*[(0, size - 1) for size in shape])).reshape(3, -1)
    return float(np.linalg.norm((one - other)[:3, :3] @ corners + (one - other)[:3, 3:], axis=0).max())


def _single(folder: Path, item: SliceHeader) -> PeerImage:
    (plane,) = dicom.decode([folder], [item])
    between_rows, between_columns = item.pixel_spacing_mm
    directions = geometry.unit(item.orientation[:3]), geometry.unit(item.orientation[3:]), geometry.normal(item)
    grid = Grid((1, *plane.shape), (between_columns, between_rows, 1.0), item.position, directions)
    return PeerImage(item.name, _affine(grid), plane.T[..., None])


def _affine(grid: Grid) -> NDArray[np.float64]:
    """Index to RAS mm: LPS with the first two axes turned."""
    affine = np.eye(4)
    affine[:3, :3] = np.array(grid.directions).T * grid.spacing_mm
    affine[:3, 3] = grid.origin
    return np.diag([-1.0, -1.0, 1.0, 1.0]) @ affine
