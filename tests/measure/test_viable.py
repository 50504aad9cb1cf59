"""Viable tissue of simulated lesions with known viable axes."""

from dataclasses import replace

import numpy as np
import pytest

from pipeline.measure import diameters, viable
from pipeline.model.flags import Flag
from pipeline.model.grid import Grid
from pipeline.model.image import Image, Mask, Modality
from tests.measure.lesion_scans import Scan


def _measure(scan: Scan) -> viable.Viable:
    return viable.measure(*scan.render())


@pytest.mark.image
@pytest.mark.parametrize("kind", ["full", "rim"])
@pytest.mark.parametrize(("pixel_mm", "slice_mm"), [(0.75, 2.5), (1.4, 5.0)])
@pytest.mark.parametrize("noise", [6.0, 22.0])
def test_axis_of_enhancing_and_rim_lesions(kind: str, pixel_mm: float, slice_mm: float, noise: float) -> None:
    """Of ten seeded lesions at most one is off by more than a pixel or 1 mm, none by more than 1.5 times that."""
    rng = np.random.default_rng(5)
    off = []
    for seed in range(10):
        scan = Scan(kind, rng.uniform(9, 20), rng.uniform(0.7, 0.95), rng.uniform(0.45, 0.65), pixel_mm, slice_mm)
        scan = replace(scan, noise=noise, seed=seed)
        found = _measure(scan)
        assert found.axis is not None
        assert found.flags == ()
        off.append(abs(found.axis.length_mm - scan.viable_axis_mm) / max(1.0, pixel_mm))
    assert sorted(off)[-2] <= 1.0
    assert max(off) <= 1.5


def test_fully_enhancing_lesion_is_as_long_as_its_long_axis() -> None:
    image, lesion, liver = Scan("full", noise=12.0).render()
    found, whole = viable.measure(image, lesion, liver), diameters.measure(lesion)
    assert found.axis is not None
    assert whole is not None
    assert found.axis.length_mm == pytest.approx(whole.long.length_mm, abs=0.3)
    assert np.count_nonzero(found.mask.array) == pytest.approx(np.count_nonzero(lesion.array), rel=0.02)


@pytest.mark.parametrize("kind", ["dead", "iso"])
@pytest.mark.parametrize("seed", range(4))
def test_no_enhancement_over_the_liver_is_no_viable_tissue(kind: str, seed: int) -> None:
    found = _measure(Scan(kind, seed=seed, noise=18.0))
    assert (found.axis, found.slice_index, found.evaluable) == (None, None, True)
    assert not found.mask.array.any()


def test_small_lesion_on_coarse_pixels_is_seen() -> None:
    """5 pixels across: too few for a core, but most of the lesion is bright."""
    scan = Scan("full", 6.0, 0.9, pixel_mm=2.2, slice_mm=4.0)
    found = _measure(scan)
    assert found.axis is not None
    assert found.axis.length_mm == pytest.approx(12.0, abs=2.2)


def test_axis_does_not_cross_the_dead_half() -> None:
    """Half an ellipse of 15 x 12.75 mm: its longest line runs along the cut, 25.5 mm."""
    found = _measure(Scan("half"))
    assert found.axis is not None
    assert found.axis.length_mm == pytest.approx(25.5, abs=1.0)


def test_axis_lies_in_the_tissue_it_measures() -> None:
    image, lesion, liver = Scan("rim").render()
    found = viable.measure(image, lesion, liver)
    assert found.axis is not None
    start, end = (image.grid.to_index(np.array(point)) for point in (found.axis.start, found.axis.end))
    assert found.slice_index == round(start[2]) == round(end[2])
    along = start + (end - start) * np.linspace(0.1, 0.9, 60)[:, None]
    nearest = np.rint(along).astype(int)
    assert found.mask.array[nearest[:, 2], nearest[:, 1], nearest[:, 0]].all()
    assert not (found.mask.array & ~lesion.array).any()


DROPS = tuple(((x, y, z), 2.5) for x in (-9.0, -3.0, 3.0, 9.0) for y in (-5.0, 1.0) for z in (-5.0, 0.0, 5.0))


def test_oil_in_dead_tissue_is_flagged_and_not_viable() -> None:
    found = _measure(Scan("dead", drops=DROPS))
    assert found.axis is None
    assert found.flags == (Flag.LIPIODOL,)


