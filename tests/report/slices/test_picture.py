"""A picture keeps the scanner's pixels, true proportions and readable labels."""

import io

import numpy as np
import pytest
from PIL import Image as Pillow
from skimage import measure

from pipeline.report.content import KeySlice, Kind
from pipeline.report.slices import labels, picture
from tests.report import builder

PROGRESSING = builder.progressing()
KEYS = PROGRESSING.keys


def _gray(key: KeySlice) -> np.ndarray:
    return np.asarray(Pillow.open(io.BytesIO(picture.png(key))))


def test_ct_is_windowed_at_width_400_level_50() -> None:
    key = KEYS[0]
    gray = _gray(key)
    assert gray.shape == key.pixels.shape
    assert gray.dtype == np.uint8
    assert set(gray[key.pixels <= -150]) == {0}
    assert set(gray[key.pixels >= 250]) == {255}
    middle = gray[np.abs(key.pixels - 50) < 1]
    assert middle.size > 0
    assert np.abs(middle.astype(int) - 128).max() <= 1


def test_mr_uses_its_own_range() -> None:
    gray = _gray(builder.vanishing().keys[0])
    assert gray.min() == 0
    assert gray.max() == 255
    assert 40 < np.median(gray) < 230


def test_proportions_follow_the_spacing() -> None:
    drawn = picture.picture(KEYS[0])
    rows, columns = KEYS[0].pixels.shape
    assert (drawn.width, drawn.height) == (columns * 1.5, rows * 1.0)


def test_axes_have_their_length_in_the_picture() -> None:
    drawn = picture.picture(KEYS[0])
    long = drawn.axes[0]
    assert np.hypot(long.x2 - long.x1, long.y2 - long.y1) == pytest.approx(61.4, abs=0.05)
    assert long.label.text == "long 61.4 mm"


def test_alt_text_tells_lesion_visit_phase_and_lengths() -> None:
    alt = picture.picture(KEYS[0]).alt
    for word in ("T01", "BASELINE", "2024-01-06", "CT arterial", "long 61.4 mm", "short 36.8 mm"):
        assert word in alt


@pytest.mark.parametrize("key", KEYS, ids=[f"{key.visit}-{key.kind}" for key in KEYS])
def test_labels_hide_neither_the_lesion_nor_each_other(key: KeySlice) -> None:
    drawn = picture.picture(key)
    boxes = []
    for axis in drawn.axes:
        width, height = labels.WIDTH_PER_LETTER * drawn.letter * len(axis.label.text), drawn.letter
        boxes.append((axis.label.x - width / 2, axis.label.y - height / 2, width, height))
    shapes = [(line[:, ::-1] + 0.5) * np.array([key.spacing_mm[1], key.spacing_mm[0]]) for line in key.outlines]
    for x, y, width, height in boxes:
        grid = np.stack(np.meshgrid(np.linspace(x, x + width, 30), np.linspace(y, y + height, 8)), -1).reshape(-1, 2)
        assert all(not measure.points_in_poly(grid, shape).any() for shape in shapes)
        assert x >= 0
        assert x + width <= drawn.width
    for n, (x, y, width, height) in enumerate(boxes):
        for x2, y2, width2, height2 in boxes[n + 1 :]:
            assert x + width <= x2 or x2 + width2 <= x or y + height <= y2 or y2 + height2 <= y


def test_a_lesion_that_fills_the_picture_has_its_labels_in_the_corner() -> None:
    view = labels.Box(0, 0, 100, 80)
    shape = np.array([[-10.0, -10.0], [110.0, -10.0], [110.0, 90.0], [-10.0, 90.0], [-10.0, -10.0]])
    ends = [np.array([[10.0, 40.0], [90.0, 40.0]]), np.array([[50.0, 10.0], [50.0, 70.0]])]
    first, second = labels.place(["long 80.0 mm", "short 60.0 mm"], ends, [shape], view=view, letter=4, taken=())
    assert first.y < second.y < 20
    assert first.leader is None


def test_a_distant_label_is_joined_to_its_axis() -> None:
    view = labels.Box(0, 0, 200, 100)
    blocked = labels.Box(0, 0, 140, 100)
    ends = [np.array([[20.0, 50.0], [60.0, 50.0]])]
    (label,) = labels.place(["long 40.0 mm"], ends, [], view=view, letter=5, taken=(blocked,))
    assert label.x > 140
    assert label.leader is not None
    assert label.leader[:2] == (60.0, 50.0)


def test_pictures_of_one_lesion_share_a_scale() -> None:
    drawn = picture.picture(KEYS[0], (400.0, 300.0))
    assert (drawn.view_width, drawn.view_height) == (400.0, 300.0)
    assert drawn.view_x == pytest.approx((drawn.width - 400) / 2)


def test_both_kinds_of_key_slices_are_in_the_sample() -> None:
    assert {key.kind for key in KEYS} == set(Kind)
