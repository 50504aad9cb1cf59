"""The lesions that a reader signed at a visit, outlined from the axes he drew: what his follow-ups are carried from."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.measure import diameters
from pipeline.model.flags import Flag
from pipeline.model.grid import Grid
from pipeline.model.image import Labels, Mask
from pipeline.model.lesion import Finding, State
from pipeline.model.transform import Transform
from pipeline.model.visit import Burden
from pipeline.procedures import prompt as prompting
from pipeline.procedures.procedure import procedure
from pipeline.procedures.propose import visit
from pipeline.procedures.propose.visit import LoadedVisit
from pipeline.procedures.values import Aligned, Livers, OutsideMask, OwnLesion, VisitImages, VisitLesions
from pipeline.store.artifacts import Artifacts
from pipeline.track import matching
from pipeline.volume import push

SHOWN = (State.PRESENT, State.SPLIT, State.MERGED, State.TOO_SMALL, State.EQUIVOCAL, State.PROGRESSED)
"""States of a lesion that has an extent."""
ALIKE = 0.2
"""Share of the signed length by which the long axis of a proposal may differ to be taken for it; own choice."""


@dataclass(frozen=True)
class SignedInput:
    """A visit that a reader signed, with what is known of his lesions before.

    reads: one for each lesion, as he signed them last. aligned leads to the baseline, None where it is the baseline;
    general: what is proposed to everybody there.
    """

    images: VisitImages
    livers: Livers
    aligned: Aligned | None
    general: VisitLesions
    before: VisitLesions | None
    masks: tuple[OutsideMask, ...]
    reads: tuple[Finding, ...]


@procedure("signed lesions", SignedInput, VisitLesions)
def signed(artifacts: Artifacts, given: SignedInput) -> VisitLesions:
    """Outline what was signed and lay the reader's atlas in the space of the baseline.

    A lesion has the mask that was given under its name from outside, else one grown from its long axis, else that of
    the proposal of like size at the baseline, which is flagged. One with none of them keeps its name without a place:
    it is not evaluable later. What was known of his lesions before and is not outlined here stays where it was.
    """
    at = visit.load(artifacts, given.images, given.livers, given.masks)
    general = artifacts.get_labels(given.general.atlas)
    transform = None if given.aligned is None else artifacts.get_transform(given.aligned.transform)
    outlined = _outlined(at, given.reads)
    by_size: dict[str, Mask] = {}
    if transform is None:
        by_size = _by_size([read for read in given.reads if read.lesion not in outlined], general)
        outlined |= by_size
    atlas = _atlas(artifacts, given, outlined, general.grid, transform)
    own = {} if given.before is None else {each.lesion: each for each in given.before.own}
    for read in given.reads:
        raised = (Flag.READ_MATCHED_BY_SIZE,) if read.lesion in by_size else ()
        own[read.lesion] = OwnLesion(read.lesion, read.role, read.organ, raised)
    weak = (matching.position(name, general.mask(name)) for name in general.present)
    return VisitLesions(
        visit=given.images.visit.name,
        findings=given.reads,
        atlas=artifacts.put_labels(atlas),
        burden=Burden(None, None, None),
        weak=(*given.general.weak, *weak),
        own=tuple(own.values()),
    )


def _outlined(at: LoadedVisit, reads: Sequence[Finding]) -> dict[str, Mask]:
    """The lesions that were outlined outside, or whose axis was drawn on the reference image, on its grid."""
    assert at.images.reference is not None
    drawn = at.outside(at.images.reference.volume.id)
    case = prompting.OpenCase(at.image, at.phase, at.liver)
    outlined: dict[str, Mask] = {}
    for read in reads:
        if read.state not in SHOWN:
            continue
        if read.lesion in drawn:
            outlined[read.lesion] = drawn[read.lesion]
        elif read.long is not None:
            marked = prompting.outline(case, read.long)
            if marked is not None:
                outlined[read.lesion] = marked.mask
    return outlined


def _by_size(reads: Sequence[Finding], general: Labels) -> dict[str, Mask]:
    """The proposals whose long axis is that of a read without points, the nearest pairs first."""
    lengths = {}
    for name in general.present:
        measured = diameters.measure(general.mask(name))
        if measured is not None:
            lengths[name] = measured.long.length_mm
    wanted = {read.lesion: float(read.long_axis_mm) for read in reads if read.state in SHOWN and read.long_axis_mm}
    pairs = sorted(
        (abs(length / wished - 1), lesion, name)
        for lesion, wished in wanted.items()
        for name, length in lengths.items()
    )
    matched: dict[str, str] = {}
    for off, lesion, name in pairs:
        if off <= ALIKE and lesion not in matched and name not in matched.values():
            matched[lesion] = name
    return {lesion: general.mask(name) for lesion, name in matched.items()}


def _atlas(
    artifacts: Artifacts, given: SignedInput, outlined: dict[str, Mask], grid: Grid, transform: Transform | None
) -> Labels:
    """The reader's lesions on the baseline grid, what he signed here above what was known."""
    known = None if given.before is None else artifacts.get_labels(given.before.atlas)
    names = [] if known is None else list(known.names)
    names += [read.lesion for read in given.reads if read.lesion not in names]
    array = np.zeros(grid.shape, dtype=np.uint8)
    if known is not None:
        array = known.array.copy()
    for lesion, mask in outlined.items():
        landed = mask.array if transform is None else push.push_mask(mask, grid, transform).array
        number = names.index(lesion) + 1
        array[array == number] = 0
        array[landed & (array == 0)] = number
    return Labels(array, grid, tuple(names))


def newest(reads: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return of each lesion the read that was signed last, in the order of names."""
    last: dict[str, Finding] = {}
    for read in sorted(reads, key=lambda each: str(each.signed_at or "")):
        last[read.lesion] = read
    return tuple(last[name] for name in sorted(last))
