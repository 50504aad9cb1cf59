import datetime as dt
import re
from dataclasses import replace

import pytest

from pipeline.ingest import masks
from pipeline.model.catalog import Volume
from pipeline.model.grid import Grid
from pipeline.model.image import Modality
from pipeline.model.image_kind import ImageKind, KindCall

BEFORE, AFTER = dt.date(1997, 12, 27), dt.date(1998, 3, 14)
PLAIN = Grid((20, 512, 512), (0.703125, 0.703125, 10.0), (-180.0, -180.0, -254.7))
ENHANCED = Grid((79, 512, 512), (0.703125, 0.703125, 2.5), (-180.0, -180.0, -260.0))
PORTAL = Grid((115, 512, 512), (0.703125, 0.703125, 2.5), (-180.0, -180.0, -350.0))


def _volume(key: str, date: dt.date, acquisition: str, grid: Grid) -> Volume:
    return Volume(key, "HCC_007", date, Modality.CT, f"1.2.{key}", acquisition, (), grid)


VOLUMES = (
    _volume("plain", AFTER, "1", PLAIN),
    _volume("arterial", AFTER, "1", ENHANCED),
    _volume("portal", AFTER, "3", PORTAL),
    _volume("before arterial", BEFORE, "2", ENHANCED),
    _volume("before portal", BEFORE, "3", ENHANCED),
)


def _request(date: dt.date, acquisition: str, grid: Grid, subject: str = "HCC_007") -> masks.MaskRequest:
    return masks.MaskRequest(subject, date, acquisition, "lesion", "T01", grid)


def _flipped(grid: Grid) -> Grid:
    """The same voxels with rows and columns counted from the other side, as NIfTI often has them."""
    _, j, i = grid.shape
    x, y, z = grid.origin
    origin = (x + (i - 1) * grid.spacing_mm[0], y + (j - 1) * grid.spacing_mm[1], z)
    return replace(grid, origin=origin, directions=((-1.0, 0.0, 0.0), (0.0, -1.0, 0.0), (0.0, 0.0, 1.0)))


def _turned(grid: Grid) -> Grid:
    """The same voxels with the first and the last axis exchanged."""
    k, j, i = grid.shape
    dx, dy, dz = grid.spacing_mm
    a, b, c = grid.directions
    return Grid((i, j, k), (dz, dy, dx), grid.origin, (c, b, a))


@pytest.mark.parametrize(
    ("date", "acquisition", "grid", "expected"),
    [
        (AFTER, "1", PLAIN, "plain"),
        (AFTER, "1", ENHANCED, "arterial"),
        (AFTER, "3", PORTAL, "portal"),
        (AFTER, "", PORTAL, "portal"),
        (BEFORE, "2", ENHANCED, "before arterial"),
        (BEFORE, "3", ENHANCED, "before portal"),
        (BEFORE, "3", _flipped(ENHANCED), "before portal"),
        (AFTER, "1", _turned(ENHANCED), "arterial"),
    ],
)
def test_the_grid_decides_between_series_that_share_an_acquisition(
    date: dt.date, acquisition: str, grid: Grid, expected: str
) -> None:
    match = masks.match(VOLUMES, _request(date, acquisition, grid))
    assert match.volume is not None
    assert match.volume.id == expected
    assert match.reason == ""


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        (_request(AFTER, "1", ENHANCED, subject="HCC_008"), "no volume at all"),
        (_request(dt.date(1998, 3, 15), "1", ENHANCED), r"found 1997-12-27, 1998-03-14"),
        (_request(AFTER, "2", ENHANCED), r"acquisition 2 \(found 1, 3\)"),
        (_request(AFTER, "3", ENHANCED), "512 x 512 x 79 .* is that of no volume"),
        (_request(BEFORE, "", ENHANCED), "2 volumes have this grid .* name the acquisition"),
        (_request(AFTER, "1", replace(ENHANCED, origin=(-180.0, -180.0, -257.5))), "that of no volume"),
        (_request(AFTER, "1", replace(ENHANCED, spacing_mm=(0.7, 0.703125, 2.5))), "that of no volume"),
    ],
)
def test_a_mask_that_fits_no_volume_has_a_reason(request_: masks.MaskRequest, reason: str) -> None:
    match = masks.match(VOLUMES, request_)
    assert match.volume is None
    assert re.search(reason, match.reason), match.reason


def test_single_precision_headers_fit() -> None:
    rounded = replace(ENHANCED, spacing_mm=(0.70312506, 0.70312506, 2.5), origin=(-180.00002, -180.0, -260.00003))
    assert masks.same_voxels(rounded, ENHANCED)


def test_oblique_axes_do_not_fit_straight_ones() -> None:
    oblique = replace(ENHANCED, directions=((0.8, 0.6, 0.0), (-0.6, 0.8, 0.0), (0.0, 0.0, 1.0)))
    assert not masks.same_voxels(oblique, ENHANCED)


def _of_kind(key: str, kind: ImageKind, series_uid: str) -> Volume:
    return replace(_volume(key, AFTER, "1", ENHANCED), kind=KindCall(kind), series_uid=series_uid)


def test_of_images_on_one_grid_the_mask_belongs_to_the_one_that_is_measured() -> None:
    parts = (ImageKind.FAT, ImageKind.WATER, ImageKind.OPPOSED_PHASE, ImageKind.IN_PHASE)
    dixon = [_of_kind(part.name, part, "1") for part in parts]
    assert masks.match(dixon, _request(AFTER, "1", ENHANCED)).volume is dixon[1]
    apart = [_of_kind("water", ImageKind.WATER, "1"), _of_kind("fat", ImageKind.FAT, "2")]
    assert masks.match(apart, _request(AFTER, "1", ENHANCED)).volume is apart[0]


def test_two_images_that_are_measured_stay_a_question() -> None:
    two = [_of_kind("axial", ImageKind.ANATOMICAL, "1"), _of_kind("mpr", ImageKind.REFORMAT, "2")]
    assert masks.match(two, _request(AFTER, "1", ENHANCED)).volume is None
