"""The analytic truth of a lesion against brute force on a fine lattice."""

from math import sqrt

import numpy as np
import pytest

from pipeline.model.lesion import Role
from pipeline.simulate import lesions
from pipeline.simulate.lesions import PlacedLesion
from pipeline.simulate.motion import lattice
from pipeline.simulate.plan import LesionPlan, LesionSize, Pattern
from pipeline.simulate.shapes import Ellipsoid
from pipeline.simulate.tissues import FIRST_LESION_LABEL

BODY = Ellipsoid((1.0, -2.0, 3.0), (20.0, 16.0, 14.0), 30.0)
THROUGH_CENTER = np.array([-5.0, 3.0, 11.0])


def test_long_axis_is_the_diameter_in_the_slice_through_the_center() -> None:
    lesion = PlacedLesion("T01", Pattern.DIFFUSE, BODY)
    assert lesion.long_axis_mm(THROUGH_CENTER) == 40.0
    assert lesion.short_axis_mm(THROUGH_CENTER) == 32.0
    assert lesion.viable_axis_mm(THROUGH_CENTER) == 40.0


def test_long_axis_shrinks_with_the_distance_of_the_nearest_slice() -> None:
    lesion = PlacedLesion("T01", Pattern.DIFFUSE, BODY)
    assert lesion.long_axis_mm(np.array([3.0 - 8.4, 3.0 + 8.4])) == pytest.approx(40.0 * 0.8)
    assert lesion.long_axis_mm(np.array([30.0])) == 0.0


def test_volume_is_that_of_the_painted_samples() -> None:
    at = lattice((-25, -25, -15), (25, 25, 20), 0.5)
    labels = np.zeros(np.broadcast_shapes(*(axis.shape for axis in at)), dtype=np.uint8)
    lesion = PlacedLesion("T01", Pattern.DIFFUSE, BODY)
    painted = lesions.paint(labels, at, (lesion,)) == 1
    assert painted.sum() * 0.125 / 1000 == pytest.approx(lesion.volume_ml, rel=0.005)


def test_viable_axis_of_a_rim_is_the_longest_line_beside_the_core() -> None:
    """Brute force: the longest line in the shell between two similar ellipses."""
    lesion = PlacedLesion("T01", Pattern.RIM, BODY, core=0.6)
    assert lesion.viable_axis_mm(THROUGH_CENTER) == pytest.approx(40 * sqrt(1 - 0.36))
    longest = 0.0
    for direction in np.linspace(0, np.pi, 181):
        step = np.array([np.cos(direction) / 20, np.sin(direction) / 16])
        along = step / np.linalg.norm(step)
        for off in np.linspace(0.6, 1, 41):
            longest = max(longest, 2 * sqrt(1 - off * off) / np.linalg.norm(step))
        assert np.linalg.norm(along) == pytest.approx(1.0)
    assert longest == pytest.approx(lesion.viable_axis_mm(THROUGH_CENTER), abs=0.05)


def test_a_treated_lesion_holds_its_nodule_and_keeps_oil_away_from_it() -> None:
    plan = LesionPlan("T01", Role.TARGET, (LesionSize(46), LesionSize(44, 20)), Pattern.TREATED)
    rng = np.random.default_rng(5)
    before = lesions.place(plan, 0, (0.0, 0.0, 0.0), 40.0, rng)
    after = lesions.place(plan, 1, (0.0, 0.0, 0.0), 40.0, rng)
    assert before is not None
    assert before.nodule is None
    assert after is not None
    assert after.nodule is not None
    assert after.viable_axis_mm(np.array([0.0])) == 20.0
    at = lattice((-24, -24, -22), (24, 24, 22), 1.0)
    inside_nodule = after.nodule.level(at) < 1
    assert (after.body.level(at)[inside_nodule] < 1).all()
    assert len(after.oil) >= 20
    for center, radius in after.oil:
        spot = tuple(np.array([value], dtype=np.float32) for value in center)
        assert float(after.nodule.distance(spot)[0]) > radius + 4  # type: ignore[arg-type]  # three coordinates
        assert float(after.body.level(spot)[0]) < 1  # type: ignore[arg-type]  # three coordinates


def test_paint_tells_viable_necrotic_and_oil_apart() -> None:
    plan = LesionPlan("T01", Role.TARGET, (LesionSize(44, 20),), Pattern.TREATED)
    lesion = lesions.place(plan, 0, (0.0, 0.0, 0.0), 0.0, np.random.default_rng(1))
    assert lesion is not None
    at = lattice((-30, -30, -30), (30, 30, 30), 1.0)
    labels = np.zeros((61, 61, 61), dtype=np.uint8)
    numbers = lesions.paint(labels, at, (lesion,))
    assert set(np.unique(labels)) == {0, FIRST_LESION_LABEL, FIRST_LESION_LABEL + 1, FIRST_LESION_LABEL + 2}
    assert ((labels > 0) == (numbers == 1)).all()


def test_an_absent_lesion_is_not_placed() -> None:
    plan = LesionPlan("T02", Role.TARGET, (LesionSize(19), None))
    assert lesions.place(plan, 1, (0.0, 0.0, 0.0), 0.0, np.random.default_rng(0)) is None
