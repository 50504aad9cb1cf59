"""One visit with its images, livers and masks loaded, and one lesion measured on it."""

from dataclasses import dataclass, field, replace

from pipeline.engines import segment_shapes
from pipeline.measure import couinaud, density, diameters, lipiodol, location, viable
from pipeline.model import flags
from pipeline.model.errors import InputError
from pipeline.model.flags import Flag, Flags
from pipeline.model.image import Image, Mask, Phase
from pipeline.model.lesion import Diameters, Finding, State
from pipeline.model.quality import Verdict
from pipeline.model.transform import Transform
from pipeline.procedures.values import KeySliceInput, Livers, OutsideMask, VisitImages
from pipeline.report.content import Kind
from pipeline.store.artifacts import Artifacts, Ref
from pipeline.track import findings
from pipeline.track.findings import Measurements, SourceImage, TrackedLesion
from pipeline.volume import resample


@dataclass(frozen=True)
class Arterial:
    """The image that viable axes are read on; link leads from its points to the reference image.

    unenhanced is the unenhanced image on the same grid, None where there is none or it could not be aligned.
    """

    image: Image
    liver: Mask
    link: Transform
    volume: str
    refs: tuple[Ref, Ref]
    flags: Flags
    unenhanced: Image | None = None


@dataclass(frozen=True)
class LoadedVisit:
    """A visit ready to be measured."""

    artifacts: Artifacts
    images: VisitImages
    livers: Livers
    masks: tuple[OutsideMask, ...]
    image: Image
    phase: Phase
    liver: Mask | None
    arterial: Arterial | None = field(repr=False)

    def require_liver(self) -> Mask:
        """Return the liver.

        Raises:
            InputError: none was found or adopted.
        """
        if self.liver is None:
            raise InputError(
                f"visit {self.images.visit.name} of {self.images.visit.subject}: no liver was found on the "
                f"{self.phase.value} volume, so lesions cannot be proposed. Adopt a liver mask with --masks."
            )
        return self.liver

    def outside(self, volume: str) -> dict[str, Mask]:
        """Return the lesions that were outlined outside on a volume, by name."""
        drawn = (m for m in self.masks if m.what == "lesion" and m.volume == volume)
        return {mask.lesion: self.artifacts.get_mask(mask.mask) for mask in drawn}

    def measure(
        self, followed: TrackedLesion, mask: Mask | None, alias: str
    ) -> tuple[Finding, tuple[KeySliceInput, ...]]:
        """Measure one lesion and return its finding with the pictures that prove it.

        alias is the lesion's name in masks from outside. Without a mask only the state is recorded. A lesion that has a
        location keeps it: guessed anew at every visit it would jump where two segments are about as likely.
        """
        followed = _flagged(followed, self.images.flags)
        if mask is None or not mask.array.any():
            judged = Measurements(viable_read=self.arterial is not None)
            return findings.build(self._reading(), followed, judged), ()
        followed = replace(followed, segment=followed.segment or self._segment(mask))
        parts = diameters.measure_parts(mask) if followed.state is State.SPLIT else _one(mask)
        hu = density.mean_hu(self.image, mask) if self.phase is Phase.PORTAL_VENOUS else None
        if self.arterial is None:
            oil = hu is not None and lipiodol.holds(self.image, mask)
            followed = _flagged(followed, (Flag.LIPIODOL,) if oil else ())
            finding = findings.build(self._reading(), followed, Measurements(mask, parts, density_hu=hu))
            return finding, (self._picture(finding, mask),)
        on_arterial = self._on_arterial(self.arterial, mask, alias)
        tissue = viable.measure(self.arterial.image, on_arterial, self.arterial.liver, self.arterial.unenhanced)
        followed = _flagged(followed, (*self.arterial.flags, *tissue.flags))
        measured = Measurements(
            mask, parts, tissue.axis, tissue.evaluable, tissue.short, tissue.mask.volume_ml, density_hu=hu
        )
        finding = findings.build(self._reading(), followed, measured)
        pictures = [self._picture(finding, mask)]
        if tissue.axis is not None:
            pictures.append(self._viable_picture(finding, self.arterial, on_arterial, tissue.mask))
        return finding, tuple(pictures)

    def _segment(self, mask: Mask) -> str:
        """Return the segment or lobe that the liver's shape suggests, empty without a liver or where it tells none."""
        if self.liver is None:
            return ""
        return location.words(couinaud.guess(mask, self.liver, segment_shapes.load()))

    def _on_arterial(self, arterial: Arterial, mask: Mask, alias: str) -> Mask:
        drawn = self.outside(arterial.volume).get(alias)
        return drawn if drawn is not None else resample.resample_mask(mask, arterial.image.grid, arterial.link)

    def _reading(self) -> SourceImage:
        assert self.images.reference is not None
        volume, visit = self.images.reference.volume, self.images.visit
        assert volume.date is not None, "a visit holds dated volumes alone"
        return SourceImage(
            subject=visit.subject,
            visit=visit.name,
            date=volume.date,
            phase=self.phase,
            modality=volume.modality,
            series_uid=volume.series_uid,
            slice_thickness_mm=volume.grid.spacing_mm[2],
            instances=tuple(item.reference for item in volume.slices),
        )

    def _picture(self, finding: Finding, mask: Mask) -> KeySliceInput:
        assert self.images.reference is not None
        stored = self.artifacts.put_mask(mask)
        return KeySliceInput(
            finding.visit, finding.lesion, Kind.LONG.value, self.images.reference.image, stored, self.livers.reference
        )

    def _viable_picture(self, finding: Finding, arterial: Arterial, mask: Mask, tissue: Mask) -> KeySliceInput:
        image, liver = arterial.refs
        stored, viable_ref = self.artifacts.put_mask(mask), self.artifacts.put_mask(tissue)
        return KeySliceInput(finding.visit, finding.lesion, Kind.VIABLE.value, image, stored, liver, viable_ref)


