"""One subject made at small size: valid DICOM, the same bytes twice, voxels that show the truth."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pydicom
import pytest

from pipeline.measure import diameters
from pipeline.model.image import Mask, Phase
from pipeline.procedures import simulate
from pipeline.simulate import course, render, sample, truth
from pipeline.simulate.plan import SubjectPlan

SEED = 11


def _small(plan: SubjectPlan, visits: int) -> SubjectPlan:
    """The first visits of a subject on a coarser grid of the same extent."""
    scanner = plan.scanner
    coarse = replace(
        scanner,
        pixel_mm=3.0,
        slice_mm=8.0,
        columns=round(scanner.columns * scanner.pixel_mm / 3.0),
        rows=round(scanner.rows * scanner.pixel_mm / 3.0),
        slices=round(scanner.slices * scanner.slice_mm / 8.0),
    )
    return replace(plan, visits=plan.visits[:visits], scanner=coarse)


@pytest.mark.image
def test_two_runs_give_the_same_bytes(tmp_path: Path) -> None:
    plans = [_small(sample.MISSED_VISITS, 2), _small(sample.MAGNETIC, 1)]
    for name in ("a", "b"):
        simulate.make(tmp_path / name, SEED, plans)
    first, second = (
        {
            path.relative_to(tmp_path / name): path.read_bytes()
            for path in (tmp_path / name).rglob("*")
            if path.is_file()
        }
        for name in ("a", "b")
    )
    assert first == second
    assert Path("RETNET-007/W12/S0100/SEG.dcm") in first
    assert Path("RETNET-007/masks/BASELINE_liver.nii.gz") in first


@pytest.mark.image
def test_written_slices_form_a_regular_volume(tmp_path: Path) -> None:
    plan = _small(sample.RESPONDER, 1)
    simulate.make(tmp_path, SEED, [plan])
    read = [pydicom.dcmread(path) for path in sorted((tmp_path / "RETNET-001" / "BASELINE").rglob("IM*"))]
    grid = course.arrange(plan, SEED)[0].shots[Phase.ARTERIAL].grid
    assert len(read) == 2 * grid.shape[0]
    assert len({slice_.SeriesInstanceUID for slice_ in read}) == 1
    assert len({slice_.SOPInstanceUID for slice_ in read}) == len(read)
    for acquisition in (2, 3):
        stack = sorted((d for d in read if d.AcquisitionNumber == acquisition), key=lambda d: d.ImagePositionPatient[2])
        heights = np.array([float(d.ImagePositionPatient[2]) for d in stack])
        assert np.diff(heights) == pytest.approx(np.full(len(stack) - 1, 8.0))
        hu = np.stack([d.pixel_array.astype(int) + int(d.RescaleIntercept) for d in stack])
        assert hu.shape == grid.shape
        assert -1024 <= hu.min() < -900
        assert 400 < hu.max() < 3000
    manifest = json.loads((tmp_path / "MANIFEST.json").read_text(encoding="utf-8"))
    assert set(manifest["files"]) >= {"events.csv", "arms.csv", "masks.csv", "reads.csv"}


@pytest.mark.image
@pytest.mark.parametrize("plan", [sample.RESPONDER, sample.LIPIODOL], ids=lambda plan: plan.subject)
def test_rendered_lesions_show_the_true_diameters(plan: SubjectPlan) -> None:
    for visit in course.arrange(plan, SEED)[:2]:
        shot = visit.shots[Phase.PORTAL_VENOUS]
        rendered = render.render(shot)
        assert rendered.spilled == ()
        heights = truth.slice_heights(shot)
        for number, lesion in enumerate(shot.placed, start=1):
            measured = diameters.measure(Mask(rendered.lesion_numbers == number, shot.grid))
            assert measured is not None
            assert measured.long.length_mm == pytest.approx(lesion.long_axis_mm(heights), abs=shot.grid.spacing_mm[0])
            center = np.array(truth.center_lps(shot, lesion))
            drawn = np.argwhere(rendered.lesion_numbers == number)[:, ::-1].mean(axis=0)
            assert np.abs(shot.grid.to_lps(drawn) - center).max() < 1.0
        ml = float(rendered.liver_share.sum()) * shot.grid.voxel_ml
        assert 1200 < ml < 1900


@pytest.mark.image
def test_phases_enhance_as_they_should() -> None:
    visit = course.arrange(sample.RESPONDER, SEED)[0]
    means = {}
    for phase, shot in visit.shots.items():
        rendered = render.render(shot)
        liver = (rendered.liver_share > 0.99) & (rendered.lesion_numbers == 0)
        means[phase] = (
            float(np.median(rendered.image.array[liver])),
            float(np.median(rendered.image.array[rendered.lesion_numbers == 2])),
        )
    assert means[Phase.ARTERIAL][1] > means[Phase.ARTERIAL][0] + 40
    assert means[Phase.PORTAL_VENOUS][1] < means[Phase.PORTAL_VENOUS][0] - 25
    assert means[Phase.PORTAL_VENOUS][0] > means[Phase.ARTERIAL][0] + 25
