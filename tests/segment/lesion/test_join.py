"""Two lists of lesions become one; everything lies on a grid of 1 mm."""

import numpy as np
import pytest

from pipeline.model.flags import Flag
from pipeline.model.grid import Grid
from pipeline.model.image import Image, Labels, Mask, Phase
from pipeline.model.proposal import LesionProposal
from pipeline.segment.lesion import join

GRID = Grid((40, 60, 60), (1.0, 1.0, 1.0), (0.0, 0.0, 0.0))
LIVER = Mask(np.ones(GRID.shape, dtype=bool), GRID)
TISSUE = Image(np.random.default_rng(1).normal(60, 1, GRID.shape), GRID)
"""Liver of 60 HU; lesions are drawn where proposals say, 30 HU darker."""


def box(start: int, size: int) -> np.ndarray:
    """A cube of voxels on the diagonal."""
    mask = np.zeros(GRID.shape, dtype=bool)
    mask[start // 2 : start // 2 + size, start : start + size, start : start + size] = True
    return mask


def proposal(*lesions: tuple[np.ndarray, float]) -> LesionProposal:
    labels = np.zeros(GRID.shape, dtype=np.uint8)
    for number, (mask, _) in enumerate(lesions, start=1):
        labels[mask] = number
    names = tuple(str(number) for number in range(1, len(lesions) + 1))
    return LesionProposal(Labels(labels, GRID, names), tuple(sure for _, sure in lesions))


def darker(*proposals: LesionProposal) -> Image:
    """The liver with every proposed region darker."""
    drawn = np.any([each.labels.array > 0 for each in proposals], axis=0)
    return Image(TISSUE.array - 30 * drawn, GRID)


def joined(
    network: LesionProposal, classical: LesionProposal, image: Image | None = None
) -> list[tuple[np.ndarray, float]]:
    result = join.join(
        join.SearchedImage(image or darker(network, classical), Phase.PORTAL_VENOUS, LIVER), network, classical
    )
    return [(result.labels.mask(n).array, c) for n, c in zip(result.labels.names, result.confidences, strict=True)]


def test_of_two_outlines_that_are_alike_that_of_image_analysis_stays() -> None:
    [(mask, sure)] = joined(proposal((box(10, 14), 0.8)), proposal((box(10, 13), 0.5)))
    assert np.array_equal(mask, box(10, 13))
    assert sure == pytest.approx(1 - 0.2 * 0.5)


def test_outlines_that_differ_are_taken_together() -> None:
    [(mask, _)] = joined(proposal((box(10, 20), 0.8)), proposal((box(10, 12), 0.5)))
    assert np.array_equal(mask, box(10, 20))


def test_an_outline_is_not_widened_by_normal_liver() -> None:
    wide, clear = proposal((box(10, 20), 0.8)), proposal((box(10, 12), 0.5))
    array = np.random.default_rng(3).normal(100, 10, GRID.shape)
    array[box(10, 12)] -= 40
    [(mask, _)] = joined(wide, clear, Image(array, GRID))
    assert np.array_equal(mask, box(10, 12))
    array[box(10, 20) & ~box(10, 12)] -= 20  # the lesion's pale rim
    [(mask, _)] = joined(wide, clear, Image(array, GRID))
    assert np.array_equal(mask, box(10, 20))


def test_what_one_sees_alone_is_less_sure() -> None:
    both = joined(proposal((box(5, 15), 0.9)), proposal((box(40, 13), 0.7)))
    assert [round(sure, 3) for _, sure in both] == [0.72, 0.56]


def test_spots_within_a_sure_region_are_one_lesion() -> None:
    spots = proposal((box(12, 4), 0.8), (box(20, 4), 0.8))
    [(mask, sure)] = joined(spots, proposal((box(10, 20), 0.9)))
    assert np.array_equal(mask, box(10, 20))
    assert sure > 0.9


def test_neighbors_in_a_region_that_is_not_sure_stay_apart() -> None:
    pair = proposal((box(10, 8), 0.8), (box(20, 8), 0.8))
    found = joined(pair, proposal((box(10, 20), 0.4)))
    assert len(found) == 2
    assert [int(mask.sum()) for mask, _ in found] == [512, 512]


def test_a_small_region_and_fluid_have_less_trust() -> None:
    [(_, small)] = joined(proposal((box(10, 4), 0.8)), proposal())
    [(_, large)] = joined(proposal((box(10, 14), 0.8)), proposal())
    assert small < 0.6 * large < large
    fluid = Image(TISSUE.array - 52 * box(10, 14), GRID)
    [(_, watery)] = joined(proposal((box(10, 14), 0.8)), proposal(), fluid)
    assert watery == pytest.approx(join.WATERY * large, abs=1e-3)


def test_what_only_the_network_sees_in_tissue_like_liver_has_half_the_trust() -> None:
    alone = proposal((box(10, 14), 0.8))
    [(_, sure)] = joined(alone, proposal())
    [(_, like_liver)] = joined(alone, proposal(), TISSUE)
    assert like_liver == pytest.approx(join.LIKE_LIVER * sure)


def test_nothing_in_both_is_nothing() -> None:
    assert joined(proposal(), proposal()) == []


def test_a_network_that_marks_normal_liver_is_not_believed() -> None:
    lesion, marked = box(4, 8), np.zeros(GRID.shape, dtype=bool)
    marked[1:35, 2:40, 2:40] = True
    image = Image(TISSUE.array - 30 * lesion, GRID)
    by_network, clear = proposal((marked, 0.9)), proposal((lesion, 0.95))
    result = join.join(join.SearchedImage(image, Phase.PORTAL_VENOUS, LIVER), by_network, clear)
    assert result.flags == (Flag.NETWORK_NOT_BELIEVED,)
    assert result.confidences == (0.95,)
    assert result.share is None
    uneven = Image(image.array + np.random.default_rng(2).normal(0, 2, GRID.shape) * marked, GRID)
    kept = join.join(join.SearchedImage(uneven, Phase.PORTAL_VENOUS, LIVER), by_network, clear)
    assert kept.flags == ()
