"""The generator's truth: known answers on a phantom, without networks and without real cases."""

from dataclasses import replace
from math import pi

import numpy as np
import pytest

from pipeline.model.image import Image
from pipeline.model.transform import Transform
from pipeline.volume import points
from tests.benchmarks.accuracy import fields, looks, placing, shapes, texture, visits
from tests.benchmarks.accuracy.backgrounds import axes_mm
from tests.benchmarks.accuracy.fields import Breath
from tests.benchmarks.accuracy.lesions import Fate, Lesion
from tests.benchmarks.accuracy.looks import Kind, Look
from tests.benchmarks.accuracy.phantom import GRID, LIVER_HU, NOISE_HU, prepared
from tests.benchmarks.accuracy.visits import Prepared, Setting


@pytest.fixture(scope="module")
def phantom() -> Prepared:
    return prepared()


def ball(radius_mm: float, look: Look | None = None) -> Lesion:
    body = shapes.ball((4.3, -7.1, 1.9), radius_mm)
    dark = look or Look(Kind.HYPODENSE, (-20.0, -50.0), soft_mm=0.6)
    return Lesion("L1", "inside", Fate.UNCHANGED, ((body,), (body,)), (dark, dark))


def motion(phantom: Prepared, size_mm: float = 12.0, shift_mm: float = 8.0) -> Transform:
    """A smooth deformation and a sliding shift of the phantom's liver."""
    slides = fields.breath(phantom.clean, phantom.background.liver)
    return fields.draw(np.random.default_rng(3), slides, phantom.background.liver, size_mm, shift_mm)


@pytest.mark.parametrize("radius_mm", [2.5, 5.0, 12.0, 25.0])
def test_truth_of_a_ball(phantom: Prepared, radius_mm: float) -> None:
    """Its volume and diameter, and the volume of its voxels, by its radius."""
    seen = visits.render(phantom, (ball(radius_mm),), 0, Setting(Transform.identity(), seed=5))
    (true,) = seen.lesions
    volume = 4 / 3 * pi * radius_mm**3 / 1000
    assert true.volume_ml == pytest.approx(volume, rel=0.02)
    assert true.long_axis_mm == pytest.approx(2 * radius_mm, abs=0.25)
    assert true.short_axis_mm == pytest.approx(2 * radius_mm, abs=0.35)
    assert seen.labels.mask("L1").volume_ml == pytest.approx(volume, rel=0.35 if radius_mm < 5 else 0.12)


def test_hu_of_a_painted_ball(phantom: Prepared) -> None:
    """50 HU darker than liver inside, the liver untouched outside, the noise alike in both."""
    seen = visits.render(phantom, (ball(20.0),), 0, Setting(Transform.identity(), seed=5))
    x, y, z = axes_mm(GRID)
    away = np.sqrt((x - 4.3) ** 2 + (y + 7.1) ** 2 + (z - 1.9) ** 2)
    inside, outside = seen.image.array[away < 15], seen.image.array[(away > 24) & (away < 40)]
    assert float(inside.mean()) == pytest.approx(LIVER_HU - 50, abs=3)
    assert float(outside.mean()) == pytest.approx(LIVER_HU, abs=1)
    assert float(outside.std()) == pytest.approx(NOISE_HU, rel=0.15)
    assert float(inside.std()) == pytest.approx(np.hypot(NOISE_HU, looks.TEXTURE_HU), rel=0.2)


def test_a_thin_part_of_a_voxel_shows_in_part(phantom: Prepared) -> None:
    """A ball smaller than a slice is never as dark as it is: partial volume."""
    still = replace(phantom, grain=replace(phantom.grain, strength=_silent(phantom)))
    seen = visits.render(still, (ball(1.2),), 0, Setting(Transform.identity()))
    depth = LIVER_HU - int(seen.image.array[phantom.background.liver.array].min())
    assert 2 < depth < 30


def test_field_and_inverse_meet(phantom: Prepared) -> None:
    field = motion(phantom)
    at = np.random.default_rng(1).uniform(-40, 40, size=(200, 3))
    there = fields.inverse(field, at)
    assert np.abs(points.apply(field, there) - at).max() < 1e-3
    assert np.linalg.norm(there - at, axis=1).max() > 5


def test_field_does_not_fold_and_slides(phantom: Prepared) -> None:
    """The liver takes the shift, the wall stays; the ends of the scan too."""
    liver = phantom.background.liver
    slides: Breath = fields.breath(phantom.clean, liver)
    field = fields.draw(np.random.default_rng(3), slides, liver, 0.0, 8.0)
    assert field.displacement is not None
    assert field.displacement_grid is not None
    assert float(fields.jacobians(field.displacement, field.displacement_grid).min()) > 0
    in_liver, in_wall = points.apply(field, np.array([[0.0, 0, 0], [69.0, 0, 0]])) - [[0.0, 0, 0], [69.0, 0, 0]]
    assert in_liver[2] == pytest.approx(8, abs=0.1)
    assert abs(in_wall[2]) < 1.0


