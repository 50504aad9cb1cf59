"""Rows of a read from states and measurements."""

import datetime as dt
from decimal import Decimal

import numpy as np
import pytest

from pipeline.model.flags import Flag
from pipeline.model.grid import Grid
from pipeline.model.image import Mask, Modality, Phase
from pipeline.model.lesion import Axis, Diameters, Organ, Role, State
from pipeline.track import findings
from pipeline.track.findings import Measurements, SourceImage, TrackedLesion

READING = SourceImage("S-01", "W12", dt.date(2024, 5, 1), Phase.PORTAL_VENOUS, Modality.CT, "1.2", 2.5, ("a", "b", "c"))
GRID = Grid((3, 10, 10), (1.0, 1.0, 2.5), (0.0, 0.0, 0.0))


def _diameters(long_mm: float, short_mm: float, k: int = 1) -> Diameters:
    z = 2.5 * k
    return Diameters(Axis((0, 0, z), (long_mm, 0, z)), Axis((1, 0, z), (1, short_mm, z)), k, "axial")


def _mask(first: int, last: int) -> Mask:
    array = np.zeros(GRID.shape, dtype=bool)
    array[first : last + 1, 2:6, 2:7] = True
    return Mask(array, GRID)


def _of(state: State, **more: object) -> TrackedLesion:
    return TrackedLesion("T01", Role.TARGET, state, **more)  # type: ignore[arg-type]


def test_present_lesion_is_recorded_at_a_tenth_half_up() -> None:
    viable = Axis((0.0, 0.0, 2.5), (10.05, 0.0, 2.5))
    found = findings.build(
        READING, _of(State.PRESENT), Measurements(_mask(1, 1), (_diameters(23.45, 11.04),), viable, True)
    )
    assert (found.long_axis_mm, found.short_axis_mm, found.viable_axis_mm) == (
        Decimal("23.5"),
        Decimal("11.0"),
        Decimal("10.1"),
    )
    assert found.volume_ml == Decimal("0.05")
    assert (found.sop_uid, found.plane, found.flags) == ("b", "axial", ())
    assert (found.subject, found.visit, found.date, found.series_uid) == ("S-01", "W12", dt.date(2024, 5, 1), "1.2")
    assert (found.phase, found.modality, found.slice_thickness_mm) == (Phase.PORTAL_VENOUS, Modality.CT, 2.5)
    assert found.long == _diameters(23.45, 11.04).long
    assert found.viable == viable


@pytest.mark.parametrize(("read", "viable_mm"), [(True, Decimal(0)), (False, None)])
def test_no_viable_axis_is_zero_only_where_it_was_read(read: bool, viable_mm: Decimal | None) -> None:
    measured = Measurements(_mask(1, 1), (_diameters(20, 10),), viable_read=read)
    assert findings.build(READING, _of(State.PRESENT), measured).viable_axis_mm == viable_mm
    absent = findings.build(READING, _of(State.ABSENT), Measurements(viable_read=read))
    assert (absent.long_axis_mm, absent.short_axis_mm, absent.volume_ml) == (0, 0, 0)
    assert absent.viable_axis_mm == viable_mm
    for found in (findings.build(READING, _of(State.PRESENT), measured), absent):
        assert (found.viable_short_axis_mm, found.viable_volume_ml) == (viable_mm, viable_mm)
    assert absent.density_hu is None


def test_what_criteria_of_enhancement_and_density_read_is_recorded() -> None:
    axis, across = Axis((0.0, 0.0, 2.5), (18.04, 0.0, 2.5)), Axis((9.0, 0.0, 2.5), (9.0, 12.06, 2.5))
    measured = Measurements(
        _mask(1, 1), (_diameters(23.4, 11.0),), axis, True, viable_short=across, viable_ml=0.0349, density_hu=-3.25
    )
    found = findings.build(READING, _of(State.PRESENT), measured)
    assert (found.viable_axis_mm, found.viable_short_axis_mm) == (Decimal("18.0"), Decimal("12.1"))
    assert (found.viable_volume_ml, found.density_hu) == (Decimal("0.03"), Decimal("-3.3"))
    assert (found.viable, found.viable_short) == (axis, across)


def test_a_part_is_never_recorded_as_more_than_the_whole() -> None:
    """The arterial grid cuts the lesion in other voxels: 0.06 ml of it enhance, 0.05 ml were measured."""
    axis, across = Axis((0.0, 0.0, 2.5), (12.0, 0.0, 2.5)), Axis((0.0, 0.0, 2.5), (0.0, 12.1, 2.5))
    measured = Measurements(_mask(1, 1), (_diameters(20, 15),), axis, True, viable_short=across, viable_ml=0.06)
    found = findings.build(READING, _of(State.PRESENT), measured)
    assert (found.viable_short_axis_mm, found.viable_volume_ml) == (Decimal("12.0"), Decimal("0.05"))


def test_fragments_of_a_split_lesion_are_added_as_recorded() -> None:
    """12.34 + 5.66 mm: 12.3 + 5.7 = 18.0."""
    parts = (_diameters(12.34, 6.0, k=2), _diameters(5.66, 3.0, k=1))
    found = findings.build(READING, _of(State.SPLIT), Measurements(_mask(1, 1), parts))
    assert (found.long_axis_mm, found.short_axis_mm, found.sop_uid) == (Decimal("18.0"), Decimal("6.0"), "c")
    whole = findings.build(READING, _of(State.PRESENT), Measurements(_mask(1, 1), parts))
    assert whole.long_axis_mm == Decimal("12.3")


@pytest.mark.parametrize("state", [State.TOO_SMALL, State.NOT_EVALUABLE, State.MERGED])
def test_states_without_a_length(state: State) -> None:
    found = findings.build(READING, _of(state), Measurements())
    assert (found.long_axis_mm, found.short_axis_mm, found.volume_ml, found.long) == (None, None, None, None)


def test_too_small_keeps_no_length_even_if_one_was_found() -> None:
    found = findings.build(READING, _of(State.TOO_SMALL), Measurements(_mask(1, 1), (_diameters(3.0, 2.0),)))
    assert found.long_axis_mm is None


def test_merged_mass_is_measured_on_the_lesion_that_carries_it() -> None:
    found = findings.build(READING, _of(State.MERGED), Measurements(_mask(1, 1), (_diameters(60.0, 40.0),)))
    assert found.long_axis_mm == Decimal("60.0")


@pytest.mark.parametrize(("first", "last", "flagged"), [(0, 1, True), (1, 1, False), (1, 2, True)])
def test_lesion_at_the_first_or_last_slice_is_flagged(first: int, last: int, flagged: bool) -> None:
    followed = _of(State.PRESENT, flags=(Flag.LOW_CONFIDENCE,), organ=Organ.NODE)
    found = findings.build(READING, followed, Measurements(_mask(first, last), (_diameters(20, 15),)))
    expected = {Flag.LOW_CONFIDENCE} | ({Flag.AT_VOLUME_EDGE} if flagged else set())
    assert set(found.flags) == expected
    assert found.organ is Organ.NODE


@pytest.mark.parametrize("state", [State.PRESENT, State.SPLIT, State.EQUIVOCAL])
def test_a_lesion_that_is_there_needs_diameters(state: State) -> None:
    with pytest.raises(ValueError, match=r"T01 of S-01 at W12 .* without diameters"):
        findings.build(READING, _of(state), Measurements())
