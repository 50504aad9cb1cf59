"""What a frame counts: every voxel of the whole once, and padding by the voxel that has its value."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.segment.network import frame
from pipeline.segment.network.frame import Frame, Side


def test_a_frame_of_the_whole_changes_nothing() -> None:
    side = Side(whole=162, start=0, size=162)
    assert side.inner == (13, 149)
    assert side.spread.tolist() == list(range(54))
    assert np.allclose(side.shares(0, 162, 0), 1 / 162)
    assert np.allclose(side.shares(13, 149, 13), 1 / 136)


def test_padding_counts_at_the_fifth_voxel_from_a_cut_end() -> None:
    shares = Side(whole=162, start=30, size=90).shares(0, 90, 0)[:, 0] * 162
    assert shares[:4].tolist() == [0, 0, 0, 0]
    assert shares[4] == pytest.approx(35)  # 30 beyond the end, the four before it, itself
    assert shares[5:85] == pytest.approx(np.ones(80))
    assert shares[85] == pytest.approx(47)  # 42 beyond the other end
    assert shares.sum() == pytest.approx(162)


def test_pooled_padding_is_copied_from_the_second_pooled_voxel_and_ends_stay_ends() -> None:
    spread = Side(whole=27, start=6, size=15).spread.tolist()
    assert spread == [0, 1, 1, 1, 2, 3, 3, 3, 4]  # five pooled voxels: 0 and 4 are ends, 1 and 3 padding


sides = st.integers(6, 9).flatmap(
    lambda n: st.tuples(st.just(27 * n), st.integers(0, 20), st.integers(0, 20)).map(
        lambda each: Side(each[0], 3 * each[1], each[0] - 3 * each[1] - 3 * each[2])
    )
)


@given(sides)
def test_every_voxel_of_the_whole_counts_once(side: Side) -> None:
    first, last = side.inner
    assert 0 <= first < last <= side.size
    assert side.start + first >= frame.LOST
    assert side.start + last <= side.whole - frame.LOST
    for shares in (side.shares(0, side.size, 0), side.shares(first, last, frame.LOST)):
        assert shares.sum() == pytest.approx(1.0)
        assert (shares >= 0).all()
    assert len(side.spread) == side.whole // 3
    inside = slice(side.start // 3 + 1, (side.start + side.size) // 3 - 1)
    assert side.spread[inside].tolist() == list(range(1, side.size // 3 - 1))


def test_the_deep_part_lies_where_the_fine_part_does() -> None:
    given_ = Frame((Side(162, 30, 90), Side(162, 0, 162), Side(189, 60, 60))).inputs()
    assert given_["fine_from"].tolist() == [1, 13, 1]
    assert given_["fine_to"].tolist() == [89, 149, 59]
    assert given_["deep_from"].tolist() == [18, 0, 48]  # 30 + 1 - 13, ...
    assert (given_["deep_to"] - given_["deep_from"]).tolist() == [88, 136, 58]
