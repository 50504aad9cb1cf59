"""Two phases together are surer than one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model.grid import Grid
from pipeline.model.image import Mask
from pipeline.track import phases
from pipeline.track.phases import PhaseCandidate

SHARE = st.floats(0, 1)


@pytest.mark.parametrize(
    ("reference", "arterial", "joint"), [(0.5, 0.5, 0.75), (0.6, None, 0.42), (None, 0.8, 0.72), (1.0, 0.0, 1.0)]
)
def test_joint_confidence(reference, arterial, joint):
    assert phases.confidence(reference, arterial) == pytest.approx(joint)


@given(SHARE, SHARE)
def test_seen_twice_is_never_less_sure(reference, arterial):
    joint = phases.confidence(reference, arterial)
    assert 0 <= joint <= 1
    assert joint >= max(phases.confidence(reference, None), phases.confidence(None, arterial)) - 1e-12


def test_seen_nowhere_is_refused():
    with pytest.raises(ValueError, match="at least one phase"):
        phases.confidence(None, None)


GRID = Grid((4, 60, 60), (1.0, 1.0, 5.0), (0.0, 0.0, 0.0))


def shown(key: str, column: int, confidence: float, width: int = 10) -> PhaseCandidate:
    array = np.zeros(GRID.shape, dtype=bool)
    array[1:3, 20:30, column : column + width] = True
    return PhaseCandidate(key, Mask(array, GRID), confidence)


def test_one_place_is_one_candidate_outlined_on_the_reference_phase():
    reference, arterial = shown("1", 10, 0.5), shown("a1", 11, 0.5)
    (fused,) = phases.fuse([reference], [arterial])
    assert fused.key == "1"
    assert fused.mask is reference.mask
    assert fused.confidence == pytest.approx(0.75)


def test_what_one_phase_shows_stays_with_less_confidence():
    fused = phases.fuse([shown("1", 5, 0.6)], [shown("a1", 40, 0.8)])
    assert [(each.key, each.confidence) for each in fused] == [
        ("1", pytest.approx(0.42)),
        ("a1", pytest.approx(0.72)),
    ]


def test_an_arterial_candidate_that_overlaps_one_of_the_reference_phase_does_not_enter_twice():
    wide = shown("1", 5, 0.6, width=50)
    fused = phases.fuse([wide], [shown("a1", 28, 0.8, width=4), shown("a2", 8, 0.8, width=4)])
    assert [each.key for each in fused if each.key.startswith("a")] == []


def test_only_a_sure_arterial_candidate_confirms():
    assert phases.confirms(shown("a1", 5, phases.CONFIRMS_FROM))
    assert not phases.confirms(shown("a1", 5, phases.CONFIRMS_FROM - 0.01))
