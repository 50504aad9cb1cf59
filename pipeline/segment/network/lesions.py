"""Lesions by the lesion network: the liver at 1 x 1 x 3 mm, parts told apart."""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage
from skimage.segmentation import watershed

from pipeline.model.engine import Network
from pipeline.model.grid import Grid
from pipeline.model.image import Image, Labels, Mask, Modality
from pipeline.model.proposal import LesionProposal
from pipeline.segment.network import intensity
from pipeline.segment.network.tiles import pieces
from pipeline.volume import grids, morphology, resample
from pipeline.volume.arrays import VOXELS, FloatArray, MaskArray, Window
from pipeline.volume.region import bounding_box
from pipeline.volume.rescale import along_lps, rescaled

SPACING_MM = (1.0, 1.0, 3.0)
"""mm along (i, j, k), the grid on which the network works (pyliverlesionseg)."""
GROWN_VOXELS = 2
"""Voxels of that grid by which the liver is grown: what lies beyond is blanked (pyliverlesionseg)."""
BEYOND = 0.0
"""What the network is given beyond the box of the grown liver (pyliverlesionseg)."""
ABOVE_HALF = 0.5
"""Probability from which a voxel is lesion (pyliverlesionseg)."""
EDGE = 0.3
"""Probability down to which a lesion above one half reaches: contours at one half run small. Own choice: with it the
long axis of HCC_015 is 48 mm instead of 45 (readers 50 to 54); the flank of the probability is steep."""
LEAST_ML = 0.03
"""ml: smaller parts are not proposed, as in segment/lesion; a ball of 4 mm."""
MOST_LESIONS = 60
"""Lesions that are proposed at most, largest first, as in segment/lesion."""

_WITH_EDGES = ndimage.generate_binary_structure(3, 2)


@dataclass(frozen=True)
class Blanked:
    """The box of the grown liver on the network's grid: intensities, and where it is liver."""

    array: FloatArray
    grown: MaskArray
    grid: Grid


def outline(image: Image, liver: Mask, network: Network) -> LesionProposal:
    """Return the lesions in a liver on the image's grid; a confidence is the mean probability, not calibrated.

    1. Image and liver go to 1 x 1 x 3 mm; what lies outside the liver grown by two voxels is blanked.
    2. The network answers for the whole liver at once, or for pieces of a very large one (tiles).
    3. The answer is interpolated on the image's grid; above one half within the grown liver is lesion, with its smaller
       holes. Parts connected over faces are lesions of their own, those below LEAST_ML are dropped.

    An empty liver gives no lesions.

    Raises:
        ValueError: image and liver lie on different grids.
    """
    if not image.grid.same_as(liver.grid):
        raise ValueError(f"liver on a grid {liver.grid.shape}, image on {image.grid.shape}; expected the same grid")
    blanked = prepare(image, liver) if liver.array.any() else None
    if blanked is None:
        return proposal(np.zeros(image.grid.shape, dtype=np.float32), image.grid)
    share = np.zeros(blanked.array.shape, dtype=np.float32)
    for piece in pieces(blanked.grown):
        inputs = {"image": given(blanked.array, piece.asked)[None, None], **piece.inputs()}
        share[piece.held] = network(inputs)[piece.within_answer]
    share[~blanked.grown] = 0
    return proposal(_on(Image(share, blanked.grid, Modality.MR), image.grid), image.grid)


def prepare(image: Image, liver: Mask) -> Blanked | None:
    """Return what the network is asked about; None where the liver is too small to show on its grid."""
    near = grids.crop(image.grid, liver, 2 * GROWN_VOXELS * max(SPACING_MM))
    inside = resample.crop_mask(liver, near)
    part = intensity.leveled(resample.crop_image(image, near), inside)
    scaled = intensity.for_lesions(part.array.astype(np.float32), inside.array, image.modality)
    network = rescaled(along_lps(Image(scaled, near, image.modality), intensity.OUTSIDE), SPACING_MM)
    share = rescaled(along_lps(Image(inside.array.astype(np.float32), near), 0.0), SPACING_MM)
    grown = ndimage.binary_dilation(share.array > ABOVE_HALF, _WITH_EDGES, iterations=GROWN_VOXELS)
    if not grown.any():
        return None
    box = bounding_box(grown, 0, VOXELS)
    blank = np.where(grown, np.clip(network.array, -0.5, 0.5), intensity.OUTSIDE).astype(np.float32)
    return Blanked(blank[box], grown[box], grids.part(network.grid, box))


def given(array: FloatArray, window: Window) -> FloatArray:
    """The array in a window that may leave it; BEYOND there."""
    padded = np.full([side.stop - side.start for side in window], BEYOND, dtype=np.float32)
    inside = [slice(max(side.start, 0), min(side.stop, size)) for side, size in zip(window, array.shape, strict=True)]
    at = tuple(
        slice(part.start - side.start, part.stop - side.start) for part, side in zip(inside, window, strict=True)
    )
    padded[at] = array[inside[0], inside[1], inside[2]]
    return padded


def _on(share: Image, grid: Grid) -> FloatArray:
    """The probability on the image's grid, 0 where there is none."""
    out = np.zeros(grid.shape, dtype=np.float32)
    likely = Mask(share.array > ABOVE_HALF / 2, share.grid)
    if likely.array.any():
        part = grids.crop(grid, likely, max(SPACING_MM))
        out[grids.window(grid, part)] = resample.resample(share, part, fill=0.0).array
    return out


def _with_holes(mask: MaskArray) -> MaskArray:
    """The mask with those holes of a slice that are smaller than what it has there: necrosis, no liver in a ring."""
    out = mask.copy()
    holes = morphology.enclosed(mask)
    for k in np.flatnonzero(holes.any(axis=(1, 2))):
        parts, count = ndimage.label(holes[k])
        sizes = np.bincount(parts.ravel(), minlength=count + 1)
        small = sizes < np.count_nonzero(mask[k])
        small[0] = False
        out[k] |= small[parts]
    return out


def proposal(share: FloatArray, grid: Grid, edge: float = EDGE) -> LesionProposal:
    """Return the parts above an edge that hold one half, with holes, largest first; what one half parts stays apart."""
    whole = _with_holes(share > ABOVE_HALF)
    parts, count = ndimage.label(whole)
    if count:
        box = bounding_box(whole, 2, VOXELS)
        parts[box] = watershed(-share[box], parts[box], mask=whole[box] | (share[box] > edge))
    sizes = np.bincount(parts.ravel(), minlength=count + 1)
    kept = [int(part) for part in np.argsort(-sizes[1:], kind="stable") + 1 if sizes[part] * grid.voxel_ml >= LEAST_ML]
    numbers = np.zeros(count + 1, dtype=np.uint8)
    numbers[kept[:MOST_LESIONS]] = np.arange(1, len(kept[:MOST_LESIONS]) + 1)
    labels = numbers[parts]
    means = ndimage.mean(share, labels, range(1, int(labels.max()) + 1)) if labels.any() else ()
    names = tuple(str(number) for number in range(1, len(means) + 1))
    sure = tuple(round(float(mean), 3) for mean in means)
    return LesionProposal(Labels(labels, grid, names), sure, Image(share, grid, Modality.MR))
