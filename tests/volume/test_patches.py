"""Overlapping patches: an answer that looks at each voxel alone comes back as it is, whatever the sizes."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipeline.volume import patches

sides = st.tuples(*[st.integers(1, 17)] * 3)


@given(shape=sides, size=sides, seed=st.integers(0, 5))
def test_voxel_by_voxel_answers_are_those_of_the_whole(shape, size, seed):
    array = np.random.default_rng(seed).normal(0, 1, shape).astype(np.float32)
    asked = []

    def ask(patch):
        asked.append(patch.shape)
        return 2 * patch + 1

    assert np.abs(patches.answered(array, size, ask) - (2 * array + 1)).max() < 1e-5
    assert set(asked) == {size}


def test_the_middle_of_a_patch_counts_more_than_its_rim():
    array = np.zeros((1, 1, 12), dtype=np.float32)
    answer = patches.answered(array, (1, 1, 8), lambda patch: np.broadcast_to(np.arange(8.0), patch.shape))
    ramp = [float(value) for value in answer[0, 0]]
    assert ramp[:4] == [0, 1, 2, 3]
    assert ramp[8:] == [4, 5, 6, 7]
    assert 3.9 < ramp[4] < 4.0, "4 by the middle of the first patch, 0 by the rim of the second"
