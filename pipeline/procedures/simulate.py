"""Make the sample study: images as DICOM, the tables beside them and the truth about them."""

import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.progress import track

from pipeline.export.tables.lesions import SIGNED_LESIONS
from pipeline.model.events import Event
from pipeline.model.image import Mask, Modality, Phase
from pipeline.simulate import course, outside, render, sample, truth
from pipeline.simulate.course import Appointment
from pipeline.simulate.plan import Naming, SubjectPlan
from pipeline.simulate.render import Rendered
from pipeline.store import dicom_seg_write, dicom_write, nifti, place, tables
from pipeline.store.dicom_seg_write import LIVER_LABEL
from pipeline.store.dicom_write import SeriesHeader, Syntax
from pipeline.store.input_tables import ARMS, EVENTS, MASKS, ArmRow, MaskKind, MaskRow

_UNNAMED = "Recon 2: LIVER 3 PHASE (AP)"
_NAMES = {
    (Modality.CT, Phase.ARTERIAL): "LIVER ARTERIAL 4.0 B31f",
    (Modality.CT, Phase.PORTAL_VENOUS): "LIVER PORTAL VENOUS 4.0 B31f",
    (Modality.MR, Phase.ARTERIAL): "t1_vibe_fs_tra_art",
    (Modality.MR, Phase.PORTAL_VENOUS): "t1_vibe_fs_tra_pv",
}


def make(out: Path, seed: int, subjects: Sequence[SubjectPlan] = sample.SUBJECTS) -> None:
    """Write the sample study into `out`; folders of its subjects are made anew.

    The same seed gives the same bytes. Files that are not part of the study stay.

    Raises:
        InputError: nothing can be written there.
    """
    place.check(out)
    truths, mask_rows = [], []
    for plan in track(subjects, description="simulating"):
        shutil.rmtree(out / plan.subject, ignore_errors=True)
        known, rows = _subject(out, plan, seed)
        truths.append(known)
        mask_rows += rows
    _tables(out, subjects, mask_rows)
    manifest = {"seed": seed, "subjects": truths, "files": _hashes(out, subjects)}
    (out / "MANIFEST.json").write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")


def _subject(out: Path, plan: SubjectPlan, seed: int) -> tuple[truth.Truth, list[MaskRow]]:
    visits, uid_root = course.arrange(plan, seed), f"hepatrack sample {seed}"
    rows: list[MaskRow] = []
    liver_ml: dict[str, float] = {}
    for visit in visits:
        rendered = {phase: render.render(shot) for phase, shot in visit.shots.items()}
        spilled = sorted({name for image in rendered.values() for name in image.spilled})
        if spilled:
            raise ValueError(f"{plan.subject} {visit.plan.name}: {spilled} leave the liver; take another seed")
        _write_images(out, plan, visit, rendered, uid_root)
        read_on = rendered[truth.READ_ON]
        liver_ml[visit.plan.name] = float(read_on.liver_share.sum()) * read_on.image.grid.voxel_ml
        if plan.masks:
            rows += _masks(out, plan, visit, read_on, uid_root)
    return truth.subject(plan, visits, liver_ml), rows


def _write_images(
    out: Path, plan: SubjectPlan, visit: Appointment, rendered: Mapping[Phase, Rendered], uid_root: str
) -> None:
    first = 1
    for phase, image in rendered.items():
        header = _header(plan, visit, phase, first, uid_root)
        slices = image.image.grid.shape[0]
        folder = out / plan.subject / visit.plan.name / f"S{header.series_number:04d}"
        numbers = [header.first_instance + slices - 1 - k for k in range(slices)]
        paths = [folder / f"IM{number:06d}{plan.scanner.extension}" for number in numbers]
        dicom_write.write(image.image.array, image.image.grid, header, paths)
        if plan.scanner.naming is Naming.ONE_SERIES:
            first += slices


