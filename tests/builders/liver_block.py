"""A small block of liver with vessels and ellipsoid lesions of known size, for lesion tests.

Everything is drawn on a finer grid and averaged to voxels (partial volume), blurred a little by a
point spread, and given seeded noise. Values are HU for CT; lesions are named by the caller.
"""

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from pipeline.model.grid import Grid
from pipeline.model.image import Image, Labels, Mask, Modality, Phase

Array = NDArray[np.float32]
SIZE_MM = (168.0, 132.0, 100.0)
"""Extent of the block along (x, y, z)."""

PARENCHYMA = {Phase.PORTAL_VENOUS: 110.0, Phase.ARTERIAL: 68.0, Phase.DELAYED: 95.0}
LESION = {Phase.PORTAL_VENOUS: 66.0, Phase.ARTERIAL: 125.0, Phase.DELAYED: 70.0}
PORTAL_VEIN = {Phase.PORTAL_VENOUS: 165.0, Phase.ARTERIAL: 62.0, Phase.DELAYED: 120.0}
ARTERY = {Phase.PORTAL_VENOUS: 140.0, Phase.ARTERIAL: 280.0, Phase.DELAYED: 120.0}
LIPIODOL = 600.0
NECROSIS = 35.0


@dataclass(frozen=True)
class Ellipsoid:
    """A lesion: center and half axes in mm along (x, y, z), turned about z by degrees.

    kind: solid, rim (enhancing wall of 4 mm around a dark core), lipiodol (one half is
    dense oil, the other half necrotic) or necrotic (dark throughout).
    """

    center: tuple[float, float, float]
    radii: tuple[float, float, float]
    degrees: float = 0.0
    kind: str = "solid"

    @property
    def long_mm(self) -> float:
        """Longest axial diameter."""
        return 2 * max(self.radii[:2])

    def moved(self, x: float, y: float, z: float) -> "Ellipsoid":
        """The same lesion elsewhere."""
        cx, cy, cz = self.center
        return replace(self, center=(cx + x, cy + y, cz + z))

    def scaled(self, factor: float) -> "Ellipsoid":
        """The same lesion of another size."""
        a, b, c = self.radii
        return replace(self, radii=(a * factor, b * factor, c * factor))


@dataclass(frozen=True)
class Block:
    """An image, its liver and its lesions as drawn (more than half of a voxel)."""

    image: Image
    liver: Mask
    lesions: Labels = field(repr=False)
    phase: Phase


def block(
    lesions: tuple[Ellipsoid, ...] = (),
    phase: Phase = Phase.PORTAL_VENOUS,
    seed: int = 0,
    spacing_mm: tuple[float, float, float] = (2.0, 2.0, 4.0),
    noise: float = 10.0,
    modality: Modality = Modality.CT,
    vessels: bool = True,
) -> Block:
    """Draw a block; MR takes the same contrasts in arbitrary units with a smooth shading of 10 %."""
    fine = (2, 2, 4)
    shape = tuple(round(size / step) for size, step in zip(SIZE_MM, spacing_mm, strict=True))
    x, y, z = _centers(shape, spacing_mm, fine)
    liver = _liver(x, y, z)
    array = np.where(liver, PARENCHYMA[phase], -90.0).astype(np.float32)
    if vessels:
        _draw_vessels(array, liver, x, y, z, phase)
    shares = []
    for lesion in lesions:
        radius = _radius(lesion, x, y, z)
        _paint(array, radius, lesion, phase, x)
        shares.append(_pool(((radius <= 1) & liver).astype(np.float32), fine))
    grid = Grid((shape[2], shape[1], shape[0]), spacing_mm, (-SIZE_MM[0] / 2, -SIZE_MM[1] / 2, 0.0))
    image = _acquire(_pool(array, fine), spacing_mm, noise, seed, modality)
    labels = np.zeros(grid.shape, dtype=np.uint8)
    for number, share in enumerate(shares, start=1):
        labels[share >= 0.5] = number
    names = tuple(f"T{number:02d}" for number in range(1, len(lesions) + 1))
    mask = Mask(_pool(liver.astype(np.float32), fine) >= 0.5, grid)
    return Block(Image(image, grid, modality), mask, Labels(labels, grid, names), phase)


def _centers(
    shape: tuple[int, ...], spacing_mm: tuple[float, float, float], fine: tuple[int, int, int]
) -> tuple[Array, Array, Array]:
    axes = []
    for n, step, parts in zip(shape, spacing_mm, fine, strict=True):
        axes.append((((np.arange(n * parts) + 0.5) / parts - 0.5) * step).astype(np.float32))
    return axes[0][None, None, :], axes[1][None, :, None], axes[2][:, None, None]


