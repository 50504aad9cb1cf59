"""Arterial scans of one ellipsoid in liver, with known viable axes."""

import math
from dataclasses import dataclass, field

import numpy as np
from scipy import ndimage

from pipeline.model.grid import Grid
from pipeline.model.image import Image, Mask, Modality

VIABLE_HU, NECROTIC_HU, LIVER_HU, OIL_HU = 132.0, 40.0, 68.0, 900.0
FINE = 4


@dataclass(frozen=True)
class Scan:
    """half_mm: longest half axis, the others are `width` of it. core: share that is necrotic.

    kind: full, rim (necrotic core), half (one side necrotic), dead (all necrotic), iso (as liver).
    drops: centers relative to the lesion's (x, y, z) and radii of oil, in mm.
    """

    kind: str
    half_mm: float = 15.0
    width: float = 0.85
    core: float = 0.55
    pixel_mm: float = 0.8
    slice_mm: float = 2.5
    noise: float = 10.0
    seed: int = 1
    modality: Modality = Modality.CT
    drops: tuple[tuple[tuple[float, float, float], float], ...] = field(default=())

    @property
    def viable_axis_mm(self) -> float:
        """The longest line inside viable tissue in the slice through the center."""
        if self.kind == "rim":
            return 2 * self.half_mm * math.sqrt(1 - self.core**2)
        return 2 * self.half_mm

    def render(self) -> tuple[Image, Mask, Mask]:
        """Image, lesion and liver; all of the volume is liver."""
        rng = np.random.default_rng(self.seed)
        side = int(2 * (self.half_mm + 25) / self.pixel_mm)
        count = int(2 * (self.half_mm + 12) / self.slice_mm) | 1
        fine = ((np.arange(side * FINE) + 0.5) / FINE - 0.5) * self.pixel_mm
        y, x = np.meshgrid(fine, fine, indexing="ij")
        shift, turn = side * self.pixel_mm / 2 + rng.uniform(-1, 1, 2), rng.uniform(0, math.pi)
        x, y = x - shift[0], y - shift[1]
        along, across = x * math.cos(turn) + y * math.sin(turn), y * math.cos(turn) - x * math.sin(turn)
        slices = [self._slice(along, across, (k - count // 2) * self.slice_mm) for k in range(count)]
        values, shares = (np.stack([_coarse(s[part], side) for s in slices]) for part in (0, 1))
        values = ndimage.gaussian_filter(values, (0, 0.5, 0.5))
        noise = ndimage.gaussian_filter(rng.standard_normal(values.shape), (0, 0.55, 0.55))
        values += self.noise * noise / noise.std()
        grid = Grid(values.shape, (self.pixel_mm, self.pixel_mm, self.slice_mm), (-30.0, -40.0, 500.0))
        image = Image(np.rint(values).astype(np.int16), grid, self.modality)
        return image, Mask(shares >= 0.5, grid), Mask(np.ones(values.shape, dtype=bool), grid)

    def _slice(self, u: np.ndarray, v: np.ndarray, z: float) -> tuple[np.ndarray, np.ndarray]:
        level = np.sqrt((u / self.half_mm) ** 2 + ((v**2 + z**2) / (self.half_mm * self.width) ** 2))
        inside = level < 1
        values = np.full(u.shape, LIVER_HU, dtype=np.float32)
        values[inside] = {"dead": NECROTIC_HU, "iso": LIVER_HU}.get(self.kind, VIABLE_HU)
        if self.kind == "rim":
            values[level < self.core] = NECROTIC_HU
        if self.kind == "half":
            values[inside & (u < 0)] = NECROTIC_HU
        for (a, b, c), radius in self.drops:
            values[(u - a) ** 2 + (v - b) ** 2 + (z - c) ** 2 < radius**2] = OIL_HU
        return values, inside.astype(np.float32)


def _coarse(fine: np.ndarray, side: int) -> np.ndarray:
    return fine.reshape(side, FINE, side, FINE).mean(axis=(1, 3))
