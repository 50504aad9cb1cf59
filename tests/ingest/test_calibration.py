"""CT numbers: air near -1000 and tissue near 0, whatever padding and noise; everything else is flagged."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.ingest import calibration
from pipeline.model.flags import Flag
from pipeline.model.grid import Grid
from pipeline.model.image import Image, Modality
from pipeline.volume.arrays import FloatArray

SHAPE = (6, 64, 64)
GRID = Grid(SHAPE, (1.0, 1.0, 3.0), (0.0, 0.0, 0.0), ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)))
DOUBTED = (Flag.CT_NUMBERS_UNKNOWN,)


def _body(air: float = -1000.0, tissue: float = 50.0, noise: float = 15.0, radius: float = 24.0) -> FloatArray:
    """A round body with fat at its rim and inside, in air, HU."""
    y, x = np.mgrid[:64, :64] - 31.5
    off = np.hypot(y, x)
    plane = np.where(off < radius - 3, tissue, np.where(off < radius, tissue - 150, air))
    plane = np.where(np.hypot(y + 5, x) < 5, tissue - 150, plane)
    return np.repeat(plane[None], 6, axis=0) + np.random.default_rng(1).normal(0, noise, SHAPE)


def _flags(values: FloatArray, modality: Modality = Modality.CT) -> tuple[Flag, ...]:
    dtype = np.int16 if modality is Modality.CT else np.float32
    return calibration.flags(Image(np.rint(values).astype(dtype), GRID, modality))


def _outside(values: FloatArray, padding: float) -> FloatArray:
    y, x = np.mgrid[:64, :64] - 31.5
    return np.where(np.hypot(y, x)[None] > 31, padding, values)


@given(air=st.floats(-1060, -940), noise=st.floats(0, 60), tissue=st.floats(0, 150), radius=st.floats(14, 31))
def test_a_body_in_air_is_in_hounsfield_units(air: float, noise: float, tissue: float, radius: float) -> None:
    assert _flags(_body(air, tissue, noise, radius)) == ()


@pytest.mark.parametrize("padding", [-1024, -2000, -3024])
def test_padding_is_no_air(padding: int) -> None:
    assert _flags(_outside(_body(), padding)) == ()
    assert _flags(_outside(_body() + 1024, padding)) == DOUBTED


def test_air_cut_at_the_padding_value_is_sound() -> None:
    assert _flags(np.where(_body() < -700, -1024, _body())) == ()


@pytest.mark.parametrize("radius", [46.0, 60.0])
def test_a_narrow_field_without_air_is_not_doubted(radius: float) -> None:
    assert _flags(_body(radius=radius)) == ()


@pytest.mark.parametrize(
    "wrong",
    [
        lambda hu: hu + 1024,  # intercept lost
        lambda hu: np.maximum(hu + 1024, 0),  # and unsigned
        lambda hu: hu - 1024,  # intercept used twice
        lambda hu: hu * 2,  # slope wrong
        lambda hu: hu / 4,
        lambda hu: (hu + 1000) / 10,  # another unit
        lambda hu: np.clip(hu, 0, 50),  # a map of iodine: air and fat hold none
        lambda hu: hu + 300,
    ],
)
def test_a_lost_offset_or_slope_is_flagged(wrong) -> None:  # type: ignore[no-untyped-def]  # a line of arithmetic
    assert _flags(wrong(_body())) == DOUBTED


def test_a_narrow_field_with_a_lost_intercept_is_flagged() -> None:
    assert _flags(_body(radius=60) + 1024) == DOUBTED


def test_mr_has_no_unit() -> None:
    assert _flags(_body() + 5000, Modality.MR) == ()


def test_hardly_a_voxel_tells_nothing() -> None:
    small = Grid((2, 8, 10), (1.0, 1.0, 3.0), (0.0, 0.0, 0.0), GRID.directions)
    assert calibration.flags(Image(np.full((2, 8, 10), 1000, np.int16), small)) == ()
