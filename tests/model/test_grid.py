"""The grid places voxels where SimpleITK does, and back."""

import numpy as np
import pytest
import SimpleITK as sitk
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.model.grid import Grid


def _oblique(angles: tuple[float, float, float], spacing: tuple[float, float, float]) -> Grid:
    """A grid turned about all three axes."""
    matrix = np.eye(3)
    for axis, angle in enumerate(angles):
        a, b = [n for n in range(3) if n != axis]
        turn = np.eye(3)
        turn[a, a] = turn[b, b] = np.cos(angle)
        turn[a, b], turn[b, a] = -np.sin(angle), np.sin(angle)
        matrix = turn @ matrix
    i, j, k = (tuple(float(v) for v in matrix[:, n]) for n in range(3))
    return Grid((4, 5, 6), spacing, (-120.5, 33.25, 781.0), (i, j, k))


angle = st.floats(-3.0, 3.0)
step = st.floats(0.3, 12.0)


@settings(max_examples=60, deadline=None)
@given(st.tuples(angle, angle, angle), st.tuples(step, step, step), st.tuples(step, step, step))
def test_index_to_patient_and_back(
    angles: tuple[float, float, float], spacing: tuple[float, float, float], index: tuple[float, float, float]
) -> None:
    grid = _oblique(angles, spacing)
    points = np.array([index, (0.0, 0.0, 0.0)])
    np.testing.assert_allclose(grid.to_index(grid.to_lps(points)), points, atol=1e-9)


@settings(max_examples=30, deadline=None)
@given(st.tuples(angle, angle, angle), st.tuples(step, step, step), st.tuples(step, step, step))
def test_voxels_lie_where_itk_puts_them(
    angles: tuple[float, float, float], spacing: tuple[float, float, float], index: tuple[float, float, float]
) -> None:
    grid = _oblique(angles, spacing)
    image = sitk.Image([6, 5, 4], sitk.sitkUInt8)
    image.SetSpacing(grid.spacing_mm)
    image.SetOrigin(grid.origin)
    image.SetDirection(np.array(grid.directions).T.ravel().tolist())
    expected = image.TransformContinuousIndexToPhysicalPoint(index)
    np.testing.assert_allclose(grid.to_lps(np.array(index)), expected, atol=1e-6)


def test_array_order_is_slice_row_column_but_points_are_x_y_z() -> None:
    grid = Grid((10, 20, 30), (1.0, 2.0, 5.0), (100.0, 200.0, 300.0))
    last_column, last_row, last_slice = 29.0, 19.0, 9.0
    np.testing.assert_allclose(grid.to_lps(np.array([last_column, last_row, last_slice])), [129.0, 238.0, 345.0])


def test_points_keep_their_leading_shape() -> None:
    grid = Grid((2, 3, 4), (1.0, 1.0, 1.0), (0.0, 0.0, 0.0))
    assert grid.to_lps(np.zeros((5, 7, 3))).shape == (5, 7, 3)


def test_voxel_volume_is_in_ml() -> None:
    assert Grid((1, 1, 1), (2.0, 5.0, 10.0), (0.0, 0.0, 0.0)).voxel_ml == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("shape", "spacing"), [((0, 5, 5), (1.0, 1.0, 1.0)), ((5, 5, 5), (1.0, 0.0, 1.0)), ((5, 5, 5), (1.0, 1.0, -2.5))]
)
def test_an_empty_or_flat_grid_is_refused(shape: tuple[int, int, int], spacing: tuple[float, float, float]) -> None:
    with pytest.raises(ValueError, match="expected all > 0"):
        Grid(shape, spacing, (0.0, 0.0, 0.0))


def test_grids_are_the_same_within_a_hundredth_of_a_millimeter() -> None:
    grid = Grid((10, 20, 30), (0.7, 0.7, 2.5), (0.0, 0.0, 0.0))
    assert grid.same_as(Grid((10, 20, 30), (0.7, 0.7, 2.5), (0.009, 0.0, 0.0)))
    assert not grid.same_as(Grid((10, 20, 30), (0.7, 0.7, 2.5), (0.011, 0.0, 0.0)))
    assert not grid.same_as(Grid((10, 20, 31), (0.7, 0.7, 2.5), (0.0, 0.0, 0.0)))


def test_a_small_error_of_spacing_counts_at_the_far_end() -> None:
    grid = Grid((200, 2, 2), (1.0, 1.0, 2.5), (0.0, 0.0, 0.0))
    assert not grid.same_as(Grid((200, 2, 2), (1.0, 1.0, 2.5001), (0.0, 0.0, 0.0)))
