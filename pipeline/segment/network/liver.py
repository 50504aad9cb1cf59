"""The liver by the liver network: the body at 3 mm, one pass, the largest part."""

from dataclasses import dataclass

import numpy as np
import SimpleITK as sitk
from scipy import ndimage

from pipeline.model.engine import Network
from pipeline.model.flags import Flag, ordered
from pipeline.model.grid import Grid
from pipeline.model.image import Image, Modality
from pipeline.model.proposal import LiverProposal
from pipeline.segment.liver import grid as coarse_grid
from pipeline.segment.liver import location
from pipeline.segment.liver.body import landmarks
from pipeline.segment.network import intensity
from pipeline.segment.network.frame import DEEPEST, LOST, POOLED, RIM, Frame, Side
from pipeline.volume import grids, resample
from pipeline.volume.arrays import VOXELS, FloatArray, MaskArray, Window
from pipeline.volume.region import bounding_box, largest_part
from pipeline.volume.rescale import along_lps, rescaled

QUIET_MM, SPACING_MM = 1.5, 3.0
"""mm, voxel edges on which noise is removed, and on which the network works (pyliverlesionseg)."""
WHOLE = (162, 162, 189)
"""Voxels along (slices, rows, columns) of the padded input the network was trained on; longer bodies make it larger."""
BODY_HU = -150.0
"""HU above which a voxel is body (pyliverlesionseg)."""
BODY_SHARE = 0.01
"""Share of the largest MR signal above which a voxel is body (pyliverlesionseg)."""
TALLEST_MM = 408.0
"""mm, the most the network sees from feet to head (pyliverlesionseg); of a longer scan, where a liver can be."""
ABOVE_HALF = 0.5
"""Probability from which a voxel is liver (pyliverlesionseg)."""
DOUBTFUL_BELOW = 0.87
"""Mean probability (0 to 1) below which a liver is doubtful. Own choice: of the 13 volumes at hand the two with a Dice
below 0.9 had 0.85 and 0.74, all others 0.88 and more."""
LEAST_ML = 100.0
"""ml: a smaller region is no liver, nor a part worth measuring in; own choice."""

_WITH_EDGES = ndimage.generate_binary_structure(3, 2)


@dataclass(frozen=True)
class FramedBody:
    """The body on the network's grid, with the padding around it that the frame holds."""

    array: FloatArray
    frame: Frame
    grid: Grid


def outline(image: Image, network: Network) -> LiverProposal:
    """Return the liver on the image's grid; its confidence is the mean probability of its voxels, not calibrated.

    1. The body is cut out, averaged or interpolated to 1.5 mm, freed of noise by the median of 3 x 3 x 3, averaged to
       3 mm and scaled (pipeline/segment/network/intensity.py).
    2. The network answers; above one half is liver. Thin bridges are cut, the largest part stays, with the holes that
       it encloses on all sides: oil and gas of treated tumors.
    3. The answer is interpolated on the image's grid and cut at one half there, so that it has no steps of 3 mm.

    LIVER_DOUBTFUL below a confidence of DOUBTFUL_BELOW; LIVER_NOT_FOUND where no part has LEAST_ML, or nothing is body.
    """
    prepared = prepare(image)
    if prepared is None:
        return _not_found()
    inputs = {"image": prepared.array[None, None], **prepared.frame.inputs()}
    share = network(inputs)
    starts = [side.inner[0] for side in prepared.frame.sides]
    answered = tuple(slice(start, start + size) for start, size in zip(starts, share.shape, strict=True))
    grid = grids.part(prepared.grid, (answered[0], answered[1], answered[2]))
    liver = _main_part(share > ABOVE_HALF)
    if np.count_nonzero(liver) * grid.voxel_ml < LEAST_ML:
        return _not_found()
    confidence = round(float(share[liver].mean()), 3)
    holes = ndimage.binary_fill_holes(liver) & ~liver
    kept = np.where(liver | (share <= ABOVE_HALF), share, 0)
    mask = coarse_grid.fine(np.where(holes, 1, kept).astype(np.float32), grid, image.grid)
    doubts = ordered(Flag.LIVER_DOUBTFUL) if confidence < DOUBTFUL_BELOW else ()
    return LiverProposal(mask, confidence, doubts, Image(share, grid, Modality.MR))


