"""What the chain says of a case against what is true."""

from collections.abc import Mapping, Sequence

import numpy as np

from pipeline.assess import timepoints
from pipeline.measure import diameters
from pipeline.model.image import Mask, Modality
from pipeline.model.lesion import Finding, Role, State
from pipeline.model.recording import record_mm
from pipeline.model.scope import Scope
from pipeline.model.visit import BASELINE, Burden, Visit
from pipeline.store.artifacts import Artifacts
from pipeline.volume import points
from tests.benchmarks.accuracy import chain, overlap, pictures
from tests.benchmarks.accuracy.cases import Case
from tests.benchmarks.accuracy.chain import Found, Shown
from tests.benchmarks.accuracy.lesions import Fate
from tests.benchmarks.accuracy.rows import CandidateRow, FieldRow, FollowedRow, LesionRow, LiverRow, Rows, VisitRow
from tests.benchmarks.accuracy.visits import TrueLesion, TrueVisit
from tests.builders.trials import retnet

MEASURABLE_MM = 10.0
"""mm from which a lesion counts for recall, and a new one as new."""
SMALL_MM = 5.0
"""mm below which a lesion that is still there is too small to measure (RECIST 1.1)."""
PROBES = 800
"""Points of the liver at which a registration is checked."""
_GONE = {State.ABSENT, State.TOO_SMALL}


def alone(case: Case, artifacts: Artifacts) -> Rows:
    """Return what the chain finds on the first visit of a case without any help."""
    true = case.visit(0)
    (found,) = chain.run(case.name, [Shown(true.image, true.phase, arterial=case.arterial_image(0))], artifacts).visits
    matched = {lesion.name: _best(true, lesion.name, found.masks) for lesion in true.lesions if lesion.volume_ml}
    lesions = []
    for lesion in true.lesions:
        if lesion.name not in matched:
            continue
        name, fit = matched[lesion.name]
        finding = next((each for each in found.findings if each.lesion == name), None)
        hit = finding is not None and fit >= overlap.FITS
        lesions.append(
            LesionRow(
                case.name, case.patient, lesion.name, lesion.kind, lesion.where, round(lesion.long_axis_mm, 2), hit,
                round(fit, 4), _axis(finding) if hit else 0.0, finding.confidence if finding and hit else 0.0,
            )
        )  # fmt: skip
        shown = found.masks.get(name) if hit else None
        pictures.keep(f"lesion {case.name} {lesion.name}", true, true.labels.mask(lesion.name), shown)
    candidates = tuple(_candidate(case, true, each, found) for each in found.findings if each.lesion in found.masks)
    return Rows(livers=(_liver(case, true, found),), lesions=tuple(lesions), candidates=candidates)


def followed(case: Case, artifacts: Artifacts, adopt: bool) -> Rows:
    """Return how the chain follows a case; adopt: its lesions were outlined at baseline by a reader."""
    trues = [case.visit(number) for number in range(len(case.settings))]
    shown = [Shown(each.image, each.phase, each.labels if adopt and not n else None) for n, each in enumerate(trues)]
    name = f"{case.name}{'-adopted' if adopt else ''}"
    course = chain.run(name, shown, artifacts)
    known = _known(course.visits[0], trues[0])
    responses = _responses(case, name, trues, course.visits, course.proposed.visits, known)
    livers = [_liver(case, true, each) for true, each in zip(trues, course.visits, strict=True)]
    rows = Rows(livers=tuple(livers[1:] if adopt else livers))
    for true, found in zip(trues[1:], course.visits[1:], strict=True):
        of_visit = _followed(case, name, true, found, known)
        said = responses[found.visit]
        rows += Rows(
            followed=of_visit,
            visits=(_visit(case, name, true, found, known, of_visit, said),),
            fields=() if found.aligned is None else (_field(case, name, true, found),),
        )
    return rows


def _liver(case: Case, true: TrueVisit, found: Found) -> LiverRow:
    ours = case.prepared.background.liver_is_ours
    said = np.zeros_like(true.liver.array) if found.liver is None else found.liver.array
    error = float(np.count_nonzero(said)) / float(np.count_nonzero(true.liver.array)) - 1
    fit = overlap.dice(said, true.liver.array)
    away = overlap.surface_mm(said, true.liver.array, true.liver.grid)
    pictures.keep(f"liver {case.name} {found.visit}", true, true.liver, found.liver)
    return LiverRow(case.name, case.patient, found.visit, ours, round(fit, 4), round(error, 4), round(away, 3))


def _best(true: TrueVisit, lesion: str, masks: Mapping[str, Mask]) -> tuple[str, float]:
    """Return the mask that fits a true lesion best, with its Dice."""
    inside = true.labels.mask(lesion).array
    fits = {name: overlap.dice(inside, mask.array) for name, mask in masks.items()}
    return max(fits.items(), key=lambda item: item[1], default=("", 0.0))


