"""Name the visits of a subject and choose the images each is read on."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pipeline.assess import plan
from pipeline.ingest import choice, visits
from pipeline.model import flags
from pipeline.model.catalog import Volume
from pipeline.model.flags import Flag
from pipeline.model.image import Modality, Phase
from pipeline.model.protocol import Protocol
from pipeline.model.visit import BASELINE, Visit
from pipeline.procedures.values import (
    Aligned,
    Decoded,
    DecodedDate,
    Livers,
    SubjectInput,
    VisitAligned,
    VisitImages,
    VisitLesions,
)


def name_visits(subject: SubjectInput, decoded: Sequence[DecodedDate], protocol: Protocol) -> tuple[VisitImages, ...]:
    """Return the subject's visits in date order, the baseline's phase locked for all that follow."""
    known = {item.volume.id: item for date in decoded for item in date.volumes}
    wanted = plan.first_phases(protocol)
    named = visits.assign(subject.subject, with_phases(subject, decoded), subject.events, protocol, wanted)
    first = next((visit for visit in named if visit.name == BASELINE), None)
    locked = None
    images: dict[str, VisitImages] = {}
    if first is not None:
        images[first.name] = _images(first, known, subject, protocol, None)
        reference = images[first.name].reference
        if reference is not None:
            locked = (choice.phase_of(reference.volume), reference.volume.modality)
    for visit in named:
        if visit is not first:
            images[visit.name] = _images(visit, known, subject, protocol, locked)
    return tuple(images[visit.name] for visit in named)


def baseline_of(images: Sequence[VisitImages]) -> VisitImages | None:
    """Return the baseline visit if it can be read."""
    return next((i for i in images if i.visit.name == BASELINE and i.reference is not None), None)


def concluded(item: VisitImages, lesions: VisitLesions | None) -> Visit:
    """Return the visit as it ended: not completed when no lesion could be read on it."""
    raised = {*item.visit.flags, *item.flags, *(lesions.flags if lesions else ())}
    return replace(item.visit, completed=lesions is not None, flags=flags.ordered(*raised))


def why_unreadable(visit: Visit, decoded: Sequence[DecodedDate], volumes: Sequence[Volume]) -> str:
    """Say why a visit has no image to read; volumes are the subject's."""
    reasons = [p.reason for d in decoded if d.date in visit.scan_dates for p in d.failures]
    reasons += [
        f"volume {volume.id} is not measured: {volume.kind.text}"
        for volume in volumes
        if volume.id in visit.volumes and not volume.kind.kind.fit
    ]
    return " | ".join(reasons) or "no volume of a modality and orientation that the protocol reads"


def with_phases(subject: SubjectInput, decoded: Sequence[DecodedDate]) -> tuple[Volume, ...]:
    """Return the subject's volumes, decoded ones with their phase and flags."""
    known = {item.volume.id: item.volume for date in decoded for item in date.volumes}
    return tuple(known.get(volume.id, volume) for volume in subject.volumes)


def alignments(aligned: Mapping[str, Aligned], livers: Mapping[str, Livers]) -> tuple[VisitAligned, ...]:
    """Return every alignment with the words for what was aligned with what."""
    rows = [VisitAligned(visit, "baseline to this visit", value) for visit, value in aligned.items()]
    rows += [
        VisitAligned(visit, "reference phase to arterial phase", value.link)
        for visit, value in livers.items()
        if value.link is not None
    ]
    rows += [
        VisitAligned(visit, "unenhanced to arterial phase", value.unenhanced)
        for visit, value in livers.items()
        if value.unenhanced is not None
    ]
    return tuple(sorted(rows, key=lambda row: (row.visit, row.what)))


def _images(
    visit: Visit,
    known: dict[str, Decoded],
    subject: SubjectInput,
    protocol: Protocol,
    locked: tuple[Phase, Modality] | None,
) -> VisitImages:
    volumes = [known[volume].volume for volume in visit.volumes if volume in known]
    chosen = choice.reference(
        _with_lesion_masks(volumes, subject, protocol), plan.reference_phases(protocol), protocol.imaging, locked
    )
    if chosen.volume is None:
        return VisitImages(visit, None, None, None, visit.flags)
    arterial = choice.of_phase(volumes, Phase.ARTERIAL, protocol.imaging, like=chosen.volume)
    plain_scan = choice.of_phase(volumes, Phase.UNENHANCED, protocol.imaging, like=chosen.volume)
    raised = {*visit.flags, *chosen.flags}
    if arterial is None:
        raised.add(Flag.NO_ARTERIAL)
    return VisitImages(
        visit,
        known[chosen.volume.id],
        known[arterial.id] if arterial else None,
        known[plain_scan.id] if plain_scan else None,
        flags.ordered(*raised),
    )


def _with_lesion_masks(volumes: list[Volume], subject: SubjectInput, protocol: Protocol) -> list[Volume]:
    """Prefer the volumes that a lesion was outlined on, where there are such."""
    drawn = {mask.volume for mask in subject.masks if mask.what == "lesion"}
    outlined = [v for v in volumes if v.id in drawn and choice.usable(v, protocol.imaging)]
    return outlined or volumes
