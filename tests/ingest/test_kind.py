"""Which kind of image a header tells: values that real scanners write, and who overrules whom."""

from dataclasses import replace

import pytest

from pipeline.ingest import grouping, kind
from pipeline.model.flags import Flag
from pipeline.model.image import Modality
from pipeline.model.image_kind import ImageKind, PixelMeaning
from tests.builders.dicom_series import header, headers

K = ImageKind


def test_units_stand_above_image_type() -> None:
    plain = header(image_type=("ORIGINAL", "PRIMARY", "AXIAL"))
    for rescale_type, expected in (("Z_EFF", K.EFFECTIVE_Z), ("MGML", K.MATERIAL), ("HU", K.ANATOMICAL)):
        assert kind.of(replace(plain, meaning=PixelMeaning(rescale_type=rescale_type))).kind is expected
    assert kind.of(replace(plain, meaning=PixelMeaning(unit="mg/cm3"))).kind is K.MATERIAL


def test_phases_of_dixon_in_one_series_are_volumes_of_their_kind() -> None:
    slices = [
        replace(
            item,
            image_type=("DERIVED", "PRIMARY", "DIXON", part),
            path=f"{part}/{item.path}",
            sop_uid=part + item.sop_uid,
        )
        for part in ("WATER", "FAT", "IN_PHASE", "OUT_PHASE")
        for item in headers(8, modality=Modality.MR)
    ]
    volumes, left = grouping.split(slices)
    assert left == ()
    assert {volume.kind.kind: volume.flags for volume in volumes} == {
        K.WATER: (),
        K.FAT: (Flag.NOT_MEASURABLE_KIND,),
        K.IN_PHASE: (Flag.SUBSTITUTE_KIND,),
        K.OPPOSED_PHASE: (Flag.NOT_MEASURABLE_KIND,),
    }


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
