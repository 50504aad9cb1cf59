"""The baseline is asked at a candidate's place: something stood there, nothing did, or the place is not shown."""

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline.engines import segmentation
from pipeline.engines.classical import ClassicalEngine
from pipeline.model.catalog import PhaseCall, Volume
from pipeline.model.flags import Flag
from pipeline.model.image import Labels, Modality, Phase
from pipeline.model.lesion import Finding, State
from pipeline.model.quality import RegistrationQuality, Verdict
from pipeline.model.transform import Transform
from pipeline.model.visit import BASELINE, Burden, Visit
from pipeline.procedures import key_slices, pictures
from pipeline.procedures.propose.follow_up import FollowInput, follow_up
from pipeline.procedures.study_folder import artifacts_of
from pipeline.procedures.values import Aligned, Decoded, Livers, VisitImages, VisitLesions
from pipeline.report.content import Kind
from pipeline.store import protocols
from pipeline.store.artifacts import Artifacts
from tests.builders.command import PROTOCOL
from tests.builders.dicom_series import headers
from tests.builders.liver_block import Block, Ellipsoid, block

KNOWN = Ellipsoid((44.0, 52.0, 72.0), (11.0, 9.0, 9.0))
FRESH = Ellipsoid((112.0, 48.0, 60.0), (13.0, 10.0, 11.0), 20)
DAYS = {BASELINE: dt.date(2024, 1, 1), "W12": dt.date(2024, 3, 25), "W24": dt.date(2024, 6, 17)}


def images(artifacts: Artifacts, name: str, made: Block) -> tuple[VisitImages, Livers]:
    day = DAYS[name]
    slices = tuple(headers(made.image.grid.shape[0], subject="S-001", study_date=day))
    call = PhaseCall(Phase.PORTAL_VENOUS, 0.9)
    volume = Volume(name, "S-001", day, Modality.CT, "1.2", "1", slices, made.image.grid, (), call)
    shown = Decoded(volume, artifacts.put_image(made.image))
    livers = Livers(artifacts.put_mask(made.liver), None, None, 0.9, ())
    return VisitImages(Visit("S-001", name, day, (day,)), shown, None, None, ()), livers


@pytest.fixture
def artifacts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Artifacts:
    """A store, and candidates by image analysis: a network would take seconds, and is not what is tested."""
    monkeypatch.setitem(segmentation.ENGINES, segmentation.DEFAULT, ClassicalEngine())
    return artifacts_of(tmp_path)


def given(artifacts: Artifacts, before: tuple[Ellipsoid, ...], **changes: Any) -> FollowInput:
    """A follow-up that shows both lesions, of which the first alone is known."""
    at_baseline = block((KNOWN, *before))
    first, first_livers = images(artifacts, BASELINE, at_baseline)
    later, livers = images(artifacts, "W12", block((KNOWN, FRESH), seed=1))
    atlas = Labels((at_baseline.lesions.array == 1).astype(np.uint8), at_baseline.image.grid, ("T01",))
    still = artifacts.put_transform(Transform.identity())
    aligned = Aligned(still, RegistrationQuality(Verdict.GOOD, 0.9, 0.0, 0.6, 0.5), "by hand")
    known = VisitLesions(BASELINE, (), artifacts.put_labels(atlas), Burden(None, None, None))
    values: dict[str, Any] = {
        "images": later,
        "livers": livers,
        "aligned": aligned,
        "baseline_images": first,
        "baseline_livers": first_livers,
        "known": known,
        "masks": (),
        "protocol": protocols.load(PROTOCOL),
    }
    return FollowInput(**values | changes)


def new_of(lesions: VisitLesions) -> Finding:
    (finding,) = (each for each in lesions.findings if each.lesion == "NL01")
    return finding


def test_nothing_stood_there_so_it_is_new(artifacts: Artifacts):
    lesions = follow_up(artifacts, given(artifacts, ()))
    assert new_of(lesions).state is State.PRESENT
    (answer,) = lesions.looked_back
    assert (answer.lesion, answer.visit, answer.state) == ("NL01", BASELINE, State.ABSENT)
    assert lesions.counted == ("NL01",)


def test_a_smaller_one_stood_there_so_a_reader_decides_now_and_later(artifacts: Artifacts):
    asked = given(artifacts, (FRESH.scaled(0.6),))
    lesions = follow_up(artifacts, asked)
    finding = new_of(lesions)
    assert finding.state is State.EQUIVOCAL
    assert {Flag.EQUIVOCAL_NEW, Flag.SEEN_BEFORE} <= set(finding.flags)
    (answer,) = lesions.looked_back
    assert float(answer.long_axis_mm or 0) == pytest.approx(FRESH.scaled(0.6).long_mm, abs=3)

    later, livers = images(artifacts, "W24", block((KNOWN, FRESH), seed=2))
    again = follow_up(artifacts, replace(asked, images=later, livers=livers, known=lesions))
    assert new_of(again).state is State.EQUIVOCAL
    assert Flag.SEEN_BEFORE in new_of(again).flags
    assert again.looked_back == lesions.looked_back


def test_where_the_alignment_failed_the_place_is_not_shown(artifacts: Artifacts):
    asked = given(artifacts, ())
    failed = replace(asked.aligned, quality=replace(asked.aligned.quality, verdict=Verdict.FAILED))
    lesions = follow_up(artifacts, replace(asked, aligned=failed))
    assert new_of(lesions).state is State.EQUIVOCAL
    assert Flag.SEEN_BEFORE not in new_of(lesions).flags
    assert [answer.state for answer in lesions.looked_back] == [State.NOT_EVALUABLE]
    assert not [picture for picture in lesions.pictures if picture.kind == Kind.LOOK_BACK.value]


def test_the_answer_has_its_picture_of_the_baseline(artifacts: Artifacts):
    lesions = follow_up(artifacts, given(artifacts, ()))
    (picture,) = (each for each in lesions.pictures if each.kind == Kind.LOOK_BACK.value)
    drawn = pictures.SubjectPictures((pictures.PictureInput(picture, new_of(lesions)),))
    (cut,) = pictures.cut(artifacts, drawn)
    key = key_slices.restored(artifacts, cut)
    assert (key.visit, key.date, key.lesion, key.kind) == (BASELINE, DAYS[BASELINE], "NL01", Kind.LOOK_BACK)
    assert key.note == "nothing seen at this place"
    assert key.slice_number == pytest.approx(60 / 4 + 0.5, abs=1)
    assert len(key.outlines) == 1
    assert key.axes == ()
