"""One-to-one assignment of lesions between images."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.model.grid import Grid
from pipeline.model.image import Mask
from pipeline.model.transform import Transform
from pipeline.track import matching
from pipeline.track.matching import LesionPosition


def _at(key: str, x: float, radius: float = 5.0, y: float = 0.0) -> LesionPosition:
    return LesionPosition(key, (x, y, 0.0), radius)


@pytest.mark.parametrize(
    ("known", "fresh", "expected"),
    [
        ([], [], ()),
        ([_at("T01", 0)], [], ()),
        ([], [_at("1", 0)], ()),
        ([_at("T01", 0)], [_at("1", 10)], (("T01", "1"),)),
        ([_at("T01", 0)], [_at("1", 10.1)], ()),
        # grew over its old center: 5 to 30 mm radius, center moved by 25 mm
        ([_at("T01", 0)], [_at("1", 25, radius=30)], (("T01", "1"),)),
        # neighbors 12 mm apart, both shifted by 5 mm: not swapped, though 1 is nearer to both
        (
            [_at("T01", 0), _at("T02", 12)],
            [_at("1", 5), _at("2", 17)],
            (("T01", "1"), ("T02", "2")),
        ),
        # one vanished, a new one nearby: the sure pair is not broken up to make two weak ones
        (
            [_at("T01", 0, 10), _at("T02", 14, 10)],
            [_at("1", 0, 10), _at("2", -14, 10)],
            (("T01", "1"),),
        ),
        # equally near: the one of like size
        (
            [_at("T01", 0, 20)],
            [_at("1", -10, 4), _at("2", 10, 18)],
            (("T01", "2"),),
        ),
    ],
)
def test_known_answers(known: list, fresh: list, expected: tuple) -> None:
    assert matching.match(known, fresh) == expected


PLACES = st.lists(
    st.builds(
        LesionPosition,
        key=st.integers(0, 999).map(str),
        center=st.tuples(*[st.floats(-40, 40)] * 3),
        radius_mm=st.floats(1, 30),
    ),
    max_size=7,
    unique_by=lambda p: p.key,
)


@settings(deadline=None)
@given(PLACES, PLACES)
def test_no_lesion_is_in_two_pairs_and_order_does_not_matter(known: list, fresh: list) -> None:
    pairs = matching.match(known, fresh)
    for side, lesions in enumerate((known, fresh)):
        keys = [pair[side] for pair in pairs]
        assert len(set(keys)) == len(keys)
        assert set(keys) <= {lesion.key for lesion in lesions}
    assert matching.match(known[::-1], fresh[::-1]) == pairs


@settings(deadline=None)
@given(PLACES)
def test_lesions_that_did_not_move_are_themselves(places: list) -> None:
    apart = [p for p in places if all(p is q or np.linalg.norm(np.subtract(p.center, q.center)) > 1 for q in places)]
    assert matching.match(apart, apart) == tuple((p.key, p.key) for p in sorted(apart, key=lambda p: p.key))


def test_place_of_a_ball() -> None:
    grid = Grid((31, 41, 41), (1.0, 1.0, 1.5), (-10.0, 5.0, 100.0))
    k, j, i = np.indices(grid.shape)
    ball = ((i - 20.0) ** 2 + (j - 18.0) ** 2 + (1.5 * (k - 15.0)) ** 2) <= 144
    found = matching.position("T01", Mask(ball, grid))
    assert found.center == pytest.approx((10.0, 23.0, 122.5))
    assert found.radius_mm == pytest.approx(12.0, abs=0.1)


def test_place_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="T01 has an empty mask"):
        matching.position(
            "T01", Mask(np.zeros((2, 2, 2), dtype=bool), Grid((2, 2, 2), (1.0, 1.0, 1.0), (0.0, 0.0, 0.0)))
        )


def test_carried_follows_the_transform() -> None:
    linear = np.eye(4)
    linear[:3, 3] = (5.0, -3.0, 20.0)
    assert matching.carried(_at("T01", 1.0), Transform(linear)) == LesionPosition("T01", (6.0, -3.0, 20.0), 5.0)


@pytest.mark.parametrize(("z", "covered"), [(5.0, True), (4.9, False), (33.0, True), (33.1, False)])
def test_place_must_be_shown_whole(z: float, covered: bool) -> None:
    """Slices from 1.0 to 37.0 mm, 2 mm thick: edges at 0.0 and 38.0 mm."""
    grid = Grid((19, 50, 50), (1.0, 1.0, 2.0), (0.0, 0.0, 1.0))
    assert matching.covers(grid, LesionPosition("1", (25.0, 25.0, z), 5.0)) is covered
