"""Where outlines by the networks lie, whatever the image's orientation; what is refused. Networks are stand-ins."""

import numpy as np
import pytest

from pipeline.model.flags import Flag
from pipeline.model.grid import Grid
from pipeline.model.image import Image, Mask, Modality
from pipeline.segment.network import intensity, lesions, liver
from tests.builders import networks

AXIAL = Grid((30, 56, 60), (4.0, 4.0, 5.0), (-118.0, -110.0, 0.0))
TURNED = Grid((30, 56, 60), (4.0, 4.0, 5.0), (118.0, 110.0, 0.0), ((-1.0, 0.0, 0.0), (0.0, -1.0, 0.0), (0.0, 0.0, 1.0)))
SAGITTAL = Grid(
    (60, 36, 56), (4.0, 4.0, 4.0), (-118.0, -110.0, 140.0), ((0.0, 1.0, 0.0), (0.0, 0.0, -1.0), (1.0, 0.0, 0.0))
)
grids = pytest.mark.parametrize("grid", [AXIAL, TURNED, SAGITTAL], ids=["axial", "turned around", "sagittal"])


def _dice(one: Mask, other: Mask) -> float:
    return float(2 * np.count_nonzero(one.array & other.array) / (one.array.sum() + other.array.sum()))


@grids
def test_the_liver_lies_where_it_is(grid: Grid) -> None:
    image, truth, _ = networks.body(grid)
    proposal = liver.outline(image, networks.brighter)
    assert proposal.mask is not None
    assert proposal.mask.grid == grid
    assert proposal.flags == ()
    assert 0.5 < proposal.confidence <= 1
    assert _dice(proposal.mask, truth) > 0.93


@grids
def test_the_lesion_lies_where_it_is(grid: Grid) -> None:
    image, inside, truth = networks.body(grid)
    proposal = lesions.outline(image, inside, networks.darker)
    assert proposal.labels.names[:1] == ("1",)
    assert _dice(proposal.labels.mask("1"), truth) > 0.8
    assert len(proposal.confidences) == len(proposal.labels.names)


def test_holes_of_a_liver_and_of_a_lesion_belong_to_them() -> None:
    image, inside, lesion = networks.body(AXIAL)
    oily = image.array.copy()
    oily[lesion.array] = 0  # what the stand-in takes for no liver
    liver_mask = liver.outline(Image(oily, AXIAL), networks.brighter).mask
    assert liver_mask is not None
    assert liver_mask.array[lesion.array].all()
    necrotic = image.array.copy()
    center = np.argwhere(lesion.array).mean(axis=0).round().astype(int)
    necrotic[center[0], center[1], center[2]] = networks.LIVER_HU
    first = lesions.outline(Image(necrotic, AXIAL), inside, networks.darker).labels.mask("1")
    assert first.array[tuple(center)]


def test_a_liver_of_low_probability_is_doubtful() -> None:
    image, truth, _ = networks.body(AXIAL)
    faint = Image(np.where(truth.array, 45, image.array), AXIAL)  # the stand-in answers 0.75
    proposal = liver.outline(faint, networks.brighter)
    assert proposal.confidence == pytest.approx(0.75, abs=0.05)
    assert proposal.flags == (Flag.LIVER_DOUBTFUL,)


def test_nothing_bright_is_no_liver() -> None:
    image, _, _ = networks.body(AXIAL)
    dull = Image(np.minimum(image.array, 0), AXIAL)
    proposal = liver.outline(dull, networks.brighter)
    assert proposal.mask is None
    assert proposal.flags == (Flag.LIVER_NOT_FOUND,)


def test_air_alone_is_no_liver() -> None:
    proposal = liver.outline(Image(np.full(AXIAL.shape, -1000, np.int16), AXIAL), networks.brighter)
    assert (proposal.mask, proposal.flags) == (None, (Flag.LIVER_NOT_FOUND,))


def test_an_empty_liver_has_no_lesions() -> None:
    image, _, _ = networks.body(AXIAL)
    proposal = lesions.outline(image, Mask(np.zeros(AXIAL.shape, bool), AXIAL), networks.darker)
    assert proposal.labels.names == proposal.confidences == ()


def test_a_liver_on_another_grid_is_refused() -> None:
    image, _, _ = networks.body(AXIAL)
    with pytest.raises(ValueError, match="same grid"):
        lesions.outline(image, Mask(np.zeros(TURNED.shape, bool), TURNED), networks.darker)


def test_the_body_stands_in_the_middle_with_its_padding_around() -> None:
    image, _, _ = networks.body(AXIAL)
    prepared = liver.prepare(image)
    assert prepared is not None
    k, j, i = prepared.frame.sides
    assert (k.whole, j.whole, i.whole) == liver.WHOLE
    for side, size in zip((k, j, i), prepared.array.shape, strict=True):
        assert side.size == size
        assert abs(side.start + side.size / 2 - side.whole / 2) <= 3
        assert side.size < 100
    assert (prepared.array[:9] == 0).all()
    assert prepared.array.min() == -0.5  # fat and air beside the body


def test_of_a_long_scan_a_part_is_seen() -> None:
    image, _, _ = networks.body(Grid((56, 14, 15), (16.0, 16.0, 9.0), (-118.0, -110.0, -240.0)))
    prepared = liver.prepare(image)
    assert prepared is not None
    k = prepared.frame.sides[0]
    assert (k.whole, k.size) == (liver.WHOLE[0], 408 // 3 + 26)


def test_mr_goes_from_its_darkest_to_its_bright() -> None:
    scaled = intensity.for_liver(np.array([10, 50, 90, 110], np.float32), Modality.MR)
    # 80 % of the range 10 to 110 ends at 90: brighter ones are cut
    assert scaled.tolist() == pytest.approx([-0.5, 0.0, 0.5, 0.5])


def test_mr_lesions_lie_about_the_median_of_the_liver() -> None:
    array = np.array([20, 40, 50, 90, 300], np.float32)
    inside = np.array([True, True, True, True, False])
    # median 45; the farthest, 90, becomes 0.5; what lies outside may leave the range and is cut
    assert intensity.for_lesions(array, inside, Modality.MR).tolist() == pytest.approx(
        [-25 / 90, -5 / 90, 5 / 90, 0.5, 0.5]
    )


def test_ct_is_cut_at_200_hu() -> None:
    array = np.array([-1000, -200, 0, 100, 3000], np.float32)
    expected = [-0.5, -0.5, 0.0, 0.25, 0.5]
    assert intensity.for_liver(array, Modality.CT).tolist() == pytest.approx(expected)
    assert intensity.for_lesions(array, np.ones(5, bool), Modality.CT).tolist() == pytest.approx(expected)
