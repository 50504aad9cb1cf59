"""The lesions of a follow-up: carried over from baseline, refined, and searched for new ones."""

from dataclasses import dataclass, replace

import numpy as np

from pipeline.ingest import choice
from pipeline.measure import diameters, lipiodol
from pipeline.model import flags
from pipeline.model.catalog import Volume
from pipeline.model.flags import Flag, Flags
from pipeline.model.image import Image, Labels, Mask, Modality
from pipeline.model.lesion import Organ, Role, Source, State
from pipeline.model.protocol import Protocol
from pipeline.model.quality import Verdict
from pipeline.model.recording import record_ml, record_mm
from pipeline.model.transform import Transform
from pipeline.procedures.procedure import procedure
from pipeline.procedures.propose import look_back, visit
from pipeline.procedures.propose.baseline import UnnamedLesion, burden_of, find, stacked
from pipeline.procedures.propose.visit import LoadedVisit
from pipeline.procedures.values import Aligned, KeySliceInput, Livers, OutsideMask, OwnLesion, VisitImages, VisitLesions
from pipeline.register import quality
from pipeline.segment.follow import refine as follow
from pipeline.store.artifacts import Artifacts
from pipeline.track import absence, known, matching, names, new_lesions, plausible
from pipeline.track.findings import TrackedLesion
from pipeline.track.new_lesions import LookBack
from pipeline.volume import push, resample


@dataclass(frozen=True)
class FollowInput:
    """A follow-up, its alignment with baseline, and the lesions known up to the visit before."""

    images: VisitImages
    livers: Livers
    aligned: Aligned
    baseline_images: VisitImages
    baseline_livers: Livers
    known: VisitLesions
    masks: tuple[OutsideMask, ...]
    protocol: Protocol


@dataclass(frozen=True)
class _Track:
    """A lesion with what became of it; of a candidate what baseline showed there, and the picture of that."""

    followed: TrackedLesion
    mask: Mask
    alias: str
    before: LookBack | None = None
    pictures: tuple[KeySliceInput, ...] = ()


@dataclass(frozen=True)
class _Carried:
    """The known lesions on the follow-up's grid, and the transform that carried them there."""

    labels: Labels
    transform: Transform


@dataclass(frozen=True)
class _Refined:
    """A carried lesion as the follow-up shows it; clear: whether its edge is."""

    state: State
    mask: Mask
    confidence: float
    clear: bool


@procedure("follow-up lesions", FollowInput, VisitLesions)
def follow_up(artifacts: Artifacts, given: FollowInput) -> VisitLesions:
    """Carry known lesions over and refine them, look for new ones, measure all."""
    at = visit.load(artifacts, given.images, given.livers, given.masks)
    transform = artifacts.get_transform(given.aligned.transform)
    atlas = artifacts.get_labels(given.known.atlas)
    carried = _Carried(resample.resample_labels(atlas, at.image.grid, transform), transform)
    shown = find(at, given.known.flags)
    tracks = _followed(at, given, carried, shown.share)
    fresh, weak = _fresh(at, given, carried, tracks, shown.lesions)
    new = _new(at, given, carried, atlas, fresh)
    measured = [at.measure(track.followed, track.mask, track.alias) for track in [*tracks, *new]]
    present = [(track.followed.lesion, track.mask) for track in [*tracks, *new]]
    counted = [t.followed.lesion for t in [*tracks, *new] if t.followed.role is Role.NEW and _counts(t)]
    return VisitLesions(
        visit=given.images.visit.name,
        findings=tuple(finding for finding, _ in measured),
        atlas=artifacts.put_labels(_extended(atlas, new, transform)),
        burden=burden_of(at, stacked(at.image.grid.shape, at, present)),
        pictures=(
            *(picture for _, pictures in measured for picture in pictures),
            *(picture for track in new for picture in track.pictures),
        ),
        aliases=given.known.aliases,
        weak=(*given.known.weak, *weak),
        counted=tuple(sorted({*given.known.counted, *counted})),
        flags=flags.ordered(*_alignment_flags(given.aligned), *shown.flags),
        own=given.known.own,
        looked_back=(*given.known.looked_back, *(track.before for track in new if track.before is not None)),
    )


