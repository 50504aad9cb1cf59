"""There and back: agreement where the engine is right both ways, and the contradiction of one that is not."""

from collections.abc import Callable

import numpy as np

from pipeline.model.grid import Grid
from pipeline.model.image import Image, Mask
from pipeline.model.transform import Transform
from pipeline.register import both_ways
from pipeline.register.prepare import Prepared
from pipeline.volume import resample

GRID = Grid((20, 24, 28), (3.0, 3.0, 3.0), (5.0, -7.0, 11.0))
BACK = resample.with_spacing(GRID, both_ways.BACK_MM)
INNER = (slice(5, -5),) * 3


class Told:
    """An engine that answers what it is told: first there, then back."""

    name = "told"

    def __init__(self, *fields: np.ndarray) -> None:
        self.fields = list(fields)

    def __call__(self, fixed: Image, moving: Image, fixed_mask: Mask | None, start: Transform) -> Transform:
        return Transform(start.linear, self.fields.pop(0).astype(np.float32), fixed.grid)


def _side() -> Prepared:
    image = Image(np.zeros(GRID.shape, np.float32), GRID)
    return Prepared(image, Mask(np.ones(GRID.shape, np.bool_), GRID), None, np.zeros(3))


def _field(of: Callable[[np.ndarray], np.ndarray], grid: Grid = GRID) -> np.ndarray:
    k, j, i = np.indices(grid.shape)
    return of(grid.to_lps(np.stack([i, j, k], axis=-1).astype(float)))


def _shift(*mm: float, grid: Grid = GRID) -> np.ndarray:
    return np.broadcast_to(np.array(mm), (*grid.shape, 3)).copy()


def test_the_way_there_is_kept_and_the_inverse_way_back_agrees() -> None:
    engine = Told(_shift(3, -2, 1), _shift(-3, 2, -1, grid=BACK))
    found = both_ways.deform(engine, _side(), _side(), Transform.identity())
    assert found.transform.displacement is not None
    np.testing.assert_array_equal(found.transform.displacement, _shift(3, -2, 1))
    np.testing.assert_allclose(found.mismatch_mm[INNER], 0.0, atol=1e-5)


def test_a_way_back_that_stays_short_is_the_mismatch() -> None:
    engine = Told(_shift(4, 0, 0), _shift(-1, 0, 0, grid=BACK))
    found = both_ways.deform(engine, _side(), _side(), Transform.identity())
    np.testing.assert_allclose(found.mismatch_mm[INNER], 3.0, atol=1e-5)


def test_a_stretch_and_its_inverse_agree() -> None:
    """x goes to 1.1 x about the center; back it is x / 1.1."""
    middle = GRID.to_lps((np.array(GRID.shape[::-1]) - 1) / 2)
    there = _field(lambda lps: 0.1 * (lps - middle))
    back = _field(lambda lps: (1 / 1.1 - 1) * (lps - middle), BACK)
    found = both_ways.deform(Told(there, back), _side(), _side(), Transform.identity())
    assert found.mismatch_mm[INNER].max() < 1e-3