def test_oil_does_not_lengthen_the_viable_half() -> None:
    plain = _measure(Scan("half"))
    oily = _measure(Scan("half", drops=tuple(((-8.0, y, z), 2.5) for y in (-4.0, 3.0) for z in (-4.0, 0.0, 4.0))))
    assert oily.flags == (Flag.LIPIODOL,)
    assert plain.axis is not None
    assert oily.axis is not None
    assert oily.axis.length_mm == pytest.approx(plain.axis.length_mm, abs=0.8)


def test_dense_tissue_before_contrast_is_oil() -> None:
    """A deposit of 160 HU looks like enhancement; the unenhanced image tells."""
    image, lesion, liver = Scan("dead", noise=5.0).render()
    before = np.full(image.array.shape, 45, dtype=np.int16)
    k, j, i = (int(v) for v in np.argwhere(lesion.array).mean(axis=0))
    arterial = image.array.copy()
    for array in (arterial, before):
        array[k - 1 : k + 2, j - 5 : j + 6, i - 5 : i + 6] = 160
    with_oil = Image(arterial, image.grid)
    assert viable.measure(with_oil, lesion, liver).axis is not None
    found = viable.measure(with_oil, lesion, liver, Image(before, image.grid))
    assert found.axis is None
    assert found.flags == (Flag.LIPIODOL,)


def test_unenhanced_image_may_have_its_own_grid() -> None:
    image, lesion, liver = Scan("rim").render()
    coarse = Grid((8, 60, 60), (2.0, 2.0, 10.0), (-35.0, -45.0, 490.0))
    plain = Image(np.full(coarse.shape, 45, dtype=np.int16), coarse)
    found = viable.measure(image, lesion, liver, plain)
    assert found.axis is not None
    assert found.axis.length_mm == pytest.approx(Scan("rim").viable_axis_mm, abs=1.2)


def test_mr_has_no_lipiodol_rule() -> None:
    scan = Scan("rim", modality=Modality.MR, noise=8.0)
    image, lesion, liver = scan.render()
    brighter = Image(image.array * 4, image.grid, Modality.MR)
    found = viable.measure(brighter, lesion, liver)
    assert found.flags == ()
    assert found.axis is not None
    assert found.axis.length_mm == pytest.approx(scan.viable_axis_mm, abs=1.2)


def test_without_normal_liver_nothing_is_said() -> None:
    image, lesion, _ = Scan("full").render()
    found = viable.measure(image, lesion, lesion)
    assert (found.axis, found.evaluable, found.flags) == (None, False, (Flag.LIVER_DOUBTFUL,))


def test_empty_lesion_is_not_evaluable() -> None:
    image, lesion, liver = Scan("full").render()
    found = viable.measure(image, Mask(np.zeros_like(lesion.array), lesion.grid), liver)
    assert (found.axis, found.evaluable, found.flags) == (None, False, ())


def test_mask_on_another_grid_is_refused() -> None:
    image, lesion, liver = Scan("full").render()
    elsewhere = Mask(lesion.array, replace(lesion.grid, origin=(0.0, 0.0, 0.0)))
    with pytest.raises(ValueError, match="resample the mask first"):
        viable.measure(image, elsewhere, liver)


@pytest.mark.image
@pytest.mark.parametrize("kind", ["full", "rim"])
@pytest.mark.parametrize("noise", [6.0, 22.0])
def test_perpendicular_and_volume_of_viable_tissue(kind: str, noise: float) -> None:
    """An ellipsoid and its core are alike: what lies across the axis is `width` of it, the core a share cubed."""
    for seed in range(4):
        scan = Scan(kind, 12.0 + 2 * seed, 0.8, 0.55, noise=noise, seed=seed)
        found = _measure(scan)
        assert found.axis is not None
        assert found.short is not None
        assert found.short.length_mm == pytest.approx(scan.width * scan.viable_axis_mm, abs=1.0)
        core = scan.core**3 if kind == "rim" else 0.0
        volume = 4 / 3 * np.pi * scan.half_mm**3 * scan.width**2 * (1 - core) / 1000
        assert found.mask.volume_ml == pytest.approx(volume, rel=0.06)


def test_what_lies_across_is_perpendicular_in_the_same_slice() -> None:
    found = _measure(Scan("rim"))
    assert found.axis is not None
    assert found.short is not None
    long, short = (np.subtract(line.end, line.start) for line in (found.axis, found.short))
    assert abs(long @ short) < 1e-6 * np.linalg.norm(long) * np.linalg.norm(short)
    assert found.short.start[2] == found.axis.start[2] == found.short.end[2]
    assert found.short.length_mm <= found.axis.length_mm


def test_nothing_lies_across_where_nothing_enhances() -> None:
    assert _measure(Scan("dead")).short is None