def _followed(at: LoadedVisit, given: FollowInput, known: _Carried, share: Image | None) -> list[_Track]:
    """Return what became of every known lesion: outlined outside, else refined from where it was carried to."""
    assert at.images.reference is not None
    drawn = at.outside(at.images.reference.volume.id)
    carried = known.labels
    aliases = dict(given.known.aliases)
    before = {finding.lesion: finding for finding in given.known.findings}
    own = {each.lesion: each for each in given.known.own}
    wanted = [n for n in carried.names if aliases.get(n, n) not in drawn]
    refined = _refined(at, carried, wanted, share, _looked_normal(at, given, known.transform) if wanted else None)
    doubtful = _doubtful(at, given, carried, known.transform)
    tracks = []
    for name in carried.names:
        alias = aliases.get(name, name)
        doubts: Flags = ()
        if alias in drawn:
            state, mask, confidence, source = State.PRESENT, drawn[alias], 1.0, Source.ADOPTED
        else:
            status = refined[name]
            mask, confidence, source = status.mask, status.confidence, Source.PROPOSED
            state = absence.state(status.state, before.get(name), at.arterial is not None)
            last = before[name].volume_ml if name in before else None
            doubts = plausible.doubts(state, record_ml(mask.volume_ml), last, clear=status.clear)
        role, organ, raised = _identity(name, own.get(name), flags.ordered(*doubtful[name], *doubts))
        if role is Role.NEW and state is State.PRESENT:
            state, more = _seen_again(name, mask, confidence, given)
            raised = flags.ordered(*raised, *more)
        place = before[name].segment if name in before else ""
        followed = TrackedLesion(
            name, role, state, organ, segment=place, source=source, confidence=confidence, flags=raised
        )
        tracks.append(_Track(followed, mask, alias))
    return tracks


def _identity(name: str, own: OwnLesion | None, raised: Flags) -> tuple[Role, Organ, Flags]:
    """Role, organ and flags of a known lesion: as its reader signed it, else as its name says."""
    if own is None:
        return names.role_of(name) or Role.NON_TARGET, Organ.LIVER, raised
    return own.role, own.organ, flags.ordered(*raised, *own.flags)


def _looked_normal(at: LoadedVisit, given: FollowInput, transform: Transform) -> Mask | None:
    """Where known lesions looked like normal liver at baseline, on the follow-up's grid."""
    before, liver = given.baseline_images.reference, given.baseline_livers.reference
    if before is None or liver is None:
        return None
    image, atlas = at.artifacts.get_image(before.image), at.artifacts.get_labels(given.known.atlas)
    looked = follow.looks_normal(image, at.artifacts.get_mask(liver), before.volume.phase.phase, atlas)
    return resample.resample_mask(looked, at.image.grid, transform)


def _refined(
    at: LoadedVisit, carried: Labels, wanted: list[str], share: Image | None, looked_normal: Mask | None
) -> dict[str, _Refined]:
    if not wanted:
        return {}
    array = np.zeros_like(carried.array)
    for number, name in enumerate(wanted, start=1):
        array[carried.mask(name).array] = number
    prior = Labels(array, carried.grid, tuple(wanted))
    result = follow.refine(at.image, at.require_liver(), at.phase, prior, follow.Hints(share, looked_normal))
    return {
        name: _Refined(state, result.labels.mask(name), confidence, clear)
        for name, state, confidence, clear in zip(wanted, result.states, result.confidences, result.clear, strict=True)
    }


def _doubtful(at: LoadedVisit, given: FollowInput, carried: Labels, transform: Transform) -> dict[str, Flags]:
    """Return the flags of the alignment at each lesion."""
    verdict = given.aligned.quality.verdict
    if verdict is Verdict.FAILED:
        return dict.fromkeys(carried.names, (Flag.REGISTRATION_FAILED,))
    assert given.baseline_images.reference is not None
    moving: Image = at.artifacts.get_image(given.baseline_images.reference.image)
    return {
        name: ()
        if quality.agrees_locally(at.image, moving, transform, carried.mask(name))
        else (Flag.REGISTRATION_DOUBTFUL,)
        for name in carried.names
    }


def _seen_again(name: str, mask: Mask, confidence: float, given: FollowInput) -> tuple[State, Flags]:
    """Judge a new lesion of an earlier visit again: one that did not count may count now."""
    measured = diameters.measure(mask)
    if measured is None:
        return State.ABSENT, ()
    candidate = new_lesions.NewLesionCandidate(
        long_axis_mm=record_mm(measured.long.length_mm),
        confidence=confidence,
        covered_before=True,
        counted_before=name in given.known.counted,
        before=next((each for each in given.known.looked_back if each.lesion == name), None),
    )
    verdict = new_lesions.verdict(candidate, given.protocol.new_lesions)
    return verdict.state, verdict.flags


