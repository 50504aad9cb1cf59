"""Levels of organs and words of headers to phases, all volumes of a date together."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.ingest import grouping
from pipeline.model.catalog import PhaseCall, Volume
from pipeline.model.flags import Flag
from pipeline.model.image import Modality, Phase
from pipeline.phase import classify
from pipeline.phase.organs import PhaseFeatures
from pipeline.procedures import scan
from tests.builders.dicom_series import headers

U, A, P, D, X = Phase.UNENHANCED, Phase.ARTERIAL, Phase.PORTAL_VENOUS, Phase.DELAYED, Phase.UNKNOWN


def _volume(acquisition: int = 1, series: str = "series", **changes: object) -> Volume:
    (volume,), _ = grouping.split(headers(6, acquisition_number=acquisition, series_uid=series, **changes))
    return volume


def _ct(aorta: float | None, liver: float | None, ratio: float | None = None, contrast: float = 60.0) -> PhaseFeatures:
    return PhaseFeatures(
        Modality.CT,
        aorta,
        12.0 if aorta else None,
        contrast if aorta else None,
        liver,
        800.0,
        180.0 if ratio else None,
        ratio,
    )


def _one(features: PhaseFeatures, **changes: object) -> PhaseCall:
    return classify.phases([(_volume(**changes), features)])[0]


@pytest.mark.parametrize(
    ("features", "phase"),
    [
        (_ct(42, 55), U),
        (_ct(30, 25), U),
        (_ct(55, 62), U),
        (_ct(320, 65, 0.55), A),
        (_ct(215, 95, 0.6), A),
        (_ct(540, 66, 0.5), A),
        (_ct(160, 112, 0.78), P),
        (_ct(245, 175, 0.75), P),
        (_ct(150, 118), P),
        (_ct(102, 90, 0.9), D),
        (_ct(None, 100), X),
        (_ct(None, None), X),
        (_ct(320, 65, contrast=5.0), X),
    ],
)
def test_physiology_names_the_phase(features: PhaseFeatures, phase: Phase) -> None:
    call = _one(features)
    assert call.phase is phase
    assert (call.confidence >= classify.NAMED_FROM) == (phase is not X)


def test_between_two_phases_it_abstains_and_says_so() -> None:
    call = _one(_ct(122, 92))
    assert (call.phase, call.confidence) == (X, 0.0)
    assert "between" in call.evidence
    assert "aorta 122 HU" in call.evidence


def test_order_of_acquisition_decides_what_levels_leave_open() -> None:
    arterial, portal, open_one = _ct(300, 60, 0.5), _ct(165, 115, 0.78), _ct(122, 92)
    calls = classify.phases([(_volume(4), open_one), (_volume(2), arterial), (_volume(3), portal)])
    assert [call.phase for call in calls[1:]] == [A, P]
    alone = classify.phases([(_volume(4), open_one)])[0]
    assert alone.phase is X
    before_portal = classify.phases([(_volume(1), open_one), (_volume(2), portal)])[0]
    assert before_portal.phase in (P, X)


def test_the_plain_scan_of_the_date_gives_the_levels_without_contrast() -> None:
    fatty = _ct(190, 80)
    alone = _one(fatty)
    plain, with_plain = classify.phases([(_volume(series="plain"), _ct(38, 22)), (_volume(2), fatty)])
    assert plain.phase is U
    assert alone.phase is not P
    assert with_plain.phase is not A


def test_a_word_of_the_header_settles_a_doubt() -> None:
    assert _one(_ct(122, 92), series_description="PORTAL VENOUS").phase is P
    assert _one(_ct(None, None), series_description="PORTAL VENOUS").phase is P


def test_header_against_pixels_abstains_or_follows_the_much_stronger() -> None:
    volume = _volume(series_description="ARTERIAL")
    features = _ct(42, 55)
    (call,) = classify.phases([(volume, features)])
    assert call.phase is not A
    assert Flag.PHASE_CONFLICT in classify.flags(volume, features, call)


def test_flags_tell_what_the_phase_rests_on() -> None:
    bare, named = _volume(), _volume(series_description="ARTERIAL")
    features = _ct(310, 60, 0.5)
    assert classify.flags(bare, features, _one(features)) == (Flag.NO_CONTRAST_TAGS,)
    assert classify.flags(named, features, PhaseCall(A, 0.9)) == ()
    assert classify.flags(bare, None, PhaseCall(X, 0.0)) == (Flag.PHASE_UNKNOWN,)


def test_hepatobiliary_is_named_by_the_header_and_never_arterial() -> None:
    bright = PhaseFeatures(Modality.MR, 100.0, 10.0, 60.0, 260.0, 800.0)
    assert _one(bright, modality=Modality.MR, series_description="HBP 20 min").phase is Phase.HEPATOBILIARY
    assert _one(bright, modality=Modality.MR).phase is X


def test_mr_pixels_alone_name_only_an_arterial_phase_beside_a_plain_one() -> None:
    arterial = PhaseFeatures(Modality.MR, 280.0, 10.0, 60.0, 100.0, 800.0)
    plain = PhaseFeatures(Modality.MR, 70.0, 10.0, 60.0, 110.0, 800.0)
    mr = {"modality": Modality.MR}
    assert _one(arterial, **mr).phase is X
    calls = classify.phases([(_volume(1, **mr), plain), (_volume(2, **mr), arterial)])
    assert [call.phase for call in calls] == [X, A]
    t2 = {**mr, "series_description": "T2 HASTE"}
    assert classify.phases([(_volume(1, **mr), plain), (_volume(2, **t2), arterial)])[1].phase is X
    other_sequence = _volume(2, echo_time_ms=80.0, **mr)
    assert classify.phases([(_volume(1, **mr), plain), (other_sequence, arterial)])[1].phase is X


def test_a_missed_aorta_beside_bright_kidneys_is_not_called_unenhanced() -> None:
    missed = PhaseFeatures(Modality.CT, 45.0, 12.0, 20.0, 66.0, 800.0, bright_ml=120.0)
    assert _one(missed).phase is not U
    faint = PhaseFeatures(Modality.CT, 45.0, 12.0, 14.0, 50.0, 800.0, bright_ml=0.0)
    assert _one(faint).phase is U


def test_nothing_to_decide() -> None:
    assert classify.phases([]) == ()


@pytest.mark.real
@pytest.mark.parametrize(
    ("case", "phases"),
    [("HCC_007", [U, A, P, U, A, P]), ("HCC_011", [A, A, P]), ("HCC_015", [P, A])],
)
def test_real_volumes_have_their_phases(real_case: Callable[[str], Path], case: str, phases: list[Phase]) -> None:
    volumes = scan.scan([real_case(case)]).volumes
    assert [volume.phase.phase for volume in volumes] == phases
    assert min(volume.phase.confidence for volume in volumes) >= 0.75
