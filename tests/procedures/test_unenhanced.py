"""The unenhanced image of a visit tells iodized oil from enhancement, wherever the breath has moved it."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from pipeline.ingest import geometry
from pipeline.model.catalog import PhaseCall, Volume
from pipeline.model.flags import Flag
from pipeline.model.grid import Grid
from pipeline.model.image import Image, Mask, Modality, Phase
from pipeline.model.lesion import Finding, Role, State
from pipeline.model.quality import Registration, RegistrationQuality, Verdict
from pipeline.model.transform import Transform
from pipeline.model.visit import BASELINE, Visit
from pipeline.procedures.propose import livers, visit
from pipeline.procedures.study_folder import artifacts_of
from pipeline.procedures.values import Aligned, Decoded, Livers, OutsideMask, VisitImages
from pipeline.store.artifacts import Artifacts
from pipeline.track.findings import TrackedLesion
from tests.builders.dicom_series import headers
from tests.measure.lesion_scans import Scan

SHIFT_MM = 6.0
"""The unenhanced scan lies this far to the left (+x, LPS mm): another breath."""


@dataclass(frozen=True)
class Scene:
    """A dead lesion with a deposit of 160 HU, as oil is before and after contrast, and the image before contrast."""

    arterial: Image
    unenhanced: Image
    lesion: Mask
    liver: Mask


@pytest.fixture(scope="module")
def scene() -> Scene:
    image, lesion, liver = Scan("dead", noise=5.0).render()
    before = np.full(image.array.shape, 45, dtype=np.int16)
    k, j, i = (int(v) for v in np.argwhere(lesion.array).mean(axis=0))
    arterial = image.array.copy()
    for array in (arterial, before):
        array[k - 1 : k + 2, j - 5 : j + 6, i - 5 : i + 6] = 160
    x, y, z = image.grid.origin
    moved = Grid(image.grid.shape, image.grid.spacing_mm, (x + SHIFT_MM, y, z))
    return Scene(Image(arterial, image.grid), Image(before, moved), lesion, liver)


def decoded(artifacts: Artifacts, image: Image, phase: Phase) -> Decoded:
    slices = tuple(headers(image.grid.shape[0], subject="S-001"))
    call = PhaseCall(phase, 0.9)
    volume = Volume(
        phase.value, "S-001", slices[0].study_date, Modality.CT, "1.2", "1", slices, geometry.grid(slices), (), call
    )
    return Decoded(volume, artifacts.put_image(image))


def measured(folder: Path, scene: Scene, shift_mm: float | None, verdict: Verdict = Verdict.GOOD) -> Finding:
    """Measure the lesion with the unenhanced image linked by a shift, or without it."""
    artifacts = artifacts_of(folder)
    arterial = decoded(artifacts, scene.arterial, Phase.ARTERIAL)
    day = arterial.volume.date
    images = VisitImages(
        Visit("S-001", BASELINE, day, scan_dates=(day,)),
        arterial,
        arterial,
        decoded(artifacts, scene.unenhanced, Phase.UNENHANCED),
        (),
    )
    link = None
    if shift_mm is not None:
        linear = np.eye(4)
        linear[0, 3] = shift_mm
        stored = artifacts.put_transform(Transform(linear))
        link = Aligned(stored, RegistrationQuality(verdict, 0.9, 0.0, 0.6, 0.5), "by hand")
    liver = artifacts.put_mask(scene.liver)
    loaded = visit.load(artifacts, images, Livers(liver, liver, None, 1.0, (), link), ())
    finding, _ = loaded.measure(TrackedLesion("T01", Role.TARGET, State.PRESENT), scene.lesion, "")
    return finding


def test_without_a_link_the_deposit_looks_like_enhancement(tmp_path: Path, scene: Scene):
    finding = measured(tmp_path, scene, None)
    assert finding.viable_axis_mm is not None
    assert finding.viable_axis_mm > 0
    assert Flag.LIPIODOL not in finding.flags


def test_aligned_it_is_oil_and_nothing_is_viable(tmp_path: Path, scene: Scene):
    finding = measured(tmp_path, scene, SHIFT_MM)
    assert finding.viable_axis_mm == 0
    assert Flag.LIPIODOL in finding.flags


def test_a_failed_alignment_tells_nothing(tmp_path: Path, scene: Scene):
    assert measured(tmp_path, scene, SHIFT_MM, Verdict.FAILED) == measured(tmp_path, scene, None)


@pytest.mark.parametrize("reference", ["unenhanced", "arterial", "portal"])
def test_the_unenhanced_image_is_linked_once(
    tmp_path: Path, scene: Scene, reference: str, monkeypatch: pytest.MonkeyPatch
):
    """Whichever image diameters are read on, one link leads from the arterial image to the unenhanced one."""
    pairs: list[tuple[Image, Image]] = []

    def register(fixed: Image, moving: Image, *_: object) -> Registration:
        pairs.append((fixed, moving))
        linear = np.eye(4)
        linear[0, 3] = len(pairs)
        return Registration(Transform(linear), RegistrationQuality(Verdict.GOOD, 0.9, 0.0, 0.6, 0.5), "by hand")

    monkeypatch.setattr(livers, "register", register)
    artifacts = artifacts_of(tmp_path)
    images = {
        "arterial": decoded(artifacts, scene.arterial, Phase.ARTERIAL),
        "unenhanced": decoded(artifacts, scene.unenhanced, Phase.UNENHANCED),
        "portal": decoded(artifacts, scene.arterial, Phase.PORTAL_VENOUS),
    }
    shown = images[reference]
    day = shown.volume.date
    outline = artifacts.put_mask(Mask(scene.liver.array, artifacts.get_image(shown.image).grid))
    drawn = OutsideMask(shown.volume.id, "liver", "", outline, "by hand")
    given = VisitImages(
        Visit("S-001", BASELINE, day, scan_dates=(day,)), shown, images["arterial"], images["unenhanced"], ()
    )
    result = livers.find(artifacts, livers.LiverInput(given, (drawn,)))
    assert len(pairs) == (2 if reference == "portal" else 1)
    assert result.unenhanced is not None
    fixed, moving = pairs[-1]
    assert np.array_equal(fixed.array, scene.arterial.array)
    assert np.array_equal(moving.array, scene.unenhanced.array)
    assert (result.link == result.unenhanced) is (reference == "unenhanced")
