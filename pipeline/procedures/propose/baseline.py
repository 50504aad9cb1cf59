"""The lesions of the baseline visit: adopted or proposed, measured, given role and name."""

from dataclasses import dataclass, replace

import numpy as np

from pipeline.measure import burden, diameters
from pipeline.model.flags import Flag, Flags
from pipeline.model.image import Image, Labels, Mask, Phase
from pipeline.model.lesion import Source, State
from pipeline.model.proposal import LesionProposal
from pipeline.model.protocol import Protocol
from pipeline.model.recording import record_mm
from pipeline.model.visit import Burden
from pipeline.procedures import engines_file
from pipeline.procedures.procedure import procedure
from pipeline.procedures.propose import visit
from pipeline.procedures.propose.visit import Arterial, LoadedVisit
from pipeline.procedures.values import Livers, OutsideMask, VisitImages, VisitLesions
from pipeline.segment.lesion import propose as lesions
from pipeline.settings import Settings
from pipeline.store.artifacts import Artifacts
from pipeline.track import matching, phases, roles
from pipeline.track.findings import TrackedLesion
from pipeline.track.phases import PhaseCandidate
from pipeline.volume import push


@dataclass(frozen=True)
class BaselineInput:
    """The baseline visit, the masks from outside and the protocol."""

    images: VisitImages
    livers: Livers
    masks: tuple[OutsideMask, ...]
    protocol: Protocol


@dataclass(frozen=True)
class UnnamedLesion:
    """A lesion on the reference image before it has a name; alias is its name outside."""

    key: str
    mask: Mask
    confidence: float
    source: Source
    alias: str = ""


@procedure("baseline lesions", BaselineInput, VisitLesions)
def baseline(artifacts: Artifacts, given: BaselineInput) -> VisitLesions:
    """Find the lesions, choose targets by the protocol, measure all, and lay the atlas."""
    at = visit.load(artifacts, given.images, given.livers, given.masks)
    shown = find(at)
    located = {item.key: item for item in shown.lesions}
    assigned = roles.assign(_candidates(located, at), given.protocol.targets)
    named = [(each, located[each.key]) for each in assigned]
    measured = [
        at.measure(
            TrackedLesion(
                each.name, each.role, State.PRESENT, source=item.source, confidence=item.confidence, flags=each.flags
            ),
            item.mask,
            item.alias,
        )
        for each, item in named
    ]
    atlas = stacked(at.image.grid.shape, at, [(each.name, item.mask) for each, item in named])
    kept = {each.key for each in assigned}
    return VisitLesions(
        visit=given.images.visit.name,
        findings=tuple(finding for finding, _ in measured),
        atlas=artifacts.put_labels(atlas),
        burden=burden_of(at, atlas),
        pictures=tuple(picture for _, pictures in measured for picture in pictures),
        aliases=tuple((each.name, item.alias) for each, item in named if item.alias),
        weak=tuple(matching.position(key, item.mask) for key, item in located.items() if key not in kept),
        flags=shown.flags,
    )


@dataclass(frozen=True)
class ShownLesions:
    """The lesions of a visit's reference image, and the probability of lesion there where a network was asked."""

    lesions: tuple[UnnamedLesion, ...]
    share: Image | None = None
    flags: Flags = ()


def find(at: LoadedVisit, known: Flags = ()) -> ShownLesions:
    """Return the lesions outlined outside on the reference image, else the proposals.

    known: flags of the visit before; a network that was not believed there is not asked here.
    """
    assert at.images.reference is not None
    drawn = at.outside(at.images.reference.volume.id)
    if drawn:
        named = ((name, mask) for name, mask in drawn.items() if mask.array.any())
        return ShownLesions(tuple(UnnamedLesion(name, mask, 1.0, Source.ADOPTED, name) for name, mask in named))
    return proposed(at, known)


def proposed(at: LoadedVisit, known: Flags = ()) -> ShownLesions:
    """Return the lesions that are proposed within the liver, each weighed by both phases where there are two.

    The reference image is outlined by the engine; the arterial one, for a second look, by image analysis alone.
    """
    if Flag.NETWORK_NOT_BELIEVED in known:
        by_analysis = lesions.propose(at.image, at.require_liver(), at.phase)
        proposal = replace(by_analysis, flags=(Flag.NETWORK_NOT_BELIEVED,))
    else:
        proposal = engines_file.of_line(Settings()).lesions.lesions(at.image, at.require_liver(), at.phase)
    shown = _each(proposal)
    if at.arterial is not None and at.images.arterial != at.images.reference:
        shown = phases.fuse(shown, _carried_from_arterial(at, at.arterial))
    unnamed = (UnnamedLesion(each.key, each.mask, each.confidence, Source.PROPOSED) for each in shown)
    return ShownLesions(tuple(unnamed), proposal.share, proposal.flags)


def _carried_from_arterial(at: LoadedVisit, arterial: Arterial) -> list[PhaseCandidate]:
    """Return what the arterial phase shows brighter than liver, carried to the reference grid."""
    bright = [
        each
        for each in _each(lesions.propose(arterial.image, arterial.liver, Phase.ARTERIAL))
        if phases.confirms(each) and lesions.brighter(arterial.image, arterial.liver, each.mask)
    ]
    carried = [
        PhaseCandidate(f"a{each.key}", push.push_mask(each.mask, at.image.grid, arterial.link), each.confidence)
        for each in bright
    ]
    return [each for each in carried if each.mask.array.any()]


def _each(proposal: LesionProposal) -> tuple[PhaseCandidate, ...]:
    confidences = zip(proposal.labels.names, proposal.confidences, strict=True)
    candidates = (PhaseCandidate(name, proposal.labels.mask(name), sure) for name, sure in confidences)
    return tuple(each for each in candidates if each.mask.array.any())


def stacked(shape: tuple[int, int, int], at: LoadedVisit, named: list[tuple[str, Mask]]) -> Labels:
    """Return named masks on the reference grid as labels; where two overlap the first stays."""
    array = np.zeros(shape, dtype=np.uint8)
    for number, (_, mask) in reversed(list(enumerate(named, start=1))):
        array[mask.array] = number
    return Labels(array, at.image.grid, tuple(name for name, _ in named))


def burden_of(at: LoadedVisit, labels: Labels) -> Burden:
    """Return the hepatic burden, empty without a liver."""
    if at.liver is None:
        return Burden(None, None, None)
    return burden.measure(at.liver, Mask(labels.array > 0, labels.grid))


def _candidates(located: dict[str, UnnamedLesion], at: LoadedVisit) -> list[roles.BaselineLesion]:
    candidates = []
    for key, item in located.items():
        measured = diameters.measure(item.mask)
        if measured is None:
            continue
        candidates.append(
            roles.BaselineLesion(
                key=key,
                long_axis_mm=record_mm(measured.long.length_mm),
                short_axis_mm=record_mm(measured.short.length_mm),
                slice_mm=at.image.grid.slice_mm,
                confidence=item.confidence,
                name=item.alias,
            )
        )
    return candidates