def _candidate(case: Case, true: TrueVisit, finding: Finding, found: Found) -> CandidateRow:
    mask = found.masks[finding.lesion]
    fits = overlap.shown_by(true.labels, mask)
    sizes = {lesion.name: lesion.long_axis_mm for lesion in true.lesions}
    best = max(fits, key=lambda name: fits[name], default="")
    within = float(np.count_nonzero(true.labels.array[mask.array])) / np.count_nonzero(mask.array)
    if best and (fits[best] >= overlap.FITS or within >= 0.5):
        shows = "lesion" if sizes[best] >= MEASURABLE_MM else "small"
    else:
        shows = "own" if overlap.is_own(true.own, mask) else "nothing"
        if shows == "nothing":
            pictures.keep(f"false {case.name} {finding.lesion}", true, mask, mask)
    return CandidateRow(case.name, case.patient, shows, finding.confidence, _axis(finding))


def _known(found: Found, true: TrueVisit) -> dict[str, str]:
    """Return the true lesion behind each name of the chain's baseline: as adopted, else by the best fit."""
    if found.aliases:
        return dict(found.aliases)
    known: dict[str, str] = {}
    for name, mask in found.masks.items():
        fits = overlap.shown_by(true.labels, mask)
        best = max(fits, key=lambda lesion: fits[lesion], default="")
        if best and fits[best] >= overlap.FITS and best not in known.values():
            known[name] = best
    return known


def _partner(case: Case, true: TrueVisit, lesion: str) -> Mask:
    """The true mask of a lesion; of one that merged that of both."""
    mask = true.labels.mask(lesion)
    other = next(each.with_other for each in case.lesions if each.name == lesion)
    return Mask(mask.array | true.labels.mask(other).array, mask.grid) if other else mask


def _followed(
    case: Case, name: str, true: TrueVisit, found: Found, known: Mapping[str, str]
) -> tuple[FollowedRow, ...]:
    findings = {each.lesion: each for each in found.findings}
    rows = []
    for said, lesion in known.items():
        truth = next(each for each in true.lesions if each.name == lesion)
        finding, mask = findings.get(said), found.masks.get(said)
        expected = _partner(case, true, lesion)
        fit = overlap.dice(expected.array, mask.array) if mask is not None else 0.0
        state = "" if finding is None else finding.state.value
        gone = not truth.volume_ml
        hit = _carried(truth, finding, fit)
        rows.append(
            FollowedRow(
                name, case.patient, found.visit, lesion, truth.fate.value, truth.kind,
                round(_true_mm(truth, expected), 2), _axis(finding), state, hit, round(fit, 4),
            )
        )  # fmt: skip
        if not gone:
            pictures.keep(f"followed {name} {found.visit} {lesion}", true, expected, mask)
    return tuple(rows)


def _carried(truth: TrueLesion, finding: Finding | None, fit: float) -> bool:
    """Whether a finding says what became of a lesion: gone, too small to outline, in one with another, or there."""
    if finding is None:
        return False
    if not truth.volume_ml or (truth.long_axis_mm < MEASURABLE_MM and finding.state is State.TOO_SMALL):
        return finding.state in _GONE
    return fit >= overlap.FITS or (truth.fate is Fate.MERGED and finding.state is State.MERGED)


def _true_mm(truth: TrueLesion, merged: Mask) -> float:
    if truth.fate is not Fate.MERGED or not truth.volume_ml:
        return truth.long_axis_mm
    axes = diameters.measure(merged)
    return truth.long_axis_mm if axes is None else axes.long.length_mm


def _visit(
    case: Case,
    name: str,
    true: TrueVisit,
    found: Found,
    known: Mapping[str, str],
    rows: Sequence[FollowedRow],
    responses: tuple[str, str],
) -> VisitRow:
    there = [row for row in rows if row.true_mm > 0]
    wrong = [row for row in rows if row.state in {"present", "split"} and not row.hit]
    fresh = [each for each in found.findings if each.role is Role.NEW and each.state is State.PRESENT]
    false = [each for each in fresh if each.lesion in found.masks and not _new(true, found.masks[each.lesion], known)]
    return VisitRow(
        name,
        case.patient,
        found.visit,
        *responses,
        round(_percent([true.labels.array > 0], true.liver.array), 3),
        round(_burden(true, found), 3),
        sum(row.hit for row in there),
        sum(not row.hit for row in there),
        len(wrong),
        len(false),
    )


def _new(true: TrueVisit, mask: Mask, known: Mapping[str, str]) -> bool:
    """Whether a new finding shows a lesion that was not known, or lies on the patient's own tumors."""
    fits = overlap.shown_by(true.labels, mask)
    return overlap.is_own(true.own, mask) or any(
        fit >= overlap.FITS and lesion not in known.values() for lesion, fit in fits.items()
    )


