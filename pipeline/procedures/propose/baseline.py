"""The lesions of the baseline visit: adopted or proposed, measured, given role and name."""

from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np

from pipeline.measure import burden, diameters
from pipeline.model.image import Image, Labels, Mask, Phase
from pipeline.model.length import record
from pipeline.model.lesion import Source, State
from pipeline.model.protocol import Protocol
from pipeline.model.visit import Burden
from pipeline.procedures.procedure import procedure
from pipeline.procedures.propose import visit
from pipeline.procedures.propose.visit import LoadedVisit
from pipeline.procedures.values import Livers, OutsideMask, VisitImages, VisitLesions
from pipeline.segment.lesion import propose as lesions
from pipeline.store.artifacts import Artifacts
from pipeline.track import matching, phases, roles
from pipeline.track.findings import Followed
from pipeline.volume import push


@dataclass(frozen=True)
class BaselineInput:
    """The baseline visit, the masks from outside and the protocol."""

    images: VisitImages
    livers: Livers
    masks: tuple[OutsideMask, ...]
    protocol: Protocol


@dataclass(frozen=True)
class Found:
    """A lesion found on the reference image before it has a name; alias is its name outside."""

    key: str
    mask: Mask
    confidence: float
    source: Source
    alias: str = ""


@procedure("baseline lesions", BaselineInput, VisitLesions)
def baseline(artifacts: Artifacts, given: BaselineInput) -> VisitLesions:
    """Find the lesions, choose targets by the protocol, measure all, and lay the atlas."""
    at = visit.load(artifacts, given.images, given.livers, given.masks)
    found = {item.key: item for item in find(at)}
    assigned = roles.assign(_candidates(found, at), given.protocol.targets)
    named = [(each, found[each.key]) for each in assigned]
    measured = [
        at.measure(
            Followed(
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
        weak=tuple(matching.place(key, item.mask) for key, item in found.items() if key not in kept),
    )


def find(at: LoadedVisit) -> list[Found]:
    """Return the lesions outlined outside on the reference image, else the proposals."""
    assert at.images.reference is not None
    drawn = at.outside(at.images.reference.volume.id)
    if drawn:
        return [Found(name, mask, 1.0, Source.ADOPTED, name) for name, mask in drawn.items() if mask.array.any()]
    return proposed(at)


def proposed(at: LoadedVisit) -> list[Found]:
    """Return the lesions that are proposed within the liver, each weighed by both phases where there are two."""
    here = _proposal(at.image, at.require_liver(), at.phase)
    if at.arterial is None or at.images.arterial == at.images.reference:
        return here
    image, liver = at.arterial.image, at.arterial.liver
    carried = [
        replace(item, key=f"a{item.key}", mask=push.push_mask(item.mask, at.image.grid, at.arterial.link))
        for item in _proposal(image, liver, Phase.ARTERIAL)
        if item.confidence >= phases.CONFIRMS_FROM and lesions.brighter(image, liver, item.mask)
    ]
    carried = [item for item in carried if item.mask.array.any()]
    pairs = dict(matching.match([_place(item) for item in here], [_place(item) for item in carried]).pairs)
    arterial = {item.key: item for item in carried}
    joint = [
        replace(item, confidence=phases.confidence(item.confidence, arterial[pairs[item.key]].confidence))
        if item.key in pairs
        else replace(item, confidence=phases.confidence(item.confidence, None))
        for item in here
    ]
    alone = [item for item in carried if item.key not in pairs.values() and not _overlaps(item, here)]
    return joint + [replace(item, confidence=phases.confidence(None, item.confidence)) for item in alone]


def _proposal(image: Image, liver: Mask, phase: Phase) -> list[Found]:
    proposal = lesions.propose(image, liver, phase)
    return [
        Found(name, proposal.labels.mask(name), confidence, Source.PROPOSED)
        for name, confidence in zip(proposal.labels.names, proposal.confidences, strict=True)
    ]


def _place(item: Found) -> matching.Place:
    return matching.place(item.key, item.mask)


def _overlaps(item: Found, others: list[Found]) -> bool:
    """Whether a candidate of the arterial phase lies at one of the reference phase that is paired otherwise."""
    return any(bool((item.mask.array & other.mask.array).any()) for other in others)


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


def _candidates(found: dict[str, Found], at: LoadedVisit) -> list[roles.Candidate]:
    slice_mm = Decimal(repr(round(at.image.grid.spacing_mm[2], 3)))
    candidates = []
    for key, item in found.items():
        measured = diameters.measure(item.mask)
        if measured is None:
            continue
        candidates.append(
            roles.Candidate(
                key=key,
                long_axis_mm=record(measured.long.length_mm),
                short_axis_mm=record(measured.short.length_mm),
                slice_mm=slice_mm,
                confidence=item.confidence,
                name=item.alias,
            )
        )
    return candidates
