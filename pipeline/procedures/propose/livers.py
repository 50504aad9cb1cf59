"""Find the liver of a visit on its images, align the visit with baseline, and complete its liver by what that shows."""

from dataclasses import dataclass, replace

import numpy as np

from pipeline.engines import greedy
from pipeline.model import flags
from pipeline.model.engine import SegmentationEngine
from pipeline.model.flags import Flag
from pipeline.model.image import Image, Mask, Phase
from pipeline.model.proposal import LiverProposal
from pipeline.model.quality import Registration, Verdict
from pipeline.model.transform import Transform
from pipeline.procedures import engines_file
from pipeline.procedures.procedure import procedure
from pipeline.procedures.values import Aligned, Livers, OutsideMask, VisitImages
from pipeline.register.register import register
from pipeline.segment.liver import join, oil, remember
from pipeline.segment.liver import propose as liver
from pipeline.settings import Settings
from pipeline.store.artifacts import Artifacts, Ref
from pipeline.volume import resample

AGREE = 0.93
"""Dice of a follow-up's liver by image analysis and the carried baseline's from which both are believed without asking
the network. Own choice, well above the 0.80 and 0.86 of one that takes in spleen or stomach (CRLM-CT-1006, 1004)."""
FAR_OFF = 0.9
"""Dice of a follow-up's liver before and after the baseline completed it below which the visits are aligned again: the
first alignment rested on a wrong outline. Own choice."""
MOST_CHANGE = 0.15
"""Share of its volume by which a liver may change against baseline before that is flagged (own choice:
more is a wrong outline, or a liver that was resected)."""


@dataclass(frozen=True)
class LiverInput:
    """The images of a visit and the masks from outside.

    follows: a baseline will be aligned with the visit, which tells whether the network must be asked; until then image
    analysis alone, which is quick, outlines the liver.
    """

    images: VisitImages
    masks: tuple[OutsideMask, ...]
    follows: bool = False


@dataclass(frozen=True)
class AlignInput:
    """A follow-up (fixed) and the baseline (moving); atlas: the baseline's lesions on its reference grid.

    masks: those from outside; what was outlined there is not completed.
    """

    fixed: VisitImages
    moving: VisitImages
    fixed_livers: Livers
    moving_livers: Livers
    atlas: Ref | None = None
    masks: tuple[OutsideMask, ...] = ()


@dataclass(frozen=True)
class AlignResult:
    """The alignment, and the follow-up's livers completed by it."""

    aligned: Aligned
    livers: Livers


@procedure("find liver", LiverInput, Livers)
def find(artifacts: Artifacts, given: LiverInput) -> Livers:
    """Adopt or propose the liver on the reference image and carry it to the arterial one."""
    reference = given.images.reference
    if reference is None:
        return Livers(None, None, None, 0.0, (Flag.LIVER_NOT_FOUND,))
    adopted = _outside(given.masks, reference.volume.id)
    if adopted is not None:
        return _to_arterial(artifacts, given.images, Livers(adopted, None, None, 1.0, ()), given.masks)
    image = artifacts.get_image(reference.image)
    phase = reference.volume.phase.phase
    proposal = liver.propose(image, phase) if given.follows else _engine().liver(image, phase)
    if proposal.mask is None:
        return Livers(None, None, None, proposal.confidence, proposal.flags)
    outlined = Livers(artifacts.put_mask(proposal.mask), None, None, proposal.confidence, proposal.flags)
    return _to_arterial(artifacts, given.images, outlined, given.masks)


@procedure("align", AlignInput, AlignResult)
def align(artifacts: Artifacts, given: AlignInput) -> AlignResult:
    """Register baseline (moving) to follow-up (fixed), and complete the follow-up's liver by the baseline's.

    Where the completed liver differs much from the one that the alignment rested on, the visits are aligned again.
    """
    fixed, moving = given.fixed.reference, given.moving.reference
    if fixed is None or moving is None:
        raise ValueError("align needs a reference image on both sides")
    image, before = artifacts.get_image(fixed.image), artifacts.get_image(moving.image)
    own = _mask(artifacts, given.fixed_livers.reference)
    known = _mask(artifacts, given.moving_livers.reference)
    registration = register(image, before, own, known, greedy.between_visits())
    if _outside(given.masks, fixed.volume.id) is not None:
        return AlignResult(_stored(artifacts, registration), given.fixed_livers)
    if known is None or registration.quality.verdict is Verdict.FAILED:
        proposal = _engine().liver(image, fixed.volume.phase.phase)
    else:
        proposal = _completed(artifacts, given, image, known, registration)
    if proposal.mask is None:
        return AlignResult(_stored(artifacts, registration), given.fixed_livers)
    if own is None or join.dice(proposal.mask.array, own.array) < FAR_OFF:
        again = register(image, before, proposal.mask, known, greedy.between_visits())
        registration = again if again.quality.verdict is not Verdict.FAILED else registration
    raised = set(proposal.flags) | ({Flag.LIVER_DOUBTFUL} if own is None else set())
    if known is not None and abs(proposal.mask.volume_ml - known.volume_ml) > MOST_CHANGE * known.volume_ml:
        raised.add(Flag.LIVER_VOLUME_CHANGED)
    outlined = replace(
        given.fixed_livers,
        reference=artifacts.put_mask(proposal.mask),
        confidence=proposal.confidence,
        flags=flags.ordered(*raised),
    )
    livers = (
        _to_arterial(artifacts, given.fixed, outlined, given.masks)
        if given.fixed_livers.arterial is None
        else _again_on_arterial(artifacts, given, outlined, proposal.mask)
    )
    return AlignResult(_stored(artifacts, registration), livers)


