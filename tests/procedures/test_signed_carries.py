"""A signed baseline carries the follow-up: four axes signed, four lesions proposed to that reader later."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline.assess import accepted
from pipeline.engines import segmentation
from pipeline.engines.classical import ClassicalEngine
from pipeline.measure import diameters
from pipeline.model.catalog import PhaseCall, Volume
from pipeline.model.flags import Flag
from pipeline.model.image import Labels, Modality, Phase
from pipeline.model.lesion import Finding, Role, Source, State
from pipeline.model.quality import RegistrationQuality, Verdict
from pipeline.model.response import Response
from pipeline.model.scope import Scope
from pipeline.model.transform import Transform
from pipeline.model.visit import BASELINE, Burden, Visit
from pipeline.procedures.assess import AssessInput, assess_subject
from pipeline.procedures.propose.readers import ReaderCourse, ReadyVisit
from pipeline.procedures.study_folder import artifacts_of
from pipeline.procedures.values import Aligned, Decoded, Livers, VisitImages, VisitLesions
from pipeline.store import protocols
from pipeline.store.artifacts import Artifacts
from tests.builders.command import PROTOCOL
from tests.builders.dicom_series import headers
from tests.builders.liver_block import Ellipsoid, block

FOUR = (
    Ellipsoid((112.0, 48.0, 60.0), (13.0, 10.0, 11.0), 20),
    Ellipsoid((44.0, 52.0, 72.0), (11.0, 9.0, 9.0)),
    Ellipsoid((128.0, 88.0, 48.0), (10.0, 8.0, 9.0), 60),
    Ellipsoid((40.0, 92.0, 36.0), (9.0, 8.0, 8.0)),
)
NAMES = ("Dome", "T02", "Back", "T04")
"""As the reader calls them, not all as hepatrack would."""
DAYS = {BASELINE: dt.date(2024, 1, 1), "W12": dt.date(2024, 3, 25), "W24": dt.date(2024, 6, 17)}
BLOCK = block(FOUR)


def ready(artifacts: Artifacts, name: str, seed: int) -> ReadyVisit:
    made = block(FOUR, seed=seed)
    day = DAYS[name]
    slices = tuple(
        replace(each, study_date=day) for each in headers(made.image.grid.shape[0], subject="S-001", study_date=day)
    )
    call = PhaseCall(Phase.PORTAL_VENOUS, 0.9)
    volume = Volume(name, "S-001", day, Modality.CT, "1.2", "1", slices, made.image.grid, (), call)
    images = VisitImages(
        Visit("S-001", name, day, (day,)), Decoded(volume, artifacts.put_image(made.image)), None, None, ()
    )
    livers = Livers(artifacts.put_mask(made.liver), None, None, 0.9, ())
    still = artifacts.put_transform(Transform.identity())
    aligned = Aligned(still, RegistrationQuality(Verdict.GOOD, 0.9, 0.0, 0.6, 0.5), "by hand")
    return ReadyVisit(images, livers, None if name == BASELINE else aligned)


def general(artifacts: Artifacts) -> VisitLesions:
    """What is proposed to everybody: of the four, the last alone."""
    array = (BLOCK.lesions.array == 4).astype(np.uint8)
    atlas = artifacts.put_labels(Labels(array, BLOCK.image.grid, ("T01",)))
    return VisitLesions(BASELINE, (), atlas, Burden(None, None, None))


def reads(*, points: bool = True, reader: str = "R1") -> tuple[Finding, ...]:
    signed = []
    for name, number in zip(NAMES, range(1, 5), strict=True):
        axes = diameters.measure(BLOCK.lesions.mask(f"T{number:02d}"))
        assert axes is not None
        signed.append(
            Finding(
                "S-001",
                BASELINE,
                DAYS[BASELINE],
                name,
                Role.TARGET,
                State.PRESENT,
                long_axis_mm=Decimal(f"{axes.long.length_mm:.1f}"),
                long=axes.long if points else None,
                source=Source.SIGNED,
                reader=reader,
                signed_at=dt.datetime(2024, 1, 2, tzinfo=dt.UTC),
            )
        )
    return tuple(signed)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("signed")


@pytest.fixture
def classical(monkeypatch: pytest.MonkeyPatch) -> None:
    """Candidates by image analysis: a network would take seconds a visit, and is not what is tested."""
    monkeypatch.setitem(segmentation.ENGINES, segmentation.DEFAULT, ClassicalEngine())


def proposed(folder: Path, signed: tuple[Finding, ...], names: tuple[str, ...] = tuple(DAYS)) -> list[VisitLesions]:
    artifacts = artifacts_of(folder)
    ready_visits = tuple(ready(artifacts, name, seed) for seed, name in enumerate(names))

    def submit(procedure: Any, given: Any, _: str) -> VisitLesions:
        made: VisitLesions = procedure(artifacts, given)
        return made

    course = ReaderCourse(ready_visits, general(artifacts), (), protocols.load(PROTOCOL), submit)
    return course.proposed(signed, [each.images.visit for each in ready_visits])


def asked(folder: Path, signed: tuple[Finding, ...]) -> tuple[list[tuple[str, str]], list[VisitLesions]]:
    """Which procedures run at which visits, and what is proposed, where each lesion is still as it was."""
    artifacts = artifacts_of(folder)
    ready_visits = tuple(ready(artifacts, name, seed) for seed, name in enumerate(DAYS))
    runs: list[tuple[str, str]] = []

    def submit(procedure: Any, given: Any, visit: str) -> VisitLesions:
        runs.append((procedure.name, visit))
        before = given.known.findings if hasattr(given, "known") else given.reads
        still = tuple(
            replace(each, visit=visit, date=DAYS[visit], source=Source.PROPOSED, reader="", signed_at=None)
            for each in before
        )
        return VisitLesions(visit, still, "atlas", Burden(None, None, None))

    course = ReaderCourse(ready_visits, general(artifacts), (), protocols.load(PROTOCOL), submit)
    return runs, course.proposed(signed, [each.images.visit for each in ready_visits])


def test_four_signed_axes_are_proposed_at_every_later_visit_under_their_names(folder: Path, classical: None) -> None:
    signed = reads()
    lesions = proposed(folder, signed)
    assert [each.visit for each in lesions] == ["W12", "W24"]
    for each in lesions:
        mine = {finding.lesion: finding for finding in each.findings if finding.role is Role.TARGET}
        assert sorted(mine) == sorted(NAMES)
        assert all(finding.for_reader == "R1" and finding.source is Source.PROPOSED for finding in mine.values())
        for read in signed:
            assert mine[read.lesion].state is State.PRESENT
            assert float(mine[read.lesion].long_axis_mm or 0) == pytest.approx(float(read.long_axis_mm or 0), abs=3)
    proposals = tuple(finding for each in lesions for finding in each.findings)
    visits = tuple(Visit("S-001", name, day, (day,), completed=True) for name, day in DAYS.items())
    given = AssessInput("S-001", visits, proposals, signed, (), (), protocols.load(PROTOCOL))
    points = assess_subject(given).timepoints
    later = [point for point in points if point.visit != BASELINE and point.accepted]
    assert [point.visit for point in later] == ["W12", "W24"]
    for point in later:
        assert point.read("recist11", Scope.LIVER).overall.response is Response.SD
        assert point.provisional


def test_a_read_without_points_is_the_proposal_of_its_size_and_says_so(folder: Path, classical: None) -> None:
    lesions = proposed(folder, reads(points=False), (BASELINE, "W12"))
    mine = {finding.lesion: finding for finding in lesions[0].findings}
    assert mine["T04"].state is State.PRESENT
    assert Flag.READ_MATCHED_BY_SIZE in mine["T04"].flags
    assert mine["Dome"].state is State.NOT_EVALUABLE


def test_a_visit_that_the_reader_signed_is_left_to_him(folder: Path) -> None:
    at_w12 = tuple(replace(read, visit="W12", date=DAYS["W12"]) for read in reads())
    runs, lesions = asked(folder, (*reads(), *at_w12))
    assert runs == [("signed lesions", BASELINE), ("signed lesions", "W12"), ("follow-up lesions", "W24")]
    assert [each.visit for each in lesions] == ["W24"]


def test_proposals_of_one_reader_are_not_those_of_another(folder: Path) -> None:
    _, both = asked(folder, (*reads()[:1], *reads(reader="R2")[1:2]))
    assert [(each.findings[0].for_reader, each.findings[0].lesion) for each in both] == [
        ("R1", "Dome"),
        ("R1", "Dome"),
        ("R2", "T02"),
        ("R2", "T02"),
    ]
    visits = [Visit("S-001", name, day, (day,)) for name, day in DAYS.items()]
    findings = [finding for each in both for finding in each.findings]
    late = replace(reads(reader="R2")[1], signed_at=dt.datetime(2024, 1, 3, tzinfo=dt.UTC))
    chosen = accepted.choose(findings, [*reads()[:1], late], visits)
    assert {finding.for_reader for finding in chosen if finding.visit != BASELINE} == {"R2"}
