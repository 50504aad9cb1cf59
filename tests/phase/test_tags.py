"""Series descriptions and clocks to contrast phases."""

from dataclasses import replace

import pytest

from pipeline.ingest import grouping
from pipeline.model.catalog import Volume
from pipeline.model.image import Modality, Phase
from pipeline.phase import tags
from tests.builders.dicom_series import headers

U, A, P, D, H = Phase.UNENHANCED, Phase.ARTERIAL, Phase.PORTAL_VENOUS, Phase.DELAYED, Phase.HEPATOBILIARY


def _volume(**changes: object) -> Volume:
    (volume,), _ = grouping.split(headers(6, **changes))
    return volume


@pytest.mark.parametrize(
    ("description", "phase"),
    [
        ("LIVER ARTERIAL 1.25", A),
        ("Late arterial", A),
        ("t1_vibe_fs_tra_ART", A),
        ("Abdomen  HAP", A),
        ("Leber arteriell", A),
        ("PORTAL VENOUS", P),
        ("ABD PORTALVENOUS 3.0", P),
        ("portal-ven 5.0 B30f", P),
        ("Venous phase", P),
        ("PVP", P),
        ("LIVER DELAYED", D),
        ("Equilibrium", D),
        ("Delay 3 min", D),
        ("PRE LIVER", U),
        ("PRE-CONTRAST", U),
        ("Abdomen nativ", U),
        ("W/O CONTRAST", U),
        ("NON CON", U),
        ("70 sec", P),
        ("35s", A),
        ("180 SEC", D),
        ("5 MIN", D),
        ("Recon 2: LIVER 3 PHASE (AP)", None),
        ("3 PHASE LIVER (ABD)", None),
        ("ARTERIAL AND PORTAL", None),
        ("CT W/WO CONTRAST", None),
        ("TRIPLE PHASE ARTERIAL", None),
        ("CT Body 3.0", None),
        ("AP", None),
        ("ARTIFACT TEST", None),
        ("PREMONITORING", None),
        ("PORTABLE", None),
        ("HEPATOBILIARY", None),
        ("", None),
    ],
)
def test_words_of_ct_descriptions(description: str, phase: Phase | None) -> None:
    call = tags.from_tags(_volume(series_description=description))
    assert (call.phase if call else None) is phase


@pytest.mark.parametrize(
    ("description", "phase"),
    [
        ("HBP", H),
        ("VIBE 20 min", H),
        ("T1 hepatobiliary", H),
        ("LAVA ART", A),
        ("T2 HASTE", None),
        ("DWI b800 ART", None),
        ("ART SUB", None),
        ("T1 IN PHASE", None),
    ],
)
def test_words_of_mr_descriptions(description: str, phase: Phase | None) -> None:
    call = tags.from_tags(_volume(series_description=description, modality=Modality.MR))
    assert (call.phase if call else None) is phase


@pytest.mark.parametrize(
    ("scanned", "phase"),
    [("101525", A), ("101615", P), ("101800.5", D), ("101550", None), ("101000", None), ("", None)],
)
def test_delay_after_the_bolus(scanned: str, phase: Phase | None) -> None:
    call = tags.from_tags(_volume(contrast_start_time="101500", acquisition_time=scanned))
    assert (call.phase if call else None) is phase


def test_ten_minutes_after_a_liver_agent_is_hepatobiliary() -> None:
    volume = _volume(
        modality=Modality.MR, contrast_agent="EOVIST 0.025", contrast_start_time="101500", acquisition_time="102530"
    )
    call = tags.from_tags(volume)
    assert call is not None
    assert call.phase is H


def test_the_protocol_name_helps_only_where_the_description_is_silent() -> None:
    silent = _volume(series_description="AX T1", protocol_name="DELAYED")
    assert tags.from_tags(silent) is not None
    torn = replace(silent, slices=tuple(headers(6, series_description="ART PORTAL", protocol_name="DELAYED")))
    assert tags.from_tags(torn) is None