def prepare(image: Image) -> FramedBody | None:
    """Return the network's input; None where nothing is body."""
    box = _body(image)
    if box is None:
        return None
    quiet = rescaled(_inside(along_lps(image, _air(image)), box), (QUIET_MM,) * 3)
    median = sitk.GetArrayFromImage(sitk.Median(sitk.GetImageFromArray(quiet.array), (1, 1, 1)))
    body = rescaled(Image(median, quiet.grid, quiet.modality), (SPACING_MM,) * 3)
    frame, at = _framed(body.grid.shape)
    array = np.full(tuple(side.size for side in frame.sides), intensity.around(image.modality), dtype=np.float32)
    array[at] = intensity.for_liver(body.array, image.modality)
    first = np.array([-side.start for side in at[::-1]], dtype=float)
    origin = grids.point(body.grid.to_lps(first))
    slices, rows, columns = array.shape
    return FramedBody(array, frame, Grid((slices, rows, columns), body.grid.spacing_mm, origin))


def _body(image: Image) -> Grid | None:
    """The box of the body, on a grid of 3 mm; of a long scan, the part in which a liver can be."""
    small = coarse_grid.coarse(image)
    floor = BODY_HU if image.modality is Modality.CT else BODY_SHARE * float(small.array.max())
    inside = largest_part(ndimage.binary_erosion(small.array > floor))
    if not inside.any():
        return None
    box = bounding_box(inside, 1, VOXELS)
    most = int(TALLEST_MM / SPACING_MM)
    if box[0].stop - box[0].start > most:
        box = (_where_a_liver_can_be(small, box[0], most), *box[1:])
    return grids.part(small.grid, box)


def _where_a_liver_can_be(small: Image, body: slice, most: int) -> slice:
    """The slices around those with a place for a liver; the uppermost where none is known."""
    trunk = landmarks(small)
    possible = location.prior(trunk, SPACING_MM).odds > 0 if trunk is not None else None
    if possible is None or not possible.any():
        return slice(body.stop - most, body.stop)
    held = bounding_box(possible, 0, VOXELS)[0]
    start = min(max((held.start + held.stop - most) // 2, body.start), body.stop - most)
    return slice(start, start + most)


def _inside(image: Image, box: Grid) -> Image:
    """The part of an image along LPS whose voxels have their centers in the box of a grid along LPS."""
    corners = np.array([[-0.5] * 3, np.array(box.shape[::-1]) - 0.5])
    low, high = image.grid.to_index(box.to_lps(corners))
    size = np.array(image.grid.shape[::-1])
    first = np.clip(np.ceil(low - 1e-6).astype(int), 0, size - 1)
    last = np.clip(np.floor(high + 1e-6).astype(int), first, size - 1)
    i, j, k = (slice(int(a), int(b) + 1) for a, b in zip(first, last, strict=True))
    return resample.crop_image(image, grids.part(image.grid, (k, j, i)))


def _framed(shape: tuple[int, int, int]) -> tuple[Frame, Window]:
    """The frame around a body of a shape, and where the body lies in it."""
    sides, at = [], []
    for size, usual in zip(shape, WHOLE, strict=True):
        whole = max(usual, -(-(size + 2 * LOST) // DEEPEST) * DEEPEST)
        start = whole // 2 - size // 2
        first = max(start - RIM, 0) // POOLED * POOLED
        last = min(-(-(start + size + RIM) // POOLED) * POOLED, whole)
        sides.append(Side(whole, first, last - first))
        at.append(slice(start - first, start - first + size))
    return Frame((sides[0], sides[1], sides[2])), (at[0], at[1], at[2])


def _main_part(mask: MaskArray) -> MaskArray:
    """The largest part of what is left without its outermost voxels, with these again."""
    core = largest_part(ndimage.binary_erosion(mask, _WITH_EDGES))
    return np.asarray(ndimage.binary_dilation(core, _WITH_EDGES) & mask)


def _air(image: Image) -> float:
    return resample.FILL_HU if image.modality is Modality.CT else 0.0


def _not_found() -> LiverProposal:
    return LiverProposal(None, 0.0, ordered(Flag.LIVER_NOT_FOUND))
