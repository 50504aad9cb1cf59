"""Pieces hold every voxel of a liver, in sizes that the network can take."""

import numpy as np
import pytest

from pipeline.segment.network import tiles
from pipeline.segment.network.tiles import Piece
from pipeline.volume.arrays import MaskArray


def _ball(shape: tuple[int, int, int]) -> MaskArray:
    k, j, i = np.indices(shape)
    return np.asarray(
        ((k / shape[0] - 0.5) ** 2 + (j / shape[1] - 0.5) ** 2 + (i / shape[2] - 0.5) ** 2) < 0.24, dtype=bool
    )


def _sizes(piece: Piece) -> list[int]:
    return [side.stop - side.start for side in piece.asked]


def test_a_small_liver_is_one_piece_with_a_rim() -> None:
    grown = np.ones((6, 21, 12), dtype=bool)  # answers of 10, 28 and 12
    (piece,) = tiles.pieces(grown)
    assert piece.held == (slice(0, 6), slice(0, 21), slice(0, 12))
    assert [side.stop - side.start for side in piece.answer] == [10, 28, 12]
    assert piece.within_answer == (slice(2, 8), slice(3, 24), slice(0, 12))
    # 10 + 44 less 16 at each end, 28 + 88 and 12 + 88 less 36
    assert _sizes(piece) == [22, 44, 28]


def test_what_is_cut_off_is_counted() -> None:
    (piece,) = tiles.pieces(np.ones((6, 21, 12), dtype=bool))
    given = piece.inputs()
    slices, rows = given["outer_slices"][:, 0] * 54, given["outer_rows"][:, 0] * 114
    assert slices == pytest.approx([17, *[1] * 20, 17])
    assert rows == pytest.approx([37, *[1] * 40, 37])
    # 54 slices less 2 make 26 pooled ones; 22 less 2 make 10, the first and last of which are padding
    assert given["spread_slices"].tolist() == [*[0] * 8, *range(10), *[9] * 8]
    # what skips the other levels: 54 - 2 - 40 = 12 of the 20 slices, 28 + 4 of the 40 rows
    assert given["fine_from"].tolist() == [4, 4, 4]
    assert given["fine_to"].tolist() == [16, 36, 20]


def test_a_very_large_liver_is_cut_until_each_piece_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tiles, "MOST_VOXELS", 3_500_000)
    grown = _ball((70, 220, 260))
    times = np.zeros(grown.shape, dtype=int)
    pieces = list(tiles.pieces(grown))
    assert 2 <= len(pieces) <= 12
    for piece in pieces:
        times[piece.held] += 1
        assert np.prod(_sizes(piece)) <= tiles.MOST_VOXELS
        whole = [size + sum(cut) for size, cut in zip(_sizes(piece), piece.cuts, strict=True)]
        # 86 x 172 x 180 is an input of the network: sizes leave 6, 4 and 4 over multiples of eight
        assert [size % 8 for size in whole] == [6, 4, 4]
        for side, size, cut in zip(piece.held, grown.shape, piece.cuts, strict=True):
            assert (cut[0] > 0, cut[1] > 0) == (side.start == 0, side.stop == size)
    assert (times[grown] == 1).all()


def test_nothing_gives_no_piece() -> None:
    assert list(tiles.pieces(np.zeros((4, 4, 4), dtype=bool))) == []