def load(artifacts: Artifacts, images: VisitImages, livers: Livers, masks: tuple[OutsideMask, ...]) -> LoadedVisit:
    """Load a visit."""
    assert images.reference is not None
    volume = images.reference.volume
    return LoadedVisit(
        artifacts=artifacts,
        images=images,
        livers=livers,
        masks=masks,
        image=artifacts.get_image(images.reference.image),
        phase=volume.phase.phase,
        liver=None if livers.reference is None else artifacts.get_mask(livers.reference),
        arterial=_arterial(artifacts, images, livers),
    )


def _arterial(artifacts: Artifacts, images: VisitImages, livers: Livers) -> Arterial | None:
    if images.arterial is None or livers.arterial is None:
        return None
    link = Transform.identity() if livers.link is None else artifacts.get_transform(livers.link.transform)
    verdict = None if livers.link is None else livers.link.quality.verdict
    image = artifacts.get_image(images.arterial.image)
    return Arterial(
        image,
        artifacts.get_mask(livers.arterial),
        link,
        images.arterial.volume.id,
        (images.arterial.image, livers.arterial),
        () if verdict in {None, Verdict.GOOD} else (Flag.REGISTRATION_DOUBTFUL,),
        _unenhanced(artifacts, images, livers, image),
    )


def _unenhanced(artifacts: Artifacts, images: VisitImages, livers: Livers, arterial: Image) -> Image | None:
    """Return the unenhanced image on the arterial grid; one whose alignment failed tells nothing."""
    link = livers.unenhanced
    if images.unenhanced is None or link is None or link.quality.verdict is Verdict.FAILED:
        return None
    image = artifacts.get_image(images.unenhanced.image)
    transform = artifacts.get_transform(link.transform)
    return resample.resample(image, arterial.grid, transform, fill=float(image.array.min()))


def _one(mask: Mask) -> tuple[Diameters, ...]:
    axes = diameters.measure(mask)
    return () if axes is None else (axes,)


def _flagged(followed: TrackedLesion, raised: Flags) -> TrackedLesion:
    return replace(
        followed, flags=flags.ordered(*followed.flags, *(flag for flag in raised if flag not in flags.OF_THE_VISIT))
    )
