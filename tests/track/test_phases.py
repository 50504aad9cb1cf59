"""Two phases together are surer than one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.track import phases

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
