"""What the calibration shows, at small size: where the prediction holds and where it falls short."""

import numpy as np
import pytest

from tests.calibration import double_reads
from tests.calibration.double_reads import Call, World


def _shares(world: World) -> tuple[float, float, float]:
    """Return the predicted and the observed share, and the standard error of the latter."""
    found = double_reads.calls(world, 600, draws=500)
    predicted, observed = (float(np.mean([getattr(c, what) for c in found])) for what in ("predicted", "flipped"))
    return predicted, observed, (observed * (1 - observed) / len(found)) ** 0.5


def test_the_model_predicts_readers_who_err_as_it_says() -> None:
    predicted, observed, se = _shares(World("", about_first=True))
    assert observed == pytest.approx(predicted, abs=4 * se)
    assert 0.05 < predicted < 0.5


def test_a_call_at_a_visit_that_was_not_picked_is_predicted_well() -> None:
    predicted, observed, se = _shares(World("", which="after truth"))
    assert observed == pytest.approx(predicted, abs=4 * se + 0.03)


def test_a_first_call_is_picked_by_its_own_error_so_more_of_them_flip() -> None:
    predicted, observed, se = _shares(World(""))
    assert observed > predicted + 3 * se


def test_bins_hold_every_call_once() -> None:
    found = [Call(p, flipped) for p, flipped in ((0.0, False), (0.05, True), (0.3, True), (0.31, False), (1.0, True))]
    bins = list(double_reads.binned(found))
    assert [(b.low, b.calls, b.observed) for b in bins] == [(0.0, 1, 0.0), (0.05, 1, 1.0), (0.3, 2, 0.5), (0.8, 1, 1.0)]
    assert bins[2].predicted == pytest.approx(0.305)
    assert bins[2].se == pytest.approx((0.25 / 2) ** 0.5)
