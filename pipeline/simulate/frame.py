"""The body's frame, which breathing does not move: skin, fat, muscle, ribs, spine, couch.

Frame coordinates are LPS mm with the body's axis at x = y = 0 and z = 0 at the liver's
middle.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.simulate.shapes import Coordinates, Ellipsoid, Field
from pipeline.simulate.tissues import Tissue

Labels = NDArray[np.uint8]

_RIB_STEP_MM = 29.0
"""From one rib to the next along z, in mm; own choice, an adult's."""
_RIB_DROP_MM = 62.0
"""How far a rib drops from the spine to the front, in mm; own choice."""
_SPINE_Y = 52.0
"""Where the middle of the vertebral bodies lies behind the body's axis, in mm; own choice."""
_VERTEBRA_MM = 33.0
"""Height of a vertebra with its disc, in mm; own choice, an adult's upper lumbar spine."""


@dataclass(frozen=True)
class Habitus:
    """Size of a body: half widths and the thickness of its wall, in mm."""

    half_width_mm: float = 162.0
    half_depth_mm: float = 121.0
    fat_mm: float = 15.0
    muscle_mm: float = 14.0


def depth(habitus: Habitus, at: Coordinates) -> Field:
    """Depth below the skin in mm along the ray to the body's axis, negative outside."""
    x, y, z = at
    narrow = 1 - 0.05 * np.clip(z / 100, -1.2, 1.2) ** 2
    radius = np.sqrt(x * x + y * y)
    level = (np.abs(x / habitus.half_width_mm) ** 2.35 + np.abs(y / habitus.half_depth_mm) ** 2.35) ** (1 / 2.35)
    return np.asarray(radius * (narrow / np.maximum(level, 1e-3) - 1), dtype=np.float32)


def wall(habitus: Habitus, at: Coordinates) -> tuple[Labels, NDArray[np.bool_]]:
    """Labels of couch, skin, fat, muscle and ribs, and the cavity that organs may fill."""
    below = depth(habitus, at)
    x, y, z = np.broadcast_arrays(*at)
    fat = habitus.fat_mm * (1 + 0.35 * np.sin(2.0 * np.arctan2(y, x) + 0.6))
    inner = fat + habitus.muscle_mm
    labels = np.zeros(below.shape, dtype=np.uint8)
    couch = np.abs(y - (habitus.half_depth_mm + 13 - (x / 210.0) ** 2 * 24)) < 1.6
    labels[couch & (np.abs(x) < 150)] = Tissue.COUCH
    labels[below > 0] = Tissue.SKIN
    labels[below > 2] = Tissue.FAT
    labels[(below > fat) & (below <= inner)] = Tissue.MUSCLE
    labels[below > inner] = Tissue.FAT
    linea_alba = (np.abs(x) < 4) & (y < 0) & (below > fat) & (below <= inner)
    labels[linea_alba] = Tissue.FAT
    _ribs(labels, below - (fat + 0.55 * habitus.muscle_mm), (x, y, z))
    return labels, below > inner + 3.0


def _ribs(labels: Labels, off: Field, at: Coordinates) -> None:
    x, y, z = at
    angle = np.arctan2(np.abs(x), y)
    course = z + _RIB_DROP_MM * angle / np.float32(np.pi)
    within = np.mod(course, _RIB_STEP_MM) - _RIB_STEP_MM / 2
    level = np.sqrt((within / 6.0) ** 2 + (off / 4.2) ** 2)
    shaft = (level < 1) & (angle > 0.25) & (course > -75)
    front = angle > 2.35
    labels[shaft & ~front] = Tissue.CORTICAL_BONE
    labels[shaft & ~front & (level < 0.62)] = Tissue.MARROW
    labels[shaft & front & (angle < 2.9) & (course > 20)] = Tissue.CARTILAGE
    sternum = (np.abs(x) < 13) & (y < 0) & (np.abs(off) < 4.5) & (z > 62)
    labels[sternum] = Tissue.MARROW


def spine(labels: Labels, at: Coordinates) -> None:
    """Paint vertebrae, discs, canal, arches and the muscles along the spine."""
    x, y, z = at
    for side in (-1, 1):
        erector = Ellipsoid((side * 31.0, _SPINE_Y + 34, 0.0), (29.0, 17.0, 900.0)).distance(at) < 0
        psoas_size = np.clip(-z / 60, 0, 1)
        psoas = ((x - side * 36) / 15) ** 2 + ((y - _SPINE_Y - 4) / 17) ** 2 < psoas_size
        crus = (np.abs(x - side * 17 - 2) < 4) & (np.abs(y - 30) < 12) & (z < 35)
        labels[erector | psoas | crus] = Tissue.MUSCLE
    body = np.sqrt((x / 21) ** 2 + ((y - _SPINE_Y) / 17) ** 2) + 0 * z
    place = np.broadcast_to(np.mod(z + 7, _VERTEBRA_MM), body.shape)
    labels[body < 1] = Tissue.CORTICAL_BONE
    labels[body < 0.9] = Tissue.MARROW
    labels[(body < 1) & (place < 7)] = Tissue.DISC
    arch = (np.sqrt((x / 17) ** 2 + ((y - _SPINE_Y - 25) / 14) ** 2) < 1) & (place > 10)
    process = (np.abs(x) < 4) & (y > _SPINE_Y + 30) & (y < _SPINE_Y + 52) & (place > 9) & (place < 28)
    wings = (np.abs(y - _SPINE_Y - 20) < 4.5) & (np.abs(x) < 37) & (place > 15) & (place < 25)
    labels[arch | process | wings] = Tissue.CORTICAL_BONE
    canal = np.broadcast_to(((x / 9) ** 2 + ((y - _SPINE_Y - 24) / 8) ** 2 < 1), body.shape)
    labels[canal] = Tissue.SPINAL_CANAL
