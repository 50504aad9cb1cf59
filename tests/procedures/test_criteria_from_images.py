"""EASL, qEASL and Choi are answered from the images of two visits, by nobody's hand."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pipeline.assess import exploratory
from pipeline.ingest import geometry
from pipeline.model.catalog import PhaseCall, Volume
from pipeline.model.flags import Flag
from pipeline.model.image import Image, Mask, Modality, Phase
from pipeline.model.lesion import Finding, Role, Source, State
from pipeline.model.response import CriterionRow
from pipeline.model.visit import BASELINE, Visit
from pipeline.procedures.propose import visit
from pipeline.procedures.study_folder import artifacts_of
from pipeline.procedures.values import Decoded, Livers, VisitImages
from pipeline.store.artifacts import Artifacts
from pipeline.track.findings import TrackedLesion
from tests.builders import trials
from tests.builders.dicom_series import headers
from tests.measure.lesion_scans import Scan

SUBJECT, LATER = "S-001", "W12"
PORTAL_LIVER = 110
DAYS = {BASELINE: dt.date(2024, 1, 8), LATER: dt.date(2024, 4, 1)}
VISITS = tuple(Visit(SUBJECT, name, day, scan_dates=(day,)) for name, day in DAYS.items())


def _decoded(artifacts: Artifacts, image: Image, phase: Phase, day: dt.date) -> Decoded:
    slices = tuple(headers(image.grid.shape[0], subject=SUBJECT))
    call = PhaseCall(phase, 0.9)
    name = f"{day} {phase.value}"
    volume = Volume(name, SUBJECT, day, Modality.CT, "1.2", "1", slices, geometry.grid(slices), (), call)
    return Decoded(volume, artifacts.put_image(image))


def _portal(arterial: Image, lesion: Mask, lesion_hu: int) -> Image:
    noise = np.random.default_rng(3).normal(0, 8, lesion.array.shape)
    return Image(np.rint(np.where(lesion.array, lesion_hu, PORTAL_LIVER) + noise).astype(np.int16), arterial.grid)


def _measured(
    folder: Path, name: str, scan: Scan, hu: int, *, phases: str = "both", place: str = "", gone: bool = False
) -> Finding:
    """Measure a lesion at a visit with a portal venous reference image, the arterial one beside it, or one of them."""
    artifacts = artifacts_of(folder)
    image, lesion, outline = scan.render()
    at = next(each for each in VISITS if each.name == name)
    assert at.date is not None
    arterial = _decoded(artifacts, image, Phase.ARTERIAL, at.date)
    portal = _decoded(artifacts, _portal(image, lesion, hu), Phase.PORTAL_VENOUS, at.date)
    reference = arterial if phases == "arterial" else portal
    images = VisitImages(at, reference, None if phases == "portal" else arterial, None, ())
    liver = artifacts.put_mask(outline)
    loaded = visit.load(artifacts, images, Livers(liver, liver, None, 1.0, ()), ())
    followed = TrackedLesion("T01", Role.TARGET, State.ABSENT if gone else State.PRESENT, segment=place)
    finding, _ = loaded.measure(followed, None if gone else lesion, "")
    return finding


def _rows(findings: list[Finding]) -> dict[str, CriterionRow]:
    rows = exploratory.assess(SUBJECT, VISITS, findings, {}, trials.retnet())
    return {row.criterion: row for row in rows if row.visit == LATER}


BEFORE = Scan("rim", 15.0, 0.85, core=0.3, pixel_mm=1.0)


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Finding:
    return _measured(tmp_path_factory.mktemp("baseline"), BASELINE, BEFORE, 90)


def test_a_rim_that_thins_and_a_density_that_falls(tmp_path: Path, before: Finding):
    """A core of 0.3 grows to 0.8: products fall by 1 - 0.36/0.91, volumes by 1 - 0.488/0.973; 90 to 60 HU."""
    after = _measured(tmp_path, LATER, Scan("rim", 15.0, 0.85, core=0.8, pixel_mm=1.0), 60)
    rows = _rows([before, after])
    easl, qeasl, choi = (rows[name] for name in ("easl", "qeasl", "choi"))
    assert (easl.answer, qeasl.answer, choi.answer, rows["mchoi"].answer) == ("PR", "SD", "PR", "SD")
    assert easl.pct_baseline == pytest.approx(-60, abs=6)
    assert qeasl.pct_baseline == pytest.approx(-50, abs=5)
    assert before.segment.endswith("(estimated)")
    assert (float(before.density_hu or 0), float(after.density_hu or 0)) == pytest.approx((90, 60), abs=1)


def test_nothing_enhances_any_more(tmp_path: Path, before: Finding):
    after = _measured(tmp_path, LATER, Scan("dead", 15.0, 0.85, pixel_mm=1.0), 90)
    assert (after.viable_axis_mm, after.viable_short_axis_mm, after.viable_volume_ml) == (0, 0, 0)
    rows = _rows([before, after])
    assert (rows["easl"].answer, rows["qeasl"].answer, rows["choi"].answer) == ("CR", "CR", "SD")


def test_a_signed_read_of_the_same_numbers_is_answered_alike(tmp_path: Path, before: Finding):
    after = _measured(tmp_path, LATER, Scan("rim", 15.0, 0.85, core=0.8, pixel_mm=1.0), 60)
    signed = [_signed(each) for each in (before, after)]
    proposed, read = _rows([before, after]), _rows(signed)
    assert {name: (row.value, row.answer, row.rule) for name, row in proposed.items()} == {
        name: (row.value, row.answer, row.rule) for name, row in read.items()
    }
    assert all(row.provisional for row in proposed.values())
    assert not read["easl"].provisional


def test_without_an_arterial_phase_only_choi_is_answered(tmp_path: Path, before: Finding):
    scan = Scan("rim", 15.0, 0.85, core=0.8, pixel_mm=1.0)
    after = _measured(tmp_path, LATER, scan, 60, phases="portal")
    assert (after.viable_axis_mm, after.viable_short_axis_mm, after.viable_volume_ml) == (None, None, None)
    rows = _rows([before, after])
    assert (rows["easl"].answer, rows["qeasl"].answer, rows["choi"].answer) == ("NE", "NE", "PR")


def test_no_density_is_read_off_an_arterial_phase(tmp_path: Path, before: Finding):
    after = _measured(tmp_path, LATER, BEFORE, 60, phases="arterial")
    assert after.density_hu is None
    assert after.viable_volume_ml == before.viable_volume_ml
    assert _rows([before, after])["choi"].answer == "NE"


def test_oil_on_a_portal_venous_phase_alone_bars_the_density(tmp_path: Path, before: Finding):
    after = _measured(tmp_path, LATER, BEFORE, 900, phases="portal")
    assert Flag.LIPIODOL in after.flags
    assert _rows([before, after])["choi"].answer == "NE"


def test_a_lesion_keeps_its_location_also_where_it_is_gone(tmp_path: Path, before: Finding):
    for gone in (False, True):
        after = _measured(tmp_path, LATER, BEFORE, 60, place="6 (estimated)", gone=gone)
        assert after.segment == "6 (estimated)"
    assert (after.viable_volume_ml, after.density_hu) == (0, None)
    rows = _rows([before, after])
    assert {rows[name].answer for name in ("easl", "qeasl", "choi")} == {"CR"}


def _signed(finding: Finding) -> Finding:
    at = dt.datetime(2024, 5, 1, tzinfo=dt.UTC)
    return replace(finding, source=Source.SIGNED, reader="R1", signed_at=at, confidence=1.0)
