"""Levels of aorta, liver and kidneys in a drawn abdomen, and the phases they lead to."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.ingest import grouping
from pipeline.model.grid import Grid
from pipeline.model.image import Image, Modality, Phase
from pipeline.phase import classify, likelihood, organs
from pipeline.store import nifti
from tests.builders.dicom_series import headers

SHAPE = (32, 150, 190)
PIXEL_MM, SLICE_MM = 2.0, 5.0


@dataclass(frozen=True)
class Levels:
    """HU of blood, liver, spleen, cortex and medulla."""

    blood: float
    liver: float
    spleen: float
    cortex: float
    medulla: float
    cava: float


LEVELS = {
    Phase.UNENHANCED: Levels(42, 56, 48, 32, 30, 42),
    Phase.ARTERIAL: Levels(290, 68, 130, 190, 75, 80),
    Phase.PORTAL_VENOUS: Levels(155, 112, 120, 190, 160, 145),
    Phase.DELAYED: Levels(100, 92, 92, 165, 160, 98),
}


def _ball(center: tuple[float, float, float], radii: tuple[float, float, float]) -> NDArray[np.bool_]:
    """An ellipsoid; center and radii in mm along slice, row and column, the middle of the body at (80, 150, 190)."""
    k, j, i = np.ogrid[: SHAPE[0], : SHAPE[1], : SHAPE[2]]
    z, y, x = k * SLICE_MM - center[0], j * PIXEL_MM - center[1], i * PIXEL_MM - center[2]
    return np.asarray((z / radii[0]) ** 2 + (y / radii[1]) ** 2 + (x / radii[2]) ** 2 <= 1)


def _abdomen(
    levels: Levels, noise: float = 12.0, extras: bool = False, aorta_mm: float = 10.0, bone: float = 200
) -> Image:
    """Body, spine, liver on the right (low columns), spleen and kidneys, aorta and cava."""
    tall = 1e6
    array = np.full(SHAPE, -1000.0)
    array[_ball((80, 150, 190), (tall, 115, 165))] = -100
    array[_ball((80, 150, 190), (tall, 108, 158)) & ~_ball((80, 140, 190), (tall, 92, 140))] = 55
    array[_ball((100, 125, 120), (70, 75, 68))] = levels.liver
    array[_ball((105, 165, 300), (40, 38, 24))] = levels.spleen
    for side in (-1, 1):
        array[_ball((55, 190, 190 + side * 62), (52, 27, 25))] = levels.cortex
        array[_ball((55, 190, 190 + side * 62), (44, 20, 18))] = levels.medulla
    array[_ball((80, 215, 190), (tall, 22, 24))] = bone
    array[_ball((80, 238, 190), (tall, 10, 10))] = 30
    array[_ball((80, 182, 202), (tall, aorta_mm, aorta_mm))] = levels.blood
    array[_ball((80, 180, 172), (tall, 8, 12))] = levels.cava
    if extras:
        array[_ball((110, 120, 110), (15, 18, 18))] = 2900  # lipiodol
        array[_ball((50, 95, 250), (40, 25, 30))] = 420  # oral contrast
        array[_ball((50, 100, 120), (30, 18, 20))] = 350
    array += np.random.default_rng(7).normal(0, noise, SHAPE)
    return Image(array.astype(np.int16), Grid(SHAPE, (PIXEL_MM, PIXEL_MM, SLICE_MM), (-190.0, -150.0, -100.0)))


def _call(image: Image) -> Phase:
    (volume,), _ = grouping.split(headers(8))
    return classify.phases([(volume, organs.features(image))])[0].phase


@pytest.mark.parametrize("phase", LEVELS)
@pytest.mark.parametrize("extras", [False, True], ids=["plain", "lipiodol and oral contrast"])
def test_levels_are_read_and_name_the_phase(phase: Phase, extras: bool) -> None:
    image = _abdomen(LEVELS[phase], extras=extras)
    found = organs.features(image)
    assert found.aorta == pytest.approx(LEVELS[phase].blood, abs=12)
    assert found.liver == pytest.approx(LEVELS[phase].liver, abs=8)
    assert found.bright_ml is not None
    assert (found.bright_ml > likelihood.BRIGHT_ML) is (phase is not Phase.UNENHANCED)
    assert _call(image) is phase


def test_a_thin_aorta_is_found_too() -> None:
    assert organs.features(_abdomen(LEVELS[Phase.ARTERIAL], aorta_mm=7.0)).aorta == pytest.approx(290, abs=25)


def test_cortex_stands_out_in_the_arterial_phase_only() -> None:
    arterial, portal = (organs.features(_abdomen(LEVELS[p])) for p in (Phase.ARTERIAL, Phase.PORTAL_VENOUS))
    assert arterial.kidney_ratio is not None
    assert portal.kidney_ratio is not None
    assert arterial.kidney_ratio < 0.7 < portal.kidney_ratio


@pytest.mark.parametrize("axes", [(0,), (1, 2), (0, 1)], ids=["feet first", "rows and columns", "slices and rows"])
def test_how_slices_are_stored_changes_nothing(axes: tuple[int, ...]) -> None:
    image = _abdomen(LEVELS[Phase.ARTERIAL])
    directions = [list(direction) for direction in image.grid.directions]
    origin = np.array([*image.grid.origin, 1.0])[:3]
    for axis in axes:
        along = 2 - axis
        directions[along] = [-part for part in directions[along]]
        origin[along] += (SHAPE[axis] - 1) * image.grid.spacing_mm[along]
    x, y, z = (tuple(direction) for direction in directions)
    grid = Grid(SHAPE, image.grid.spacing_mm, tuple(origin), (x, y, z))
    assert organs.features(Image(np.flip(image.array, axes), grid)) == organs.features(image)


def test_mr_signal_has_no_unit() -> None:
    image = _abdomen(Levels(700, 230, 350, 500, 250, 240), noise=10, bone=90)
    signal = np.where(image.array < -50, 60, image.array).astype(np.float32)  # fat, suppressed
    signal[image.array < -500] = 5
    small, large = (organs.features(Image(signal * scale, image.grid, Modality.MR)) for scale in (1, 1000))
    assert small == large
    assert small.aorta is not None
    assert small.liver is not None
    assert 2.3 < small.aorta / small.liver < 3.6


def test_what_shows_no_axial_body_has_no_levels() -> None:
    empty = Image(np.full((10, 40, 40), -1000, dtype=np.int16), Grid((10, 40, 40), (4.0, 4.0, 5.0), (0.0, 0.0, 0.0)))
    coronal = Image(empty.array, Grid((10, 40, 40), (4.0, 4.0, 5.0), (0, 0, 0), ((1, 0, 0), (0, 0, -1), (0, 1, 0))))
    nothing = organs.PhaseFeatures(Modality.CT)
    assert organs.features(empty) == nothing
    assert organs.features(coronal) == nothing


@pytest.mark.real
def test_a_plain_ct_of_another_scanner_reads_as_its_silver_masks_say(real_data: Path) -> None:
    """Medians inside the TotalSegmentator masks: aorta 41, liver 46 HU."""
    image = nifti.read_image(real_data / "totalseg_examples" / "example_ct.nii.gz", Modality.CT)
    found = organs.features(image)
    assert found.aorta == pytest.approx(41, abs=8)
    assert found.liver == pytest.approx(46, abs=5)
    assert _call(image) is Phase.UNENHANCED


@pytest.mark.real
def test_an_mr_with_dark_vessels_is_not_named(real_data: Path) -> None:
    image = nifti.read_image(real_data / "totalseg_examples" / "example_mr_sm.nii.gz", Modality.MR)
    (volume,), _ = grouping.split(headers(8, modality=Modality.MR))
    assert classify.phases([(volume, organs.features(image))])[0].phase is Phase.UNKNOWN


@pytest.mark.parametrize("modality", list(Modality))
def test_an_image_of_one_gray_up_to_its_border_has_no_organs(modality: Modality) -> None:
    grid = Grid((8, 64, 64), (1.0, 1.0, 3.0), (-32.0, -32.0, 0.0), ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)))
    planes = np.arange(100, 108, dtype=np.int16)[:, None, None] * np.ones((1, 64, 64), dtype=np.int16)
    array = planes if modality is Modality.CT else planes.astype(np.float32)
    features = organs.features(Image(array, grid, modality))
    assert (features.aorta, features.liver, features.kidney) == (None, None, None)
