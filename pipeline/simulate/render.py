"""Turn a scene into an image: partial volume, texture, coil shading and noise."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from pipeline.model.grid import Grid, Point
from pipeline.model.image import Image, Modality, Phase
from pipeline.simulate import anatomy, lesions
from pipeline.simulate.frame import Habitus
from pipeline.simulate.lesions import PlacedLesion
from pipeline.simulate.motion import Motion
from pipeline.simulate.shapes import Coordinates
from pipeline.simulate.tissues import brightness

_FINE = 2
"""Sub-samples of a voxel along each axis; own choice, eight for partial volume."""
_SLAB = 4
"""Slices painted at once; own choice, to bound memory."""


@dataclass(frozen=True)
class Shot:
    """One acquisition: how the body lies, what is in it, how it is sampled.

    offset_mm takes frame coordinates to LPS; seed fixes noise and texture. strength
    scales the enhancement of blood and organs.
    """

    grid: Grid
    offset_mm: Point
    habitus: Habitus
    motion: Motion
    placed: tuple[PlacedLesion, ...]
    modality: Modality
    phase: Phase
    strength: float
    noise: float
    seed: int


@dataclass(frozen=True)
class Rendered:
    """An image and what it truly shows.

    liver_share: part of each voxel that is liver, tumor included. lesion_numbers: 0, or
    the number (1..) of the lesion that fills more than half of the voxel. spilled: names
    of lesions that leave the liver.
    """

    image: Image
    liver_share: NDArray[np.float32]
    lesion_numbers: NDArray[np.uint8]
    spilled: tuple[str, ...]


@dataclass(frozen=True)
class _Slab:
    bright: NDArray[np.float32]
    liver: NDArray[np.float32]
    numbers: NDArray[np.uint8]
    spilled: frozenset[int]


def render(shot: Shot) -> Rendered:
    """Render one acquisition on its grid; the same shot gives the same bytes."""
    table = brightness(shot.modality, shot.phase, len(shot.placed), shot.strength)
    slabs = [_slab(shot, table, first) for first in range(0, shot.grid.shape[0], _SLAB)]
    noisy = _degrade(shot, np.concatenate([slab.bright for slab in slabs]))
    spilled = frozenset[int]().union(*(slab.spilled for slab in slabs))
    return Rendered(
        image=Image(noisy, shot.grid, shot.modality),
        liver_share=np.concatenate([slab.liver for slab in slabs]),
        lesion_numbers=np.concatenate([slab.numbers for slab in slabs]),
        spilled=tuple(shot.placed[number - 1].name for number in sorted(spilled)),
    )


def _slab(shot: Shot, table: NDArray[np.float32], first: int) -> _Slab:
    at = _fine_coordinates(shot, first, min(first + _SLAB, shot.grid.shape[0]))
    scene = anatomy.paint(shot.habitus, shot.motion, at)
    numbers = lesions.paint(scene.labels, at, shot.placed)
    owner = np.zeros(tuple(n // _FINE for n in numbers.shape), dtype=np.uint8)
    for number in range(1, len(shot.placed) + 1):
        owner[_mean((numbers == number).astype(np.float32)) > 0.5] = number
    return _Slab(
        bright=_mean(table[scene.labels]),
        liver=_mean((scene.liver | (numbers > 0)).astype(np.float32)),
        numbers=owner,
        spilled=frozenset(np.unique(numbers[~scene.liver]).tolist()) - {0},
    )


def _fine_coordinates(shot: Shot, first: int, last: int) -> Coordinates:
    """Frame coordinates of the sub-samples of slices first..last-1."""
    (_, rows, columns), (dx, dy, dz) = shot.grid.shape, shot.grid.spacing_mm
    sub = (np.arange(_FINE) + 0.5) / _FINE - 0.5
    lines = []
    for axis, (low, high, step) in enumerate(((0, columns, dx), (0, rows, dy), (first, last, dz))):
        index = (np.arange(low, high)[:, None] + sub).ravel()
        lines.append((shot.grid.origin[axis] - shot.offset_mm[axis] + index * step).astype(np.float32))
    return lines[0][None, None, :], lines[1][None, :, None], lines[2][:, None, None]


def _mean(fine: NDArray[np.float32]) -> NDArray[np.float32]:
    k, j, i = (n // _FINE for n in fine.shape)
    return np.asarray(fine.reshape(k, _FINE, j, _FINE, i, _FINE).mean(axis=(1, 3, 5)), dtype=np.float32)


def _degrade(shot: Shot, clean: NDArray[np.float32]) -> NDArray[np.int16]:
    rng = np.random.default_rng(shot.seed)
    clean = ndimage.gaussian_filter(clean, (0, 0.4, 0.4))
    texture = _correlated(rng, clean.shape, (1.0, 2.5, 2.5))
    if shot.modality is Modality.MR:
        return _mr(shot, clean, texture, rng)
    body, air = clean > -300, clean < -950
    noise = _correlated(rng, clean.shape, (0.0, 0.7, 0.7)) * shot.noise * np.where(body, 1.0, np.where(air, 0.2, 0.5))
    values = clean + noise + np.where(body, 2.5, 0.0) * texture
    return np.asarray(np.clip(np.rint(values), -1024, 3000), dtype=np.int16)


def _mr(
    shot: Shot, clean: NDArray[np.float32], texture: NDArray[np.float32], rng: np.random.Generator
) -> NDArray[np.int16]:
    """Rician noise and a coil that fades by about a tenth over the body."""
    k, j, i = clean.shape
    row, column = np.arange(j, dtype=np.float32)[:, None] / j, np.arange(i, dtype=np.float32)[None, :] / i
    coil = 1 + 0.10 * np.cos(np.pi * (row - 0.1)) + 0.06 * np.sin(2.1 * np.pi * (column - 0.3))
    signal = clean * coil[None] * (1 + 0.025 * texture)
    real, imaginary = (_correlated(rng, (k, j, i), (0.0, 0.5, 0.5)) * shot.noise for _ in range(2))
    magnitude = np.sqrt((signal + real) ** 2 + imaginary**2)
    return np.asarray(np.clip(np.rint(magnitude), 0, 4095), dtype=np.int16)


def _correlated(rng: np.random.Generator, shape: tuple[int, ...], width: Point) -> NDArray[np.float32]:
    """Unit-variance Gaussian noise, smoothed by `width` voxels (slice, row, column)."""
    raw = ndimage.gaussian_filter(rng.standard_normal(shape, dtype=np.float32), width)
    return np.asarray(raw / raw.std(), dtype=np.float32)
