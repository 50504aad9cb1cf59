"""Which kind of image a header tells: values that real scanners write, and who overrules whom."""

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.ingest import grouping, kind
from pipeline.model.catalog import SliceHeader, Volume
from pipeline.model.flags import Flag
from pipeline.model.image import Modality
from pipeline.model.image_kind import ImageKind, PixelMeaning
from tests.builders import golden
from tests.builders.dicom_series import header, headers

K = ImageKind
ROWS = golden.rows(Path(__file__).with_name("image_kinds.csv"))


def _number(cell: str) -> float | None:
    return float(cell) if cell else None


def _header(row: dict[str, str]) -> SliceHeader:
    return header(
        modality=Modality(row["modality"]),
        image_type=tuple(row["image_type"].split("\\")) if row["image_type"] else (),
        b_value=_number(row["b_value"]),
        series_description=row["description"],
        meaning=PixelMeaning(
            rescale_type=row["rescale_type"],
            unit=row["unit"],
            component=row["component"],
            energy_kev=_number(row["energy_kev"]),
        ),
    )


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['vendor']} {row['image_type']} {row['description']}")
def test_kinds_of_real_headers(row: dict[str, str]) -> None:
    assert kind.of(_header(row)).kind.value == row["kind"]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["image_type"])
def test_a_special_kind_says_which_tag_tells_it(row: dict[str, str]) -> None:
    call = kind.of(_header(row))
    assert bool(call.evidence) == (call.kind is not K.ANATOMICAL)


def _series(parts: list[dict[str, object]], modality: Modality = Modality.MR) -> tuple[Volume, ...]:
    """Volumes of one series in which each part fills the same positions."""
    slices = [
        replace(item, path=f"{n}/{item.path}", sop_uid=f"{n}.{item.sop_uid}", **part)
        for n, part in enumerate(parts)
        for item in headers(8, modality=modality)
    ]
    volumes, left = grouping.split(slices)
    assert left == ()
    return volumes


def test_parts_of_a_dixon_in_one_series_are_volumes_of_their_kind() -> None:
    parts = [
        {"image_type": ("DERIVED", "PRIMARY", "DIXON", part)} for part in ("WATER", "FAT", "IN_PHASE", "OUT_PHASE")
    ]
    assert {volume.kind.kind: volume.flags for volume in _series(parts)} == {
        K.WATER: (),
        K.FAT: (Flag.NOT_MEASURABLE_KIND,),
        K.IN_PHASE: (Flag.SUBSTITUTE_KIND,),
        K.OPPOSED_PHASE: (Flag.NOT_MEASURABLE_KIND,),
    }


def test_energies_in_one_series_are_volumes_of_their_own() -> None:
    parts = [
        {"meaning": PixelMeaning(energy_kev=kev), "image_type": ("DERIVED", "PRIMARY", "AXIAL", "VMI")}
        for kev in (40.0, 70.0, 190.0)
    ]
    volumes = _series(parts, Modality.CT)
    assert sorted((volume.kind.evidence, volume.kind.kind.fit) for volume in volumes) == [
        ("190 keV", False),
        ("40 keV", False),
        ("70 keV", True),
    ]


def test_magnitude_and_phase_in_one_series_are_told_apart_by_the_component_alone() -> None:
    parts = [
        {"meaning": PixelMeaning(component=component)} for component in ("MAGNITUDE", "PHASE", "REAL", "IMAGINARY")
    ]
    kinds = [volume.kind.kind for volume in _series(parts)]
    assert kinds.count(K.ANATOMICAL) == 1
    assert kinds.count(K.COMPLEX_PART) == 3


def test_b_0_beside_b_800_is_diffusion_and_alone_it_is_not() -> None:
    assert {v.kind.kind for v in _series([{"b_value": 0.0}, {"b_value": 800.0}])} == {K.DIFFUSION}
    assert {v.kind.kind for v in _series([{"b_value": 0.0}])} == {K.ANATOMICAL}


@pytest.mark.parametrize(
    ("field_t", "sequence", "expected"),
    [
        (1.5, ("GR",), {2.3: K.OPPOSED_PHASE, 4.6: K.IN_PHASE}),
        (3.0, ("GR",), {1.15: K.OPPOSED_PHASE, 2.3: K.IN_PHASE}),
        (None, ("GR",), {2.3: K.MULTI_ECHO, 4.6: K.MULTI_ECHO}),
        (1.5, ("SE",), {15.0: K.MULTI_ECHO, 90.0: K.MULTI_ECHO}),
        (1.5, ("GR",), {2.38, 2.39}),
    ],
)
def test_echoes_of_one_series(
    field_t: float | None, sequence: tuple[str, ...], expected: dict[float, ImageKind] | set[float]
) -> None:
    parts = [
        {"echo_time_ms": time, "scanning_sequence": sequence, "meaning": PixelMeaning(field_t=field_t)}
        for time in expected
    ]
    kinds = {volume.slices[0].echo_time_ms: volume.kind.kind for volume in _series(parts)}
    if isinstance(expected, dict):
        assert kinds == expected
    else:
        assert set(kinds.values()) == {K.ANATOMICAL}, "jitter of one echo"


@pytest.mark.parametrize(
    ("meaning", "flags"),
    [
        (PixelMeaning(), ()),
        (PixelMeaning(rescale_type="HU"), ()),
        (PixelMeaning(rescaled=False), (Flag.CT_NUMBERS_UNKNOWN,)),
        (PixelMeaning(rescale_type="US"), (Flag.CT_NUMBERS_UNKNOWN,)),
        (PixelMeaning(rescale_type="Z_EFF"), (Flag.NOT_MEASURABLE_KIND,)),
    ],
)
def test_ct_numbers_are_hounsfield_units_by_the_header_or_flagged(
    meaning: PixelMeaning, flags: tuple[Flag, ...]
) -> None:
    (volume,), _ = grouping.split(headers(8, meaning=meaning))
    assert volume.flags == flags


def test_mr_needs_no_rescale_tags() -> None:
    (volume,), _ = grouping.split(headers(8, modality=Modality.MR, meaning=PixelMeaning(rescaled=False)))
    assert volume.flags == ()
