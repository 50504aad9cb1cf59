"""The slice an axis lies in is cut, turned and carries its end points along."""

import datetime as dt
from decimal import Decimal

import numpy as np
import pytest

from pipeline.model.grid import Grid
from pipeline.model.image import Image, Mask, Modality, Phase
from pipeline.model.lesion import Axis, Finding, Role, State
from pipeline.report.content import AxisName, KeySlice, Kind
from pipeline.report.slices import key_slice
from tests.report import builder

CENTER, RADII = (-70.0, -20.0), (30.0, 18.0)


def _finding(**changes: object) -> Finding:
    values: dict[str, object] = {
        "subject": "S-001",
        "visit": "W12",
        "date": dt.date(2024, 4, 8),
        "lesion": "T01",
        "role": Role.TARGET,
        "state": State.PRESENT,
        "phase": Phase.ARTERIAL,
        "long_axis_mm": Decimal("60.0"),
        "long": Axis((-100.0, -20.0, 20.0), (-40.0, -20.0, 20.0)),
        "short": Axis((-70.0, -38.0, 20.0), (-70.0, -2.0, 20.0)),
        "viable": Axis((-80.0, -20.0, 15.0), (-60.0, -20.0, 15.0)),
    }
    return Finding(**{**values, **changes})


def _cut(kind: Kind = Kind.LONG, **changes: object) -> KeySlice | None:
    image, liver, lesion = builder.phantom(CENTER, RADII, Modality.CT)
    return key_slice.cut(image, lesion, liver, _finding(**changes), kind)


def _to_mm(key: KeySlice, point: tuple[float, float]) -> np.ndarray:
    return np.array([point[1] * key.spacing_mm[1], point[0] * key.spacing_mm[0]])


def test_the_slice_of_the_axis_is_cut_and_numbered_from_one() -> None:
    key = _cut()
    assert key is not None
    assert key.slice_number == 5
    assert key.spacing_mm == (1.0, 1.5)
    assert [axis.name for axis in key.axes] == [AxisName.LONG, AxisName.SHORT]
    assert (key.edges.left, key.edges.right, key.edges.top) == ("R", "L", "A")


def test_end_points_keep_their_length_and_lie_on_the_outline() -> None:
    key = _cut()
    assert key is not None
    long = key.axes[0]
    start, end = _to_mm(key, long.start), _to_mm(key, long.end)
    assert np.linalg.norm(end - start) == pytest.approx(60.0)
    (line,) = key.outlines
    outline = line[:, ::-1] * np.array([key.spacing_mm[1], key.spacing_mm[0]])
    assert np.linalg.norm(outline - start, axis=1).min() < 1.5
    assert np.linalg.norm(outline - end, axis=1).min() < 1.5


def test_the_crop_holds_the_liver_with_its_margin() -> None:
    key = _cut()
    assert key is not None
    (liver,) = key.liver_outlines
    rows, columns = key.pixels.shape
    assert liver[:, 0].min() >= 14
    assert liver[:, 0].max() <= rows - 15
    assert liver[:, 1].min() * 1.5 >= 14
    assert liver[:, 1].max() <= columns - 10
    assert rows < builder.GRID.shape[1]


def test_the_viable_axis_is_shown_in_its_own_slice_without_the_other_axes() -> None:
    key = _cut(Kind.VIABLE)
    assert key is not None
    assert key.slice_number == 4
    assert [axis.name for axis in key.axes] == [AxisName.VIABLE]


def test_the_long_axis_joins_the_viable_one_in_the_same_slice() -> None:
    key = _cut(Kind.VIABLE, viable=Axis((-80.0, -20.0, 20.0), (-60.0, -20.0, 20.0)))
    assert key is not None
    assert [axis.name for axis in key.axes] == [AxisName.LONG, AxisName.VIABLE]


@pytest.mark.parametrize(
    "axis",
    [
        None,
        Axis((-100.0, -20.0, 15.0), (-40.0, -20.0, 25.0)),
        Axis((-100.0, -20.0, 900.0), (-40.0, -20.0, 900.0)),
    ],
    ids=["no axis", "through several slices", "outside the volume"],
)
def test_without_an_axis_in_one_slice_there_is_no_key_slice(axis: Axis | None) -> None:
    assert _cut(long=axis) is None


def test_without_a_liver_the_body_is_shown() -> None:
    image, _, lesion = builder.phantom(CENTER, RADII, Modality.CT)
    key = key_slice.cut(image, lesion, None, _finding(), Kind.LONG)
    assert key is not None
    assert key.liver_outlines == ()
    assert key.pixels.shape[1] * 1.5 > 275


def test_a_small_lesion_without_surroundings_still_shows_some() -> None:
    grid = Grid((3, 200, 200), (1.0, 1.0, 5.0), (0.0, 0.0, 0.0))
    array = np.zeros(grid.shape, dtype=bool)
    array[1, 95:106, 95:106] = True
    image = Image(np.full(grid.shape, -1000.0), grid)
    axis = Axis((95.0, 100.0, 5.0), (105.0, 100.0, 5.0))
    key = key_slice.cut(image, Mask(array, grid), None, _finding(long=axis, short=None), Kind.LONG)
    assert key is not None
    assert min(key.pixels.shape) >= key_slice.MIN_SIDE_MM


def test_a_mirrored_grid_gives_the_same_picture() -> None:
    image, liver, lesion = builder.phantom(CENTER, RADII, Modality.CT)
    grid = image.grid
    last = grid.to_lps(np.array([grid.shape[2] - 1.0, grid.shape[1] - 1.0, 0.0]))
    turned = Grid(
        grid.shape,
        grid.spacing_mm,
        (float(last[0]), float(last[1]), float(last[2])),
        ((-1.0, 0.0, 0.0), (0.0, -1.0, 0.0), (0.0, 0.0, 1.0)),
    )

    def turn(array: np.ndarray) -> np.ndarray:
        return np.ascontiguousarray(array[:, ::-1, ::-1])

    plain = key_slice.cut(image, lesion, liver, _finding(), Kind.LONG)
    mirrored = key_slice.cut(
        Image(turn(image.array), turned),
        Mask(turn(lesion.array), turned),
        Mask(turn(liver.array), turned),
        _finding(),
        Kind.LONG,
    )
    assert plain is not None
    assert mirrored is not None
    assert mirrored.edges == plain.edges
    np.testing.assert_array_equal(mirrored.pixels, plain.pixels)
    np.testing.assert_allclose(mirrored.axes[0].start, plain.axes[0].start, atol=1e-9)


def test_a_mask_on_another_grid_is_refused() -> None:
    image, _, lesion = builder.phantom(CENTER, RADII, Modality.CT)
    other = Grid(image.grid.shape, image.grid.spacing_mm, (0.0, 0.0, 0.0))
    with pytest.raises(ValueError, match="expected the same grid"):
        key_slice.cut(image, Mask(lesion.array, other), None, _finding(), Kind.LONG)
