"""Choose where lesions lie: inside the liver, apart from each other and from big vessels."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from pipeline.model.grid import Point
from pipeline.simulate import anatomy, organs
from pipeline.simulate.frame import Habitus
from pipeline.simulate.motion import Motion, lattice
from pipeline.simulate.plan import LesionPlan
from pipeline.simulate.shapes import Coordinates

STEP_MM = 3.0
"""Distance of the points at which a lesion may be centered, in mm; own choice."""
IN_LIVER_MM = 7.0
"""A lesion's surface keeps so far from the liver's, in mm; own choice, for the motion between visits."""
APART_MM = 12.0
"""Least distance between the surfaces of two lesions, in mm; own choice, so that they stay two."""
_BIG_VESSEL_MM = 4.5
"""Vessels of at least this radius at their start are kept free, in mm; own choice."""
_FROM_VESSEL_MM = 2.0
"""A lesion's surface keeps so far from such a vessel, in mm; own choice."""
_STRETCH = 1.1
"""A lesion needs this multiple of its half axis; own choice, room for the motion of its surroundings."""


def choose(habitus: Habitus, plans: Sequence[LesionPlan], rng: np.random.Generator) -> dict[str, Point]:
    """Draw a resting center for each lesion, largest first.

    Raises:
        ValueError: a lesion of that size does not fit.
    """
    at = lattice(*organs.LIVER_BOX, STEP_MM)
    room = _room(habitus, at)
    x, y, z = np.broadcast_arrays(*at)
    centers: dict[str, Point] = {}
    for plan in sorted(plans, key=lambda plan: (-plan.largest_mm, plan.name)):
        need = _STRETCH * plan.largest_mm / 2
        lobe = x < -40 if plan.lobe == "right" else x > -30
        fits = np.flatnonzero((room > need) & lobe)
        if not len(fits):
            raise ValueError(f"lesion {plan.name} of {plan.largest_mm} mm does not fit; the room is {room[lobe].max()}")
        spot = int(rng.choice(fits))
        center = float(x.flat[spot]), float(y.flat[spot]), float(z.flat[spot])
        centers[plan.name] = center
        away = np.sqrt((x - center[0]) ** 2 + (y - center[1]) ** 2 + (z - center[2]) ** 2)
        room = np.minimum(room, away - need - APART_MM)
    return centers


def _room(habitus: Habitus, at: Coordinates) -> NDArray[np.float64]:
    """Largest half axis in mm of a lesion centered at each sample."""
    scene = anatomy.paint(habitus, Motion(), at)
    inside = ndimage.distance_transform_edt(scene.liver, sampling=STEP_MM) - IN_LIVER_MM
    room: NDArray[np.float64] = np.asarray(inside, dtype=np.float64)
    for tube in (*organs.PORTAL_TRUNK, *organs.PORTAL_TREE, *organs.HEPATIC_TREE):
        if tube.start_radius_mm >= _BIG_VESSEL_MM:
            room = np.minimum(room, tube.distance(at) - _FROM_VESSEL_MM)
    return room
