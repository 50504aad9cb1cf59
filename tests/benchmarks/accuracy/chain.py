"""The chain under test, run on scans that never were DICOM: the one place where the bench touches it.

The subject's course (pipeline.procedures.propose.subject) runs as it does for a study; only its decoding is answered
from stored images, and every result is noted on the way.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pipeline.model.catalog import PhaseCall, SliceHeader, Volume
from pipeline.model.image import Image, Labels, Mask, Modality, Phase
from pipeline.model.lesion import Finding
from pipeline.model.transform import Transform
from pipeline.procedures.direct import Deferred
from pipeline.procedures.procedure import Given, Procedure, Result
from pipeline.procedures.propose import subject as course
from pipeline.procedures.propose.livers import AlignResult
from pipeline.procedures.values import (
    Aligned,
    Decoded,
    DecodedDate,
    Livers,
    OutsideMask,
    Proposed,
    SubjectInput,
    VisitLesions,
)
from pipeline.store.artifacts import Artifacts
from tests.builders.trials import retnet

START = dt.date(2021, 1, 4)
EVERY_DAYS = 84
"""Days between two visits."""


@dataclass(frozen=True)
class Shown:
    """One visit as the chain gets it: its image and phase, the arterial one beside it, what was outlined beforehand."""

    image: Image
    phase: Phase
    adopted: Labels | None = None
    arterial: Image | None = None


@dataclass(frozen=True)
class Found:
    """What the chain made of one visit; masks by the name of the finding, aliases from its names to those adopted.

    aligned leads from this visit to the first; None at the first, and where it was not aligned.
    """

    visit: str
    liver: Mask | None
    findings: tuple[Finding, ...]
    masks: dict[str, Mask]
    aliases: dict[str, str]
    aligned: Transform | None
    verdict: str


@dataclass(frozen=True)
class Course:
    """What the chain made of a subject."""

    proposed: Proposed
    visits: tuple[Found, ...]


@dataclass
class _Bench:
    """Run every procedure at once, answer the decoding from what is stored, and note the results."""

    artifacts: Artifacts
    dates: dict[dt.date, DecodedDate]
    livers: dict[str, Livers] = field(default_factory=dict)
    aligned: dict[str, Aligned] = field(default_factory=dict)
    lesions: dict[str, VisitLesions] = field(default_factory=dict)

    def submit(self, procedure: Procedure[Given, Result], given: Given, label: str, /) -> Deferred[Result]:
        """Return the procedure's result when asked for."""
        return Deferred(lambda: self._run(procedure, given, label))

    def _run(self, procedure: Procedure[Any, Any], given: Any, label: str) -> Any:
        if procedure.result_type is DecodedDate:
            return self.dates[given.date]
        result = procedure(self.artifacts, given)
        visit = label.split(" ", 1)[1]
        if isinstance(result, Livers):
            self.livers[visit] = result
        if isinstance(result, AlignResult):
            self.livers[visit], self.aligned[visit] = result.livers, result.aligned
        if isinstance(result, VisitLesions):
            self.lesions[visit] = result
        return result


def run(name: str, shown: Sequence[Shown], artifacts: Artifacts) -> Course:
    """Return what the chain proposes for a subject whose visits are given in order.

    Raises:
        RuntimeError: a step failed; its message is the chain's.
    """
    volumes, dates, masks = [], {}, []
    for number, each in enumerate(shown):
        volume = _volume(name, number, each.image, each.phase)
        decoded = [Decoded(volume, artifacts.put_image(each.image))]
        if each.arterial is not None:
            beside = _volume(name, number, each.arterial, Phase.ARTERIAL)
            decoded.append(Decoded(beside, artifacts.put_image(each.arterial)))
        volumes += [one.volume for one in decoded]
        assert volume.date is not None
        dates[volume.date] = DecodedDate(volume.date, tuple(decoded))
        if each.adopted is not None:
            for lesion in each.adopted.present:
                stored = artifacts.put_mask(each.adopted.mask(lesion))
                masks.append(OutsideMask(volume.id, "lesion", lesion, stored, "the bench's truth"))
    bench = _Bench(artifacts, dates)
    given = SubjectInput(subject=name, volumes=tuple(volumes), content=name, masks=tuple(masks))
    proposed = course.propose(given, retnet(), (), bench.submit)
    if proposed.failures:
        raise RuntimeError("; ".join(f"{each.visit} {each.step}: {each.reason}" for each in proposed.failures))
    return Course(proposed, tuple(_found(bench, proposed, visit.name) for visit in proposed.visits))


def _found(bench: _Bench, proposed: Proposed, visit: str) -> Found:
    livers, lesions, aligned = bench.livers.get(visit), bench.lesions.get(visit), bench.aligned.get(visit)
    pictures = {each.lesion: each.mask for each in proposed.pictures if each.visit == visit and not each.viable}
    return Found(
        visit=visit,
        liver=None if livers is None or livers.reference is None else bench.artifacts.get_mask(livers.reference),
        findings=tuple(finding for finding in proposed.findings if finding.visit == visit),
        masks={lesion: bench.artifacts.get_mask(ref) for lesion, ref in pictures.items()},
        aliases=dict(lesions.aliases) if lesions is not None else {},
        aligned=None if aligned is None else bench.artifacts.get_transform(aligned.transform),
        verdict="" if aligned is None else aligned.quality.verdict.value,
    )


def _volume(name: str, number: int, image: Image, phase: Phase) -> Volume:
    date, grid = START + dt.timedelta(days=number * EVERY_DAYS), image.grid
    series = f"2.25.{number}.{list(Phase).index(phase)}"
    first = SliceHeader(
        source=0,
        path="",
        subject=name,
        study_date=date,
        modality=Modality.CT,
        study_uid=f"2.25.{number}",
        series_uid=series,
        sop_uid="",
        frame_of_reference_uid=f"2.25.{number}.2",
        instance_number=None,
        acquisition_number=1,
        temporal_position=None,
        rows=grid.shape[1],
        columns=grid.shape[2],
        position=grid.origin,
        orientation=(1.0, 0.0, 0.0, 0.0, 1.0, 0.0),
        pixel_spacing_mm=(grid.spacing_mm[1], grid.spacing_mm[0]),
        slice_thickness_mm=grid.spacing_mm[2],
    )
    x, y, z = grid.origin
    slices = tuple(
        replace(first, path=f"{k}", sop_uid=f"{series}.{k}", position=(x, y, z + k * grid.spacing_mm[2]))
        for k in range(grid.shape[0])
    )
    call = PhaseCall(phase, 1.0, "the bench says so")
    return Volume(f"{name}-{number}-{phase.value}", name, date, Modality.CT, series, "1", slices, grid, (), call)
