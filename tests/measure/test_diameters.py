"""Diameters of shapes whose diameters are known."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from pipeline.measure import diameters
from pipeline.model.grid import Grid
from pipeline.model.image import Mask
from pipeline.model.lesion import Axis, Diameters
from tests.measure import phantoms

REGIONS = hnp.arrays(bool, st.tuples(st.integers(1, 3), st.integers(1, 8), st.integers(1, 8))).filter(np.any)
SPACINGS = st.tuples(*[st.floats(0.4, 3.0)] * 3)


def _dot(one: Axis, other: Axis) -> float:
    first = np.array(one.end) - np.array(one.start)
    second = np.array(other.end) - np.array(other.start)
    return float(first @ second)


def _measure(mask: Mask) -> Diameters:
    found = diameters.measure(mask)
    assert found is not None
    return found


def test_empty_mask_has_no_diameter() -> None:
    assert diameters.measure(phantoms.in_slice(np.zeros((4, 4), dtype=bool), (1.0, 1.0))) is None


def test_one_voxel_is_as_long_as_its_longer_side() -> None:
    region = np.zeros((5, 5), dtype=bool)
    region[2, 2] = True
    found = _measure(phantoms.in_slice(region, (0.7, 1.2)))
    assert found.long.length_mm == pytest.approx(1.2)
    assert found.short.length_mm == pytest.approx(0.7)
    assert found.slice_index == 1


def test_rectangle_runs_from_cut_corner_to_cut_corner() -> None:
    """20 x 8 pixels of 0.5 x 1.0 mm: 10 mm wide, 8 mm high, corners cut at half a pixel."""
    region = np.zeros((12, 26), dtype=bool)
    region[2:10, 3:23] = True
    found = _measure(phantoms.in_slice(region, (0.5, 1.0)))
    assert found.long.length_mm == pytest.approx(max(math.hypot(10.0, 7.0), math.hypot(9.5, 8.0)))
    assert _dot(found.long, found.short) == pytest.approx(0.0, abs=1e-9)


def test_longest_perpendicular_is_not_the_one_through_the_middle() -> None:
    """A bar 31 pixels long with a tooth 9 pixels high (with the bar) near its left end."""
    region = np.zeros((20, 40), dtype=bool)
    region[10, 4:35] = True
    region[2:10, 7] = True
    found = _measure(phantoms.in_slice(region, (1.0, 1.0)))
    assert found.long.length_mm == pytest.approx(31.0)
    assert found.short.length_mm == pytest.approx(9.0)
    assert found.short.start[0] == pytest.approx(-40.0 + 7)


def test_line_of_an_l_shape_may_leave_the_lesion() -> None:
    region = np.zeros((30, 30), dtype=bool)
    region[3:27, 3:6] = True
    region[24:27, 3:27] = True
    found = _measure(phantoms.in_slice(region, (1.0, 1.0)))
    assert found.long.length_mm == pytest.approx(math.hypot(24, 23), abs=1.0)


def test_components_of_a_slice_are_not_spanned() -> None:
    region = np.zeros((10, 40), dtype=bool)
    region[3:6, 2:9] = True
    region[3:6, 20:30] = True
    found = _measure(phantoms.in_slice(region, (1.0, 1.0)))
    assert 10.0 <= found.long.length_mm < 11.0


def test_hole_does_not_change_the_diameters() -> None:
    disk = phantoms.ellipse((40, 40), (1.0, 1.0), (20.0, 20.0), (15.0, 12.0), 30.0)
    ring = disk & ~phantoms.ellipse((40, 40), (1.0, 1.0), (20.0, 20.0), (6.0, 6.0), 0.0)
    assert _measure(phantoms.in_slice(ring, (1.0, 1.0))) == _measure(phantoms.in_slice(disk, (1.0, 1.0)))


def test_slice_that_shows_it_longest_wins_and_ties_go_down() -> None:
    array = np.zeros((5, 20, 20), dtype=bool)
    array[1, 5, 5:9] = True
    array[2, 5, 5:14] = True
    array[4, 15, 3:12] = True
    grid = Grid(array.shape, (1.0, 1.0, 3.0), (0.0, 0.0, 0.0))
    found = _measure(Mask(array, grid))
    assert found.slice_index == 2
    assert found.long == Axis((4.5, 5.0, 6.0), (13.5, 5.0, 6.0))


@pytest.mark.parametrize(
    ("directions", "plane"),
    [
        (phantoms.oblique(0.0), "axial"),
        (phantoms.oblique(15.0), "axial"),
        (phantoms.oblique(0.0, 30.0), "axial"),
        (phantoms.oblique(40.0), "oblique"),
        (((1.0, 0.0, 0.0), (0.0, 0.0, -1.0), (0.0, 1.0, 0.0)), "coronal"),
        (((0.0, 1.0, 0.0), (0.0, 0.0, -1.0), (-1.0, 0.0, 0.0)), "sagittal"),
    ],
)
def test_plane_is_named_and_lines_lie_in_it(directions: tuple, plane: str) -> None:
    region = phantoms.ellipse((40, 40), (0.8, 0.8), (16.0, 15.0), (11.0, 7.0), 25.0)
    mask = phantoms.in_slice(region, (0.8, 0.8), directions=directions)
    found = _measure(mask)
    assert found.plane == plane
    ends = np.array([found.long.start, found.long.end, found.short.start, found.short.end])
    np.testing.assert_allclose(mask.grid.to_index(ends)[:, 2], 1.0, atol=1e-9)
    assert found.long.length_mm == pytest.approx(22.0, abs=0.8)
    assert found.short.length_mm == pytest.approx(14.0, abs=0.8)


def test_ellipses_come_out_within_a_pixel_or_a_millimeter() -> None:
    """120 seeded ellipses of 10 to 80 mm, pixels of 0.6 to 1.5 mm, a third of them anisotropic."""
    rng = np.random.default_rng(11)
    errors = []
    for number in range(120):
        spacing = tuple(rng.uniform(0.6, 1.5, size=2)) if number % 3 == 0 else (rng.uniform(0.6, 1.5),) * 2
        a = rng.uniform(5.0, 40.0)
        b = a * rng.uniform(0.5, 1.0)
        side = int(2 * (a + 4) / min(spacing))
        center = tuple(side * step / 2 + rng.uniform(-0.5, 0.5) for step in spacing)
        region = phantoms.ellipse((side, side), spacing, center, (a, b), rng.uniform(0, 180))
        found = _measure(phantoms.in_slice(region, spacing))
        allowed = max(1.0, *spacing)
        errors.append((abs(found.long.length_mm - 2 * a) / allowed, abs(found.short.length_mm - 2 * b) / allowed))
    assert np.max(errors) <= 1.0


@settings(max_examples=150, deadline=None)
@given(REGIONS, SPACINGS)
def test_long_is_the_longest_and_short_is_perpendicular(array: np.ndarray, spacing: tuple) -> None:
    found = _measure(Mask(array, Grid(array.shape, spacing, (5.0, -7.0, 30.0))))
    assert found.short.length_mm <= found.long.length_mm + 1e-6
    assert abs(_dot(found.long, found.short)) <= 1e-6 * found.long.length_mm
    assert found.long.length_mm >= max(spacing[0], spacing[1]) - 1e-6
    assert array[found.slice_index].any()


@settings(max_examples=100, deadline=None)
@given(REGIONS, SPACINGS, st.floats(-60, 60), st.floats(-180, 180), st.floats(0.5, 4.0))
def test_rigid_motion_keeps_and_scaling_scales(
    array: np.ndarray, spacing: tuple, tilt: float, turn: float, scale: float
) -> None:
    first = _measure(Mask(array, Grid(array.shape, spacing, (0.0, 0.0, 0.0))))
    moved = _measure(Mask(array, Grid(array.shape, spacing, (30.0, -12.0, 400.0), phantoms.oblique(tilt, turn))))
    assert moved.long.length_mm == pytest.approx(first.long.length_mm)
    assert moved.short.length_mm == pytest.approx(first.short.length_mm)
    assert moved.slice_index == first.slice_index
    larger = _measure(Mask(array, Grid(array.shape, tuple(s * scale for s in spacing), (0.0, 0.0, 0.0))))
    assert larger.long.length_mm == pytest.approx(scale * first.long.length_mm, rel=1e-4)


@settings(max_examples=60, deadline=None)
@given(REGIONS)
def test_a_filled_volume_is_never_shorter(array: np.ndarray) -> None:
    grid = Grid(array.shape, (1.0, 1.0, 1.0), (0.0, 0.0, 0.0))
    filled = _measure(Mask(np.ones_like(array), grid))
    assert filled.long.length_mm >= _measure(Mask(array, grid)).long.length_mm - 1e-9


def test_fragments_are_measured_apart_largest_first() -> None:
    array = np.zeros((4, 20, 40), dtype=bool)
    array[1, 5:8, 2:8] = True
    array[1:3, 4:9, 20:32] = True
    parts = diameters.measure_parts(Mask(array, Grid(array.shape, (1.0, 1.0, 2.5), (0.0, 0.0, 0.0))))
    assert [round(part.long.length_mm, 6) for part in parts] == pytest.approx(
        [max(math.hypot(12, 4), math.hypot(11, 5)), max(math.hypot(6, 2), math.hypot(5, 3))], abs=1e-5
    )
    assert diameters.measure_parts(Mask(np.zeros_like(array), Grid(array.shape, (1.0, 1.0, 1.0), (0, 0, 0)))) == ()


def test_same_mask_gives_the_same_answer_to_the_last_bit() -> None:
    region = phantoms.ellipse((60, 60), (0.7, 0.7), (21.0, 20.0), (14.0, 14.0), 0.0)
    mask = phantoms.in_slice(region, (0.7, 0.7))
    assert diameters.measure(mask) == diameters.measure(Mask(mask.array.copy(order="F"), mask.grid))