def _header(plan: SubjectPlan, visit: Appointment, phase: Phase, first: int, uid_root: str) -> SeriesHeader:
    scanner, order = plan.scanner, list(visit.shots).index(phase)
    named = scanner.naming is Naming.NAMED
    series = 4 if scanner.naming is Naming.ONE_SERIES else 4 + order
    study = f"{plan.subject}/{visit.plan.name}"
    return SeriesHeader(
        subject=plan.subject,
        modality=scanner.modality,
        study_date=visit.plan.date,
        study_time="093000",
        uid_root=uid_root,
        study=study,
        series=f"{study}/{series}",
        series_number=series,
        acquisition_number=_acquisition_number(plan, phase),
        study_description="MR ABDOMEN" if scanner.modality is Modality.MR else "CT ABDOMEN W&W/O CONT",
        series_description=_NAMES[scanner.modality, phase] if named else _UNNAMED,
        contrast_agent="GADOBUTROL" if scanner.modality is Modality.MR else "IOHEXOL 350" if named else "",
        acquisition_time=f"0941{order * 35 + 10:02d}" if named else "",
        first_instance=first,
        syntax=Syntax(scanner.syntax),
        signed=scanner.signed,
    )


def _acquisition_number(plan: SubjectPlan, phase: Phase) -> int:
    """Arterial 2, portal venous 3 as on many scanners (1 was the plain scan); 1 in a series of its own."""
    if plan.scanner.naming is not Naming.ONE_SERIES:
        return 1
    return 2 if phase is Phase.ARTERIAL else 3


def _masks(out: Path, plan: SubjectPlan, visit: Appointment, read_on: Rendered, uid_root: str) -> list[MaskRow]:
    """Write liver and lesions of a visit; every second visit as DICOM SEG, the others as NIfTI with rows."""
    grid = read_on.image.grid
    masks = {LIVER_LABEL: Mask(read_on.liver_share > 0.5, grid)}
    for number, lesion in enumerate(visit.shots[truth.READ_ON].placed, start=1):
        masks[lesion.name] = Mask(read_on.lesion_numbers == number, grid)
    if plan.visits.index(visit.plan) % 2:
        series = _header(plan, visit, truth.READ_ON, 1, uid_root).series_number
        upward = sorted((out / plan.subject / visit.plan.name / f"S{series:04d}").iterdir(), reverse=True)
        root = f"{uid_root}/{plan.subject}/{visit.plan.name}"
        path = out / plan.subject / visit.plan.name / "S0100" / f"SEG{plan.scanner.extension}"
        dicom_seg_write.write(path, upward[: grid.shape[0]], masks, root)
        return []
    return [_nifti(out, plan, visit, label, mask) for label, mask in masks.items()]


def _nifti(out: Path, plan: SubjectPlan, visit: Appointment, label: str, mask: Mask) -> MaskRow:
    path = Path(plan.subject) / "masks" / f"{visit.plan.name}_{label}.nii.gz"
    (out / path).parent.mkdir(parents=True, exist_ok=True)
    nifti.write_mask(mask, out / path)
    acquisition = str(_acquisition_number(plan, truth.READ_ON))
    what, lesion = (MaskKind.LIVER, "") if label == LIVER_LABEL else (MaskKind.LESION, label)
    return MaskRow(plan.subject, visit.plan.date, acquisition, what, lesion, path)


def _tables(out: Path, subjects: Sequence[SubjectPlan], masks: Sequence[MaskRow]) -> None:
    events = [
        Event(plan.subject, event.kind, event.date, event.detail)
        for plan in subjects
        for event in sorted(plan.events, key=lambda event: event.date)
    ]
    tables.write_csv(EVENTS.table(events), out / "events.csv")
    tables.write_csv(ARMS.table(ArmRow(plan.subject, plan.arm) for plan in subjects), out / "arms.csv")
    tables.write_csv(MASKS.table(masks), out / "masks.csv")
    included = {plan.subject for plan in subjects}
    reads = (read for read in outside.READS if read.subject in included)
    tables.write_csv(SIGNED_LESIONS.table(reads), out / "reads.csv")


def _hashes(out: Path, subjects: Sequence[SubjectPlan]) -> dict[str, str]:
    folders = [out / plan.subject for plan in subjects]
    files = sorted(path for folder in folders for path in folder.rglob("*") if path.is_file())
    files += [out / name for name in ("arms.csv", "events.csv", "masks.csv", "reads.csv")]
    return {path.relative_to(out).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
