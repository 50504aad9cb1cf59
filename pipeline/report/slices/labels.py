"""Place the words on a key slice so that they hide neither a lesion nor each other.

Each label takes the free place nearest to an end point of its axis; a thin leader joins the
two where they are apart. Lengths in mm of the picture, x to the right, y down.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from skimage import measure

WIDTH_PER_LETTER = 0.6
"""Width of an average letter as a share of its height, on the safe side for digits; own choice."""
PADDING = 0.5
"""Free space around a label as a share of the height of its letters; own choice."""


@dataclass(frozen=True)
class Box:
    """A rectangle with its upper left corner at (x, y)."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Label:
    """Words centered at (x, y), and where the leader runs from and to (None without one)."""

    text: str
    x: float
    y: float
    leader: tuple[float, float, float, float] | None


def reserved(view: Box, letter: float, scale_mm: int) -> tuple[Box, ...]:
    """The places of the side letters (left, right, top) and of the scale bar (lower left)."""
    middle = view.y + view.height / 2
    return (
        Box(view.x, middle - letter, 2 * letter, 2 * letter),
        Box(view.x + view.width - 2 * letter, middle - letter, 2 * letter, 2 * letter),
        Box(view.x + view.width / 2 - letter, view.y, 2 * letter, 2 * letter),
        Box(view.x, view.y + view.height - 3 * letter, scale_mm + 2 * letter, 3 * letter),
    )


def place(
    texts: list[str],
    ends: list[NDArray[np.float64]],
    shapes: list[NDArray[np.float64]],
    *,
    view: Box,
    letter: float,
    taken: tuple[Box, ...],
) -> list[Label]:
    """Return one label for each text; ends[n] holds the two end points (x, y) of its axis.

    shapes: closed lines that no label may touch. taken: boxes that are not free. Where nothing
    is free the label stands in the upper left corner, one below the other.
    """
    boxes = list(taken)
    placed = []
    for n, (text, line) in enumerate(zip(texts, ends, strict=True)):
        width, height = WIDTH_PER_LETTER * letter * len(text), letter
        centers = _lattice(view, width, height, letter)
        free = centers[_free(centers, np.array([width, height]) / 2 + PADDING * letter, shapes, boxes)]
        if len(free):
            gap = np.linalg.norm(free[:, None, :] - line[None, :, :], axis=2) - _reach(free, line, width, height)
            best, end = np.unravel_index(int(np.argmin(gap)), gap.shape)
            x, y = (float(v) for v in free[best])
            label = Label(
                text,
                round(x, 2),
                round(y, 2),
                _leader(Box(x - width / 2, y - height / 2, width, height), line[end], letter),
            )
        else:
            x, y = view.x + letter + width / 2, view.y + letter * (1.5 + 1.5 * n)
            label = Label(text, round(x, 2), round(y, 2), None)
        boxes.append(Box(x - width / 2, y - height / 2, width, height))
        placed.append(label)
    return placed


def _lattice(view: Box, width: float, height: float, letter: float) -> NDArray[np.float64]:
    """Centers at which a label of this size lies inside the view."""
    inset_x, inset_y = width / 2 + letter / 2, height / 2 + letter / 2
    xs = np.arange(view.x + inset_x, view.x + view.width - inset_x + 1e-9, letter / 2)
    ys = np.arange(view.y + inset_y, view.y + view.height - inset_y + 1e-9, letter / 2)
    return np.stack(np.meshgrid(xs, ys), axis=-1).reshape(-1, 2)


def _free(
    centers: NDArray[np.float64],
    half: NDArray[np.float64],
    shapes: list[NDArray[np.float64]],
    boxes: list[Box],
) -> NDArray[np.bool_]:
    """Which centers leave all boxes and shapes alone; half is half the size of the label with its padding."""
    free = np.ones(len(centers), dtype=bool)
    for box in boxes:
        middle, other = np.array([box.x + box.width / 2, box.y + box.height / 2]), np.array([box.width, box.height]) / 2
        free &= ~np.all(np.abs(centers - middle) < half + other, axis=1)
    for shape in shapes:
        near = np.all(np.abs(centers[:, None, :] - shape[None, :, :]) < half, axis=2).any(axis=1)
        free &= ~near & ~np.asarray(measure.points_in_poly(centers, shape), dtype=bool)
    return free


def _reach(centers: NDArray[np.float64], line: NDArray[np.float64], width: float, height: float) -> NDArray[np.float64]:
    """How far each box reaches from its center towards each end point."""
    steps = np.abs(line[None, :, :] - centers[:, None, :])
    inside = np.minimum(steps, np.array([width, height]) / 2)
    return np.asarray(np.linalg.norm(inside, axis=2))


def _leader(box: Box, end: NDArray[np.float64], letter: float) -> tuple[float, float, float, float] | None:
    """From the end point to the nearest point of the box, None if they are close."""
    to_x = float(np.clip(end[0], box.x, box.x + box.width))
    to_y = float(np.clip(end[1], box.y, box.y + box.height))
    if float(np.hypot(end[0] - to_x, end[1] - to_y)) < 1.2 * letter:
        return None
    return round(float(end[0]), 2), round(float(end[1]), 2), round(to_x, 2), round(to_y, 2)