def _completed(
    artifacts: Artifacts, given: AlignInput, image: Image, known: Mask, registration: Registration
) -> LiverProposal:
    """The follow-up's liver by its image, oil painted over, and by liver and lesions of the baseline.

    The network is asked where there is oil, or image analysis and the carried liver do not agree.
    """
    assert given.fixed.reference is not None
    phase = given.fixed.reference.volume.phase.phase
    carried = resample.resample_mask(known, image.grid, registration.transform)
    painted = oil.painted(image, carried)
    own = given.fixed_livers
    shown = LiverProposal(_mask(artifacts, own.reference), own.confidence, own.flags)
    if painted is not None or shown.mask is None or join.dice(shown.mask.array, carried.array) < AGREE:
        shown = _engine().liver(image if painted is None else painted, phase)
    return remember.remember(image, phase, shown, carried, _carried_lesions(artifacts, given, image, registration))


def _carried_lesions(artifacts: Artifacts, given: AlignInput, image: Image, registration: Registration) -> Mask:
    if given.atlas is None:
        return Mask(np.zeros(image.grid.shape, dtype=np.bool_), image.grid)
    atlas = artifacts.get_labels(given.atlas)
    return Mask(resample.resample_labels(atlas, image.grid, registration.transform).array > 0, image.grid)


def _again_on_arterial(artifacts: Artifacts, given: AlignInput, outlined: Livers, liver_mask: Mask) -> Livers:
    """The completed liver on the arterial image too, by the link that is known."""
    reference, arterial = given.fixed.reference, given.fixed.arterial
    if arterial is None or reference is None or _outside(given.masks, arterial.volume.id) is not None:
        return outlined
    if outlined.link is None:
        return replace(outlined, arterial=outlined.reference)
    fixed = artifacts.get_image(arterial.image)
    link = artifacts.get_transform(outlined.link.transform)
    return replace(outlined, arterial=_transferred(artifacts, fixed, arterial.volume.phase.phase, liver_mask, link))


def _transferred(artifacts: Artifacts, image: Image, phase: Phase, liver_mask: Mask, link: Transform) -> Ref:
    carried = resample.resample_mask(liver_mask, image.grid, link)
    proposal = liver.transfer(image, phase, carried)
    return artifacts.put_mask(proposal.mask if proposal.mask is not None else carried)


def _engine() -> SegmentationEngine:
    return engines_file.of_line(Settings()).liver


def _to_arterial(artifacts: Artifacts, images: VisitImages, livers: Livers, masks: tuple[OutsideMask, ...]) -> Livers:
    """Complete the livers by the one on the arterial image, and the links between the images of the visit."""
    reference, arterial = images.reference, images.arterial
    if arterial is None or reference is None or livers.reference is None:
        return livers
    if arterial.volume.id == reference.volume.id:
        return _to_unenhanced(artifacts, images, replace(livers, arterial=livers.reference))
    fixed, moving = artifacts.get_image(arterial.image), artifacts.get_image(reference.image)
    moving_liver = artifacts.get_mask(livers.reference)
    around = resample.resample_mask(moving_liver, fixed.grid)
    link = register(fixed, moving, around, moving_liver, greedy.between_phases())
    adopted = _outside(masks, arterial.volume.id)
    if adopted is None:
        adopted = _transferred(artifacts, fixed, arterial.volume.phase.phase, moving_liver, link.transform)
    return _to_unenhanced(artifacts, images, replace(livers, arterial=adopted, link=_stored(artifacts, link)))


def _to_unenhanced(artifacts: Artifacts, images: VisitImages, livers: Livers) -> Livers:
    """Link the arterial image with the unenhanced one, where the visit has it; the reference is linked already."""
    arterial, unenhanced, reference = images.arterial, images.unenhanced, images.reference
    if arterial is None or unenhanced is None or livers.arterial is None:
        return livers
    if reference is not None and unenhanced.volume.id == reference.volume.id:
        return replace(livers, unenhanced=livers.link)
    fixed, moving = artifacts.get_image(arterial.image), artifacts.get_image(unenhanced.image)
    liver_mask = artifacts.get_mask(livers.arterial)
    around = resample.resample_mask(liver_mask, moving.grid)
    if not around.array.any():
        return livers
    link = register(fixed, moving, liver_mask, around, greedy.between_phases())
    return replace(livers, unenhanced=_stored(artifacts, link))


def _outside(masks: tuple[OutsideMask, ...], volume: str) -> Ref | None:
    return next((mask.mask for mask in masks if mask.what == "liver" and mask.volume == volume), None)


def _mask(artifacts: Artifacts, ref: Ref | None) -> Mask | None:
    return None if ref is None else artifacts.get_mask(ref)


def _stored(artifacts: Artifacts, registration: Registration) -> Aligned:
    return Aligned(artifacts.put_transform(registration.transform), registration.quality, registration.engine)
