"""The intensities that the networks were trained on: soft tissue spread over -0.5 to 0.5.

Ranges and order of steps as in pyliverlesionseg 0.3 (Tang et al. 2020, doi:10.1007/s00259-020-04800-3).
"""

import numpy as np

from pipeline.model.image import Image, Mask, Modality
from pipeline.segment.lesion.background import mode
from pipeline.volume.arrays import FloatArray, MaskArray

SOFT_TISSUE_HU = 200.0
"""HU: values beyond it, on either side, weigh no more (pyliverlesionseg)."""
OUTSIDE = -0.5
"""What lies outside the grown liver for the lesion network, and around an MR image for the liver network."""
DARK_SHARE = 0.8
"""Share of an MR image's range, from its least value up, that is told apart (pyliverlesionseg)."""
USUAL_LIVER_HU = 100.0
"""HU that normal liver is brought to: about that of the portal venous phase. Own choice. A very bright liver (176 HU,
HCC_015) else fills the window's end, a dull arterial one (66 HU, HCC_007 after) lies where muscle is usual."""
AROUND_CT = 0.0
"""What lies around a CT volume: the value of water."""


def leveled(image: Image, liver: Mask) -> Image:
    """Return a CT image shifted so that the most frequent value of a liver is USUAL_LIVER_HU; MR as it is.

    liver: any outline that is mostly liver, on the image's grid; an empty one shifts nothing.
    """
    if image.modality is not Modality.CT or not liver.array.any():
        return image
    level, _ = mode(image.array[liver.array].astype(np.float32))
    return Image(image.array.astype(np.float32) + np.float32(USUAL_LIVER_HU - level), image.grid, image.modality)


def for_liver(array: FloatArray, modality: Modality) -> FloatArray:
    """Return what the liver network expects: CT in Hounsfield units, or MR signal of the body."""
    if modality is Modality.CT:
        return _of_hu(array)
    least = float(array.min())
    reach = DARK_SHARE * (float(array.max()) - least) or 1.0
    scaled: FloatArray = np.clip((array - least) / reach, 0.0, 1.0) + np.float32(OUTSIDE)
    return scaled


def for_lesions(array: FloatArray, liver: MaskArray, modality: Modality) -> FloatArray:
    """Return what the lesion network expects, before what lies outside the liver is blanked.

    MR is scaled about the liver's median, so that neither its darkest nor its brightest voxel leaves the range.
    """
    if modality is Modality.CT:
        return _of_hu(array)
    inside = array[liver]
    middle = float(np.median(inside))
    farthest = max(middle - float(inside.min()), float(inside.max()) - middle) or 1.0
    scaled: FloatArray = (array - np.float32(middle)) * np.float32(0.5 / farthest)
    return np.clip(scaled, -0.5, 0.5)


def around(modality: Modality) -> float:
    """Return the padding around the body that the liver network was trained with."""
    return AROUND_CT if modality is Modality.CT else OUTSIDE


def _of_hu(array: FloatArray) -> FloatArray:
    scaled: FloatArray = np.clip(array / np.float32(SOFT_TISSUE_HU), -1.0, 1.0) * np.float32(0.5)
    return scaled