def _liver(x: Array, y: Array, z: Array) -> NDArray[np.bool_]:
    a, b, c = (x - 84) / 78, (y - 66) / 60, (z - 50) / 46
    return np.asarray(np.abs(a) ** 2.6 + np.abs(b) ** 2.6 + np.abs(c) ** 2.6 <= 1)


def _radius(lesion: Ellipsoid, x: Array, y: Array, z: Array) -> Array:
    """Elliptic radius: 1 on the surface."""
    turn = np.deg2rad(lesion.degrees)
    dx, dy, dz = x - lesion.center[0], y - lesion.center[1], z - lesion.center[2]
    u = (np.cos(turn) * dx + np.sin(turn) * dy) / lesion.radii[0]
    v = (-np.sin(turn) * dx + np.cos(turn) * dy) / lesion.radii[1]
    return np.asarray(np.sqrt(u**2 + v**2 + (dz / lesion.radii[2]) ** 2), dtype=np.float32)


def _paint(array: Array, radius: Array, lesion: Ellipsoid, phase: Phase, x: Array) -> None:
    inside = radius <= 1
    array[inside] = NECROSIS if lesion.kind in ("necrotic", "lipiodol") else LESION[phase]
    if lesion.kind == "rim":
        array[radius <= 1 - 4 / min(lesion.radii)] = NECROSIS
    if lesion.kind == "lipiodol":
        array[inside & np.broadcast_to(x < lesion.center[0], array.shape)] = LIPIODOL


def _draw_vessels(array: Array, liver: NDArray[np.bool_], x: Array, y: Array, z: Array, phase: Phase) -> None:
    """A portal tree of two branchings and thin arteries beside it, both from the hilum."""
    hilum = np.array([84.0, 100.0, 40.0])
    forks = [np.array([60.0, 78.0, 46.0]), np.array([112.0, 80.0, 46.0])]
    ends = [[(22, 60, 36), (32, 36, 66), (40, 80, 80)], [(142, 60, 62), (120, 30, 40), (132, 70, 24)]]
    for fork, tips in zip(forks, ends, strict=True):
        pieces = [(hilum, fork, 5.5)] + [(fork, np.array(tip, dtype=float), 3.2) for tip in tips]
        for start, end, radius in pieces:
            shift = np.array([0.0, -radius - 2.0, 0.0])
            array[liver & _tube(x, y, z, start, end, radius)] = PORTAL_VEIN[phase]
            array[liver & _tube(x, y, z, start + shift, end + shift, 0.3 * radius)] = ARTERY[phase]


def _tube(x: Array, y: Array, z: Array, start: Array, end: Array, radius: float) -> NDArray[np.bool_]:
    axis = end - start
    length2 = float(axis @ axis)
    along = ((x - start[0]) * axis[0] + (y - start[1]) * axis[1] + (z - start[2]) * axis[2]) / length2
    along = np.clip(along, 0, 1)
    gap2 = sum((c - (s + along * a)) ** 2 for c, s, a in zip((x, y, z), start, axis, strict=True))
    return np.asarray(gap2 <= radius**2)


def _pool(array: Array, fine: tuple[int, int, int]) -> Array:
    i, j, k = fine
    nk, nj, ni = (n // f for n, f in zip(array.shape, (k, j, i), strict=True))
    pooled: Array = array.reshape(nk, k, nj, j, ni, i).mean(axis=(1, 3, 5))
    return pooled


def _acquire(
    array: Array, spacing_mm: tuple[float, float, float], noise: float, seed: int, modality: Modality
) -> NDArray[np.float32] | NDArray[np.int16]:
    rng = np.random.default_rng(seed)
    blur = (0.0, 0.8 / spacing_mm[1], 0.8 / spacing_mm[0])
    grain = ndimage.gaussian_filter(rng.normal(size=array.shape).astype(np.float32), (0, 0.5, 0.5))
    drawn = ndimage.gaussian_filter(array, blur) + noise / grain.std() * grain
    if modality is Modality.CT:
        return np.rint(drawn).astype(np.int16)
    shading = 1 + 0.1 * np.linspace(-1, 1, array.shape[2], dtype=np.float32)
    return (4 * np.maximum(drawn + 100, 0) * shading).astype(np.float32)
