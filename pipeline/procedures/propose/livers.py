"""Find the liver of a visit on its images, and align the visit with baseline."""

from dataclasses import dataclass, replace

from pipeline.engines import greedy
from pipeline.model import flags
from pipeline.model.flags import Flag
from pipeline.model.image import Image, Mask
from pipeline.model.quality import Registration, Verdict
from pipeline.procedures import engines_file
from pipeline.procedures.procedure import procedure
from pipeline.procedures.values import Aligned, Livers, OutsideMask, VisitImages
from pipeline.register.register import register
from pipeline.segment.liver import propose as liver
from pipeline.settings import Settings
from pipeline.store.artifacts import Artifacts, Ref
from pipeline.volume import resample


@dataclass(frozen=True)
class LiverInput:
    """The images of a visit and the masks from outside."""

    images: VisitImages
    masks: tuple[OutsideMask, ...]


@dataclass(frozen=True)
class AlignInput:
    """A follow-up (fixed) and the baseline (moving)."""

    fixed: VisitImages
    moving: VisitImages
    fixed_livers: Livers
    moving_livers: Livers


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
    proposal = engines_file.of_line(Settings()).liver.liver(image, reference.volume.phase.phase)
    if proposal.mask is None:
        return Livers(None, None, None, proposal.confidence, proposal.flags)
    outlined = Livers(artifacts.put_mask(proposal.mask), None, None, proposal.confidence, proposal.flags)
    return _to_arterial(artifacts, given.images, outlined, given.masks)


@procedure("align", AlignInput, AlignResult)
def align(artifacts: Artifacts, given: AlignInput) -> AlignResult:
    """Register baseline (moving) to follow-up (fixed); a liver not found there is carried over."""
    fixed, moving = given.fixed.reference, given.moving.reference
    if fixed is None or moving is None:
        raise ValueError("align needs a reference image on both sides")
    fixed_image, moving_image = artifacts.get_image(fixed.image), artifacts.get_image(moving.image)
    fixed_liver = _mask(artifacts, given.fixed_livers.reference)
    moving_liver = _mask(artifacts, given.moving_livers.reference)
    registration = register(fixed_image, moving_image, fixed_liver, moving_liver, greedy.between_visits())
    livers = given.fixed_livers
    if fixed_liver is None and moving_liver is not None and registration.quality.verdict is not Verdict.FAILED:
        livers = _carried(artifacts, given.fixed, fixed_image, moving_liver, registration)
    return AlignResult(_stored(artifacts, registration), livers)


def _carried(
    artifacts: Artifacts, images: VisitImages, image: Image, prior: Mask, registration: Registration
) -> Livers:
    """Carry the baseline liver over where none was found."""
    assert images.reference is not None
    phase = images.reference.volume.phase.phase
    carried = liver.transfer(image, phase, resample.resample_mask(prior, image.grid, registration.transform))
    if carried.mask is None:
        return Livers(None, None, None, carried.confidence, carried.flags)
    raised = flags.ordered(*carried.flags, Flag.LIVER_DOUBTFUL)
    livers = Livers(artifacts.put_mask(carried.mask), None, None, carried.confidence, raised)
    return _to_arterial(artifacts, images, livers, ())


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
        carried = resample.resample_mask(moving_liver, fixed.grid, link.transform)
        proposal = liver.transfer(fixed, arterial.volume.phase.phase, carried)
        adopted = artifacts.put_mask(proposal.mask if proposal.mask is not None else carried)
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
