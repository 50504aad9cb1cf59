"""Decide which volume a mask from outside belongs to.

Two series of one date can share the acquisition number, and phases of one series can share the grid:
subject, date, acquisition and grid must all fit, and only one volume may do so.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.model.catalog import Volume
from pipeline.model.grid import Grid

TOLERANCE_MM = 0.1
"""mm that corner voxels may differ: single precision in NIfTI headers."""


@dataclass(frozen=True)
class MaskRequest:
    """One mask from outside: what it claims to be and the grid it lies on.

    acquisition is the AcquisitionNumber as text, empty when not given. what: 'liver' or 'lesion';
    lesion: its name, empty for the liver.
    """

    subject: str
    date: dt.date
    acquisition: str
    what: str
    lesion: str
    grid: Grid


@dataclass(frozen=True)
class MaskMatch:
    """The volume a mask belongs to, or None with the reason."""

    volume: Volume | None
    reason: str = ""


def match(volumes: Sequence[Volume], request: MaskRequest) -> MaskMatch:
    """Return the only volume that fits the request in subject, date, acquisition and grid.

    1. Subject and date must be equal; acquisition too, if given.
    2. The grids must hold the same voxels: axes may be permuted or flipped (NIfTI), corner
       voxels may differ by 0.1 mm.
    3. Of several those of a kind that is measured; within one series those of the first choice (the parts of a Dixon
       examination share their grid).
    4. None or several: no volume, and the reason says what was found.
    """
    name = f"{request.what} {request.lesion}".strip()
    whose = f"{name} of {request.subject}, {request.date.isoformat()}"
    mine = [volume for volume in volumes if volume.subject == request.subject]
    dated = [volume for volume in mine if volume.date == request.date]
    if not dated:
        dates = {volume.date.isoformat() for volume in mine if volume.date is not None}
        candidates = ", ".join(sorted(dates)) or f"{len(mine)} without a date" if mine else "no volume at all"
        return MaskMatch(None, f"{whose}: the subject has no volume of that date (found {candidates})")
    same = [v for v in dated if not request.acquisition or v.acquisition == request.acquisition.strip()]
    if not same:
        candidates = ", ".join(sorted({volume.acquisition or "none" for volume in dated}))
        return MaskMatch(None, f"{whose}: no volume has acquisition {request.acquisition} (found {candidates})")
    placed = [volume for volume in same if same_voxels(request.grid, volume.grid)]
    if not placed:
        candidates = ", ".join(_text(volume.grid) for volume in same)
        return MaskMatch(None, f"{whose}: mask grid {_text(request.grid)} is that of no volume (found {candidates})")
    placed = _measured(placed)
    if len(placed) > 1:
        candidates = ", ".join(f"acquisition {volume.acquisition or 'none'}" for volume in placed)
        return MaskMatch(None, f"{whose}: {len(placed)} volumes have this grid ({candidates}); name the acquisition")
    return MaskMatch(placed[0])


def _measured(volumes: list[Volume]) -> list[Volume]:
    """Those of the best kinds; where no kind is measured, all."""
    fit = [volume for volume in volumes if volume.kind.kind.fit] or volumes
    first = [volume for volume in fit if not volume.kind.kind.substitute]
    return first if first and len({volume.series_uid for volume in fit}) == 1 else fit


def same_voxels(one: Grid, other: Grid, tolerance_mm: float = TOLERANCE_MM) -> bool:
    """Whether two grids hold the same voxel centers, whatever the order and direction of their axes."""
    turn = np.abs(np.array(one.directions) @ np.array(other.directions).T)
    axis = turn.argmax(axis=1)
    if sorted(axis.tolist()) != [0, 1, 2]:
        return False
    counts, others = np.array(one.shape[::-1]), np.array(other.shape[::-1])
    if not np.array_equal(counts, others[axis]):
        return False
    corners = np.stack(np.meshgrid(*[(0, n - 1) for n in counts], indexing="ij"), axis=-1).reshape(-1, 3)
    at = other.to_index(one.to_lps(corners.astype(float)))
    off = np.minimum(np.abs(at), np.abs(at - (others - 1))) * np.array(other.spacing_mm)
    steps = np.abs(np.array(one.spacing_mm) - np.array(other.spacing_mm)[axis])
    return bool(off.max() <= tolerance_mm and (steps * counts).max() <= 2 * tolerance_mm)


def _text(grid: Grid) -> str:
    k, j, i = grid.shape
    low = grid.to_lps(np.array([i - 1, j - 1, k - 1]) / 2)
    return f"{i} x {j} x {k} around ({low[0]:.1f}, {low[1]:.1f}, {low[2]:.1f}) mm"