def test_a_moved_lesion_lies_where_the_field_says(phantom: Prepared) -> None:
    field = motion(phantom)
    seen = visits.render(phantom, (ball(10.0),), 1, Setting(field, seed=6))
    mask = seen.labels.mask("L1").array
    center = GRID.to_lps(np.argwhere(mask).mean(0)[::-1])
    expected = fields.inverse(field, np.array([[4.3, -7.1, 1.9]]))[0]
    assert np.linalg.norm(center - expected) < 1.0
    assert seen.liver.array[mask].all()


def test_seeds_repeat(phantom: Prepared) -> None:
    """The same seed gives the same bytes, another seed other ones."""
    lesion = (replace(ball(8.0), bodies=((shapes.draw(np.random.default_rng(2), (0.0, 0.0, 0.0), 8.0),),)),)
    first, same, other = (
        visits.render(phantom, lesion, 0, Setting(Transform.identity(), seed=seed)) for seed in (7, 7, 8)
    )
    assert np.array_equal(first.image.array, same.image.array)
    assert not np.array_equal(first.image.array, other.image.array)
    assert first.lesions == same.lesions == other.lesions


@pytest.mark.parametrize("slice_mm", [1.0, 5.0])
def test_truth_does_not_hang_on_the_slices(phantom: Prepared, slice_mm: float) -> None:
    thick = visits.render(phantom, (ball(9.0),), 0, Setting(Transform.identity(), slice_mm=slice_mm))
    assert thick.image.grid.spacing_mm[2] == slice_mm
    assert thick.lesions[0].long_axis_mm == pytest.approx(18, abs=0.25)
    assert thick.labels.mask("L1").volume_ml == pytest.approx(4 / 3 * pi * 0.729, rel=0.12)


def test_oil_is_dense_in_patches(phantom: Prepared) -> None:
    oily = looks.draw(np.random.default_rng(4), Kind.OIL)
    seen = visits.render(phantom, (ball(15.0, oily),), 0, Setting(Transform.identity(), seed=1))
    inside = seen.image.array[seen.labels.mask("L1").array]
    share = float((inside > 200).mean())
    assert oily.oil / 2 < share < min(1.0, oily.oil * 1.8)
    assert int(inside.max()) > 500


def test_places_lie_in_the_liver_and_apart(phantom: Prepared) -> None:
    places, rng = placing.of(phantom), np.random.default_rng(9)
    found = []
    for _ in range(12):
        center = places.find(rng, "inside", 8.0)
        assert center is not None
        places.take(center, 8.0)
        found.append(np.array(center))
    assert all(np.hypot(*center[:2]) < 60 - 7 for center in found)
    gaps = [np.linalg.norm(a - b) for number, a in enumerate(found) for b in found[:number]]
    assert min(gaps) > 16


def test_grain_has_the_spectrum_of_the_noise(phantom: Prepared) -> None:
    """Noise drawn anew is as strong as the scan's and as white."""
    _, noise = texture.draw(phantom.grain, phantom.clean, np.random.default_rng(2))
    middle = noise[10:20, 50:90, 50:90]
    assert float(middle.std()) == pytest.approx(NOISE_HU, rel=0.15)
    beside = float(np.corrcoef(middle[:, :, 1:].ravel(), middle[:, :, :-1].ravel())[0, 1])
    assert abs(beside) < 0.25


@pytest.mark.parametrize("seed", range(4))
def test_a_disturbed_body_keeps_its_volume(seed: int) -> None:
    """Shapes drawn at random have the volume of a ball within a quarter, and none touches the edge of its box."""
    body = shapes.draw(np.random.default_rng(seed), (0.0, 0.0, 0.0), 10.0)
    level, grid = visits.fine_level(replace(ball(10.0), bodies=((body,),)), 0, Transform.identity())
    assert visits.volume_ml(level, grid) == pytest.approx(4 / 3 * pi, rel=0.25)
    assert min(float(np.take(level, end, axis).min()) for axis in range(3) for end in (0, -1)) > 0


def test_a_split_lesion_has_the_axes_of_its_parts(phantom: Prepared) -> None:
    whole = shapes.ball((0.0, 0.0, 0.0), 10.0)
    parts = (shapes.ball((-12.0, 0.0, 0.0), 5.0), shapes.ball((12.0, 0.0, 0.0), 4.0))
    split = replace(ball(10.0), fate=Fate.SPLIT, bodies=((whole,), parts))
    (true,) = visits.render(phantom, (split,), 1, Setting(Transform.identity())).lesions
    assert true.long_axis_mm == pytest.approx(18, abs=0.2)
    assert true.volume_ml == pytest.approx(4 / 3 * pi * 0.189, rel=0.03)


def _silent(phantom: Prepared) -> Image:
    strength = phantom.grain.strength
    return Image(np.zeros_like(strength.array), strength.grid)
