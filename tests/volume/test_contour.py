"""Half-level lines of small masks with known outlines."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from pipeline.volume import contour


def _area(line: np.ndarray) -> float:
    """Signed area of a closed line by the shoelace formula."""
    row, col = line[:-1].T
    return 0.5 * float(np.sum(row * np.roll(col, -1) - col * np.roll(row, -1)))


def test_one_pixel_is_a_diamond_of_one_pixel() -> None:
    mask = np.zeros((5, 6), dtype=bool)
    mask[2, 3] = True
    (line,) = contour.outlines(mask)
    corners = {(float(row), float(col)) for row, col in line}
    assert corners == {(1.5, 3.0), (2.5, 3.0), (2.0, 2.5), (2.0, 3.5)}


def test_empty_mask_has_no_outline() -> None:
    assert contour.outlines(np.zeros((4, 4), dtype=bool)) == ()


def test_region_at_the_border_is_closed_outside() -> None:
    (line,) = contour.outlines(np.ones((3, 4), dtype=bool))
    assert line.min(axis=0).tolist() == [-0.5, -0.5]
    assert line.max(axis=0).tolist() == [2.5, 3.5]


def test_hole_has_its_own_line() -> None:
    mask = np.ones((7, 7), dtype=bool)
    mask[3, 3] = False
    assert len(contour.outlines(mask)) == 2


def test_pixels_touching_by_a_corner_are_apart() -> None:
    assert len(contour.outlines(np.eye(2, dtype=bool))) == 2


def test_a_volume_is_refused() -> None:
    with pytest.raises(ValueError, match="3 dimensions; expected one slice"):
        contour.outlines(np.zeros((2, 3, 4), dtype=bool))


@settings(max_examples=100, deadline=None)
@given(hnp.arrays(bool, hnp.array_shapes(min_dims=2, max_dims=2, max_side=9)), st.integers(0, 3), st.integers(0, 3))
def test_lines_are_closed_separate_the_mask_and_move_with_it(mask: np.ndarray, down: int, right: int) -> None:
    lines = contour.outlines(mask)
    assert all(np.array_equal(line[0], line[-1]) for line in lines)
    assert all(abs(_area(line)) > 0 for line in lines)
    moved = contour.outlines(np.pad(mask, ((down, 1), (right, 2))))
    assert len(moved) == len(lines)
    for line, shifted in zip(lines, moved, strict=True):
        np.testing.assert_allclose(shifted, line + np.array([down, right]))
