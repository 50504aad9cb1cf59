"""The longest line inside small regions."""

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from pipeline.measure import inside
from tests.measure import phantoms


def test_empty_region_has_no_line() -> None:
    assert inside.longest(np.zeros((5, 5), dtype=bool), (1.0, 1.0)) is None


def test_nothing_longer_than_asked_for() -> None:
    region = np.zeros((5, 9), dtype=bool)
    region[2, 2:7] = True
    assert inside.longest(region, (1.0, 1.0), longer_than_mm=5.0) is None
    found = inside.longest(region, (1.0, 1.0), longer_than_mm=4.9)
    assert found is not None
    assert found.length_mm == pytest.approx(5.0)


def test_line_of_an_l_shape_stays_in_one_arm() -> None:
    """Arms of 24 x 3 pixels: a line may lean inside its arm but not cut the corner."""
    region = np.zeros((30, 30), dtype=bool)
    region[3:27, 3:6] = True
    region[24:27, 3:27] = True
    found = inside.longest(region, (1.0, 1.0))
    assert found is not None
    assert 23.5 <= found.length_mm <= math.hypot(24, 3)


@pytest.mark.parametrize("pixel_mm", [0.25, 0.7])
def test_line_in_a_ring_touches_the_hole(pixel_mm: float) -> None:
    """Circles of 20 and 10 mm: 2 sqrt(400 - 100) mm; the outline is sampled coarsely first at 0.25 mm."""
    side = int(46 / pixel_mm)
    middle = (side * pixel_mm / 2,) * 2
    outer = phantoms.ellipse((side, side), (pixel_mm, pixel_mm), middle, (20.0, 20.0), 0.0)
    inner = phantoms.ellipse((side, side), (pixel_mm, pixel_mm), middle, (10.0, 10.0), 0.0)
    found = inside.longest(outer & ~inner, (pixel_mm, pixel_mm))
    assert found is not None
    assert found.length_mm == pytest.approx(2 * math.sqrt(300), abs=0.8)


@settings(max_examples=60, deadline=None)
@given(hnp.arrays(bool, st.tuples(st.integers(2, 12), st.integers(2, 12))).filter(np.any))
def test_line_stays_on_the_region_and_turning_it_changes_nothing(region: np.ndarray) -> None:
    found = inside.longest(region, (0.8, 0.8))
    assert found is not None
    along = found.start + (found.end - found.start) * np.linspace(0.02, 0.98, 80)[:, None]
    row, col = np.rint(along).astype(int).T
    padded = np.pad(region, 1)
    near = [padded[row + dr + 1, col + dc + 1] for dr in (-1, 0, 1) for dc in (-1, 0, 1) if abs(dr) + abs(dc) < 2]
    assert np.any(near, axis=0).all()
    turned = inside.longest(np.rot90(region), (0.8, 0.8))
    assert turned is not None
    assert turned.length_mm == pytest.approx(found.length_mm)


def _across(region: np.ndarray, step: tuple[float, float]) -> tuple[inside.InsideLine, inside.InsideLine]:
    line = inside.longest(region, step)
    assert line is not None
    found = inside.across(region, step, line)
    assert found is not None
    return line, found


@pytest.mark.parametrize("angle", [0.0, 25.0, 70.0])
def test_across_an_ellipse_is_its_short_axis(angle: float) -> None:
    region = phantoms.ellipse((80, 100), (0.8, 0.6), (38.0, 22.0), (20.0, 12.0), angle)
    _, found = _across(region, (0.6, 0.8))
    assert found.length_mm == pytest.approx(24.0, abs=0.8)


def test_across_a_ring_stays_beside_the_hole() -> None:
    """Radii 20 and 10 mm: the longest line that touches the hole is 34.6 mm long, along and across."""
    region = phantoms.ellipse((100, 100), (0.5, 0.5), (25, 25), (20.0, 20.0), 0.0)
    region &= ~phantoms.ellipse((100, 100), (0.5, 0.5), (25, 25), (10.0, 10.0), 0.0)
    line, found = _across(region, (0.5, 0.5))
    assert found.length_mm == pytest.approx(2 * np.sqrt(300), abs=0.8)
    assert found.length_mm <= line.length_mm
    between = found.start + (found.end - found.start) * np.linspace(0.05, 0.95, 50)[:, None]
    nearest = np.rint(between).astype(int)
    assert region[nearest[:, 0], nearest[:, 1]].all()


def test_another_part_is_not_across() -> None:
    """A bar of 40 x 4 mm; the block of 30 x 10 mm beside it holds longer lines across."""
    region = np.zeros((60, 60), dtype=bool)
    region[5:9, 5:45] = True
    region[20:50, 5:15] = True
    _, found = _across(region, (1.0, 1.0))
    assert found.length_mm <= 4.5


@given(data=st.data())
@settings(max_examples=30, deadline=None)
def test_across_any_region_is_perpendicular_and_at_most_as_long(data: st.DataObject) -> None:
    rows, columns = data.draw(st.integers(2, 9)), data.draw(st.integers(2, 9))
    bits = data.draw(st.lists(st.booleans(), min_size=rows * columns, max_size=rows * columns))
    region = np.array(bits).reshape(rows, columns)
    line = inside.longest(region, (0.7, 1.1))
    assume(line is not None)
    assert line is not None
    found = inside.across(region, (0.7, 1.1), line)
    if found is not None:
        along, crossing = ((each.end - each.start) * (0.7, 1.1) for each in (line, found))
        assert abs(along @ crossing) < 1e-6
        assert found.length_mm <= line.length_mm
        assert found.length_mm == pytest.approx(np.linalg.norm(crossing))
