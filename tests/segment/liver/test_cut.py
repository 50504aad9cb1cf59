import numpy as np

from pipeline.segment.liver.cut import cut, edge_weights
from pipeline.segment.liver.shape import filled, joined, main_part

SHAPE = (12, 20, 20)


def test_without_border_cost_the_evidence_decides() -> None:
    evidence = np.random.default_rng(0).normal(0, 2, SHAPE).astype(np.float32)
    evidence[np.abs(evidence) < 0.2] = 1.0
    free = edge_weights(np.zeros(SHAPE, dtype=np.float32), 1.0, 0.0)
    assert np.array_equal(cut(evidence, free, np.full(SHAPE, 0.5), 60) > 0.5, evidence > 0)


def test_the_border_follows_the_edge_and_not_the_noise() -> None:
    inside = np.zeros(SHAPE, dtype=bool)
    inside[:, 5:15, 4:12] = True
    rng = np.random.default_rng(1)
    image = (np.where(inside, 100.0, 40.0) + rng.normal(0, 3, SHAPE)).astype(np.float32)
    evidence = (np.where(inside, 0.5, -0.5) + rng.normal(0, 1.0, SHAPE)).astype(np.float32)
    share = cut(evidence, edge_weights(image, 10.0, 1.2), np.full(SHAPE, 0.5), 200)
    wrong = np.count_nonzero((share > 0.5) != inside)
    assert wrong < 0.005 * inside.size
    assert np.count_nonzero((evidence > 0) != inside) > 0.25 * inside.size


def test_a_thin_bridge_is_cut_and_a_thick_tip_kept() -> None:
    mask = np.zeros((24, 40, 40), dtype=bool)
    mask[4:20, 6:26, 4:18] = True
    mask[10:13, 14:17, 18:28] = True
    mask[6:18, 8:22, 28:38] = True
    part = main_part(mask, np.ones(mask.shape), 3)
    assert part[12, 15, 10]
    assert not part[12, 15, 32]


def test_holes_are_filled_when_small_or_tumor_and_kept_when_wide_fat() -> None:
    mask = np.zeros((9, 40, 60), dtype=bool)
    mask[:, 2:38, 2:58] = True
    mask[3:6, 5:8, 5:8] = False
    mask[:, 12:28, 8:24] = False
    mask[:, 12:28, 34:50] = False
    tissue = np.ones(mask.shape, dtype=bool)
    tissue[:, 12:28, 34:50] = False
    out = filled(mask, tissue, 3.0)
    assert out[4, 6, 6]
    assert out[4, 20, 16]
    assert not out[4, 20, 42]


def test_oil_joins_only_from_near_by() -> None:
    mask = np.zeros((9, 30, 60), dtype=bool)
    mask[2:7, 5:25, 5:25] = True
    oil = np.zeros_like(mask)
    oil[4, 10:20, 27:30] = True
    oil[4, 10:20, 50:55] = True
    out = joined(mask, oil, 3)
    assert out[4, 15, 28]
    assert not out[4, 15, 52]
