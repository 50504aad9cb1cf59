"""Which organ a location of TULOC names, and which words nobody may guess at."""

import pytest

from pipeline.assess import anatomy
from pipeline.model.lesion import Organ


@pytest.mark.parametrize(
    ("location", "organ"),
    [
        ("LIVER", Organ.LIVER),
        ("LIVER, RIGHT LOBE", Organ.LIVER),
        ("LIVER HILAR LYMPH NODE", Organ.NODE),
        ("LIVER HILAR NODE", None),
        ("HEPATIC DOME", None),
        ("HEPATIC FLEXURE OF COLON", None),
        ("HILAR NODE", None),
        ("SEGMENT VII", None),
        ("LEFT LOBE", None),
        ("FEMUR", Organ.BONE),
        ("THORACIC VERTEBRA/BONE", Organ.BONE),
        ("KIDNEY, LEFT", Organ.OTHER),
        ("ADRENAL GLAND", Organ.OTHER),
        ("OTHER", Organ.OTHER),
        ("PERITONEUM", Organ.PERITONEUM),
        ("XYZ", None),
    ],
)
def test_a_location(location: str, organ: Organ | None) -> None:
    assert anatomy.organ(location, {}) is organ


def test_what_the_user_maps_stands_above_the_lists() -> None:
    assert anatomy.organ("LIVER", {"LIVER": Organ.OTHER}) is Organ.OTHER