def _burden(true: TrueVisit, found: Found) -> float:
    """The chain's tumor in percent of its liver; what lies on the patient's own tumors is no part of either truth."""
    tumors = [mask.array for mask in found.masks.values() if not overlap.is_own(true.own, mask)]
    liver = np.zeros_like(true.liver.array) if found.liver is None else found.liver.array
    return _percent(tumors, liver)


def _percent(tumors: Sequence[np.ndarray], liver: np.ndarray) -> float:
    tumor = np.zeros_like(liver)
    for each in tumors:
        tumor = tumor | each
    whole = np.count_nonzero(liver | tumor)
    return 100 * float(np.count_nonzero(tumor)) / whole if whole else 0.0


def _field(case: Case, name: str, true: TrueVisit, found: Found) -> FieldRow:
    assert found.aligned is not None
    at = np.argwhere(true.liver.array)
    rng = np.random.default_rng(1)
    chosen = at[rng.integers(len(at), size=PROBES)]
    here = true.liver.grid.to_lps(chosen[:, ::-1].astype(float))
    there = points.apply(true.field, here)
    errors = np.linalg.norm(points.apply(found.aligned, here) - there, axis=1)
    before = float(np.median(np.linalg.norm(here - there, axis=1)))
    median, far = float(np.median(errors)), float(np.percentile(errors, 95))
    return FieldRow(name, case.patient, found.visit, round(median, 3), round(far, 3), round(before, 3), found.verdict)


def _responses(
    case: Case,
    subject: str,
    trues: Sequence[TrueVisit],
    found: Sequence[Found],
    visits: Sequence[Visit],
    known: Mapping[str, str],
) -> dict[str, tuple[str, str]]:
    """Return RECIST 1.1 in the liver by visit: from the true axes and from the chain's.

    Both know the lesions and roles of the chain's baseline that are true, and any new lesion of 10 mm.
    """
    said = [each for true, one in zip(trues, found, strict=True) for each in _said(true, one, known)]
    roles = {each.lesion: each for each in found[0].findings if each.lesion in known}
    truth = [
        finding
        for visit, true in zip(visits, trues, strict=True)
        for finding in _truth(case, visit, true, roles, known)
    ]
    rows = []
    for findings in (truth, said):
        read = timepoints.assess(
            subject, visits, findings, {v.name: Burden(None, None, None) for v in visits}, retnet()
        )
        rows.append({point.visit: point.read("recist11", Scope.LIVER).overall.response.value for point in read})
    return {name: (rows[0][name], rows[1][name]) for name in rows[0]}


def _said(true: TrueVisit, found: Found, known: Mapping[str, str]) -> list[Finding]:
    kept = []
    for each in found.findings:
        mask = found.masks.get(each.lesion)
        on_own = mask is not None and overlap.is_own(true.own, mask)
        if each.lesion in known or (each.role is Role.NEW and not on_own):
            kept.append(each)
    return kept


def _truth(
    case: Case, visit: Visit, true: TrueVisit, roles: Mapping[str, Finding], known: Mapping[str, str]
) -> list[Finding]:
    """What a perfect reader would write; of merged lesions the first, targets before others, has the common axis."""
    findings, massed = [], set[str]()
    for said, baseline in sorted(roles.items(), key=lambda item: (item[1].role is not Role.TARGET, item[0])):
        truth = next(each for each in true.lesions if each.name == known[said])
        length: float | None = truth.long_axis_mm
        state = State.ABSENT if not length else State.PRESENT if length >= SMALL_MM else State.TOO_SMALL
        if truth.fate is Fate.MERGED and visit.name != BASELINE:
            state = State.MERGED
            length = None if truth.name in massed else _true_mm(truth, _partner(case, true, truth.name))
            massed.add(next(each.with_other for each in case.lesions if each.name == truth.name))
        findings.append(_finding(visit.subject, visit, true, said, baseline.role, state, length))
    new = [each for each in true.lesions if each.fate is Fate.NEW and each.name not in known.values()]
    return findings + [
        _finding(visit.subject, visit, true, f"NL9{truth.name[1:]}", Role.NEW, State.PRESENT, truth.long_axis_mm)
        for truth in new
        if truth.long_axis_mm >= MEASURABLE_MM
    ]


def _finding(
    subject: str, visit: Visit, true: TrueVisit, lesion: str, role: Role, state: State, length: float | None
) -> Finding:
    return Finding(
        subject, visit.name, visit.date, lesion, role, state, phase=true.phase, modality=Modality.CT, plane="axial",
        long_axis_mm=None if length is None or state is State.TOO_SMALL else record_mm(length),
        slice_thickness_mm=true.image.grid.spacing_mm[2],
    )  # fmt: skip


def _axis(finding: Finding | None) -> float:
    return 0.0 if finding is None or finding.long_axis_mm is None else float(finding.long_axis_mm)