def _fresh(
    at: LoadedVisit, given: FollowInput, carried: _Carried, tracks: list[_Track], lesions: tuple[UnnamedLesion, ...]
) -> tuple[dict[str, UnnamedLesion], list[matching.LesionPosition]]:
    """Return candidates at no known lesion by the names they get, and the places of weak ones."""
    taken = {*carried.labels.names, *(name for name, _ in given.known.aliases)}
    aliases = {alias for _, alias in given.known.aliases}
    fresh = [item for item in lesions if item.alias not in {*aliases, *carried.labels.names} or not item.alias]
    places = known.places([*(track.mask for track in tracks), Mask(carried.labels.array > 0, at.image.grid)])
    named: dict[str, UnnamedLesion] = {}
    weak: list[matching.LesionPosition] = []
    for item in fresh:
        if item.source is Source.PROPOSED and known.lies_at(places, item.mask):
            continue
        if item.confidence < new_lesions.WEAK_BELOW:
            weak.append(_place(item, carried.transform))
        elif diameters.measure(item.mask) is not None:
            own = item.alias if names.role_of(item.alias) is Role.NEW else names.following(Role.NEW, taken)
            taken.add(own)
            named[own] = item
    return named, weak


def _place(item: UnnamedLesion, transform: Transform) -> matching.LesionPosition:
    return matching.carried(matching.position(item.key, item.mask), transform)


def _new(
    at: LoadedVisit, given: FollowInput, carried: _Carried, atlas: Labels, fresh: dict[str, UnnamedLesion]
) -> list[_Track]:
    """Return the candidates judged by the provisional rule, each asked for at baseline too."""
    covered = {name: _covered(at, given, _place(item, carried.transform)) for name, item in fresh.items()}
    nothing = Mask(np.zeros(atlas.grid.shape, dtype=np.bool_), atlas.grid)
    places = {
        name: push.push_mask(item.mask, atlas.grid, carried.transform) if covered[name] else nothing
        for name, item in fresh.items()
    }
    baseline = look_back.Baseline(at.artifacts, given.baseline_images, given.baseline_livers, atlas)
    before = baseline.ask(places)
    visit_name = given.images.visit.name
    return [
        replace(
            _candidate(at, given, item, _place(item, carried.transform), before[name]),
            pictures=baseline.picture(visit_name, places[name], before[name]),
        )
        for name, item in fresh.items()
    ]


def _candidate(
    at: LoadedVisit, given: FollowInput, item: UnnamedLesion, place: matching.LesionPosition, before: LookBack
) -> _Track:
    measured = diameters.measure(item.mask)
    assert measured is not None, "candidates are measurable"
    weak_before = bool(matching.match(given.known.weak, [place]))
    candidate = new_lesions.NewLesionCandidate(
        long_axis_mm=record_mm(measured.long.length_mm),
        confidence=item.confidence,
        covered_before=before.state is not State.NOT_EVALUABLE,
        weak_before=weak_before,
        oil=at.image.modality is Modality.CT and lipiodol.holds(at.image, item.mask),
        before=before,
    )
    verdict = new_lesions.verdict(candidate, given.protocol.new_lesions)
    state, raised = (State.PRESENT, ()) if item.source is Source.ADOPTED else (verdict.state, verdict.flags)
    followed = TrackedLesion(
        before.lesion, Role.NEW, state, source=item.source, confidence=item.confidence, flags=raised
    )
    return _Track(followed, item.mask, item.alias, before)


def _covered(at: LoadedVisit, given: FollowInput, place: matching.LesionPosition) -> bool:
    """Whether baseline shows a place of its space; nothing is known of it where the alignment failed."""
    reference, liver = given.baseline_images.reference, given.baseline_livers.reference
    current = at.images.reference
    if reference is None or current is None or liver is None or given.aligned.quality.verdict is Verdict.FAILED:
        return False
    return shows(reference.volume, at.artifacts.get_mask(liver), current.volume, place)


def shows(before: Volume, liver: Mask, later: Volume, place: matching.LesionPosition) -> bool:
    """Whether a volume shows a place whole, inside its liver, in the phase and modality of a later volume."""
    if choice.phase_of(before) is not choice.phase_of(later) or before.modality is not later.modality:
        return False
    if not matching.covers(before.grid, place):
        return False
    i, j, k = np.rint(before.grid.to_index(np.array(place.center))).astype(int)
    return bool(liver.array[k, j, i])


def _extended(atlas: Labels, new: list[_Track], transform: Transform) -> Labels:
    """Return the atlas with new lesions added where they lie in baseline space."""
    array = atlas.array.copy()
    for number, track in enumerate(new, start=len(atlas.names) + 1):
        landed = push.push_mask(track.mask, atlas.grid, transform).array
        array[landed & (array == 0)] = number
    return Labels(array, atlas.grid, (*atlas.names, *(track.followed.lesion for track in new)))


def _counts(track: _Track) -> bool:
    return track.followed.state is State.PRESENT


def _alignment_flags(aligned: Aligned) -> Flags:
    verdict = aligned.quality.verdict
    if verdict is Verdict.FAILED:
        return (Flag.REGISTRATION_FAILED,)
    return () if verdict is Verdict.GOOD else (Flag.REGISTRATION_DOUBTFUL,)
