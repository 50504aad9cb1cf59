"""Make the sample study: images as DICOM, the tables beside them and the truth about them."""

import csv
import datetime as dt
import hashlib
import io
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rich.progress import track

from pipeline.export import tables as export_tables
from pipeline.model.image import Mask, Modality, Phase
from pipeline.simulate import course, outside, render, sample, truth
from pipeline.simulate.course import Appointment
from pipeline.simulate.plan import Naming, SubjectPlan
from pipeline.simulate.render import Rendered
from pipeline.store import dicom_write, nifti
from pipeline.store.dicom_write import SeriesHeader, Syntax

SEED = 20210301
"""Seed of the sample study in the repository."""

_UNNAMED = "Recon 2: LIVER 3 PHASE (AP)"
_NAMES = {
    (Modality.CT, Phase.ARTERIAL): "LIVER ARTERIAL 4.0 B31f",
    (Modality.CT, Phase.PORTAL_VENOUS): "LIVER PORTAL VENOUS 4.0 B31f",
    (Modality.MR, Phase.ARTERIAL): "t1_vibe_fs_tra_art",
    (Modality.MR, Phase.PORTAL_VENOUS): "t1_vibe_fs_tra_pv",
}
_MASK_COLUMNS = ("subject", "date", "acquisition", "what", "lesion", "path")


@dataclass(frozen=True)
class _MaskRow:
    subject: str
    date: str
    acquisition: str
    what: str
    lesion: str
    path: str


def make(out: Path, seed: int, subjects: Sequence[SubjectPlan] = sample.SUBJECTS) -> None:
    """Write the sample study into `out`; folders of its subjects are made anew.

    The same seed gives the same bytes. Files that are not part of the study stay.
    """
    truths, mask_rows = [], []
    for plan in track(subjects, description="simulating"):
        shutil.rmtree(out / plan.subject, ignore_errors=True)
        told, rows = _subject(out, plan, seed)
        truths.append(told)
        mask_rows += rows
    _tables(out, subjects, mask_rows)
    manifest = {"seed": seed, "subjects": truths, "files": _hashes(out, subjects)}
    (out / "MANIFEST.json").write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")


def _subject(out: Path, plan: SubjectPlan, seed: int) -> tuple[truth.Truth, list[_MaskRow]]:
    visits = course.arrange(plan, seed)
    rows: list[_MaskRow] = []
    liver_ml: dict[str, float] = {}
    for visit in visits:
        rendered = {phase: render.render(shot) for phase, shot in visit.shots.items()}
        spilled = [phase for phase, image in rendered.items() if not all(image.lesions_in_liver)]
        if spilled:
            raise ValueError(
                f"{plan.subject} {visit.plan.name}: a lesion leaves the liver in {spilled}; change the seed"
            )
        _write_images(out, plan, visit, rendered, seed)
        read_on = rendered[truth.READ_ON]
        liver_ml[visit.plan.name] = float(read_on.liver_share.sum()) * read_on.image.grid.voxel_ml
        if plan.masks:
            rows += _write_masks(out, plan, visit, read_on)
    return truth.subject(plan, visits, liver_ml), rows


def _write_images(
    out: Path, plan: SubjectPlan, visit: Appointment, rendered: Mapping[Phase, Rendered], seed: int
) -> None:
    first = 1
    for order, (phase, image) in enumerate(rendered.items()):
        header = _header(plan, visit, phase, order, first, seed)
        slices = image.image.grid.shape[0]
        folder = out / plan.subject / visit.plan.name / f"S{header.series_number:04d}"
        numbers = [header.first_instance + slices - 1 - k for k in range(slices)]
        paths = [folder / f"IM{number:06d}{plan.scanner.extension}" for number in numbers]
        dicom_write.write(image.image.array, image.image.grid, header, paths)
        if plan.scanner.naming is Naming.ONE_SERIES:
            first += slices


def _header(plan: SubjectPlan, visit: Appointment, phase: Phase, order: int, first: int, seed: int) -> SeriesHeader:
    scanner, shared = plan.scanner, plan.scanner.naming is Naming.ONE_SERIES
    named = scanner.naming is Naming.NAMED
    series = 4 if shared else 4 + order
    study = f"{plan.subject}/{visit.plan.name}"
    return SeriesHeader(
        subject=plan.subject,
        modality=scanner.modality,
        study_date=visit.plan.date,
        study_time="093000",
        uid_root=f"hepatrack sample {seed}",
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


def _write_masks(out: Path, plan: SubjectPlan, visit: Appointment, read_on: Rendered) -> list[_MaskRow]:
    grid = read_on.image.grid
    drawn = [("liver", "", read_on.liver_share >= 0.5)]
    for number, lesion in enumerate(visit.shots[truth.READ_ON].placed, start=1):
        drawn.append(("lesion", lesion.name, read_on.lesion_numbers == number))
    rows = []
    for what, name, array in drawn:
        path = Path(plan.subject) / "masks" / f"{visit.plan.name}_{name or what}.nii.gz"
        (out / path).parent.mkdir(parents=True, exist_ok=True)
        nifti.write_mask(Mask(np.ascontiguousarray(array, dtype=np.bool_), grid), out / path)
        acquisition = str(_acquisition_number(plan, truth.READ_ON))
        rows.append(_MaskRow(plan.subject, visit.plan.date.isoformat(), acquisition, what, name, path.as_posix()))
    return rows


def _tables(out: Path, subjects: Sequence[SubjectPlan], masks: Sequence[_MaskRow]) -> None:
    events = [
        (plan.subject, event.kind.value, event.date.isoformat(), event.detail)
        for plan in subjects
        for event in sorted(plan.events, key=lambda event: event.date)
    ]
    _write_csv(out / "events.csv", ("subject", "event", "date", "detail"), events)
    _write_csv(out / "arms.csv", ("subject", "arm"), [(plan.subject, plan.arm) for plan in subjects])
    _write_csv(out / "masks.csv", _MASK_COLUMNS, [tuple(vars(row).values()) for row in masks])
    included = {plan.subject for plan in subjects}
    reads = [read for read in outside.READS if read.subject in included]
    table = export_tables.lesion_rows(reads)
    signed = {(read.subject, read.date.isoformat(), read.lesion): read.signed_at for read in reads}
    rows = [(*row, _instant(signed[row[0], row[2], row[3]])) for row in table.rows]
    _write_csv(out / "reads.csv", (*table.columns, "signed_at"), rows)


def _instant(moment: object) -> str:
    return moment.isoformat() if isinstance(moment, dt.datetime) else ""


def _write_csv(path: Path, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([columns, *rows])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text.getvalue(), encoding="utf-8")


def _hashes(out: Path, subjects: Sequence[SubjectPlan]) -> dict[str, str]:
    folders = [out / plan.subject for plan in subjects]
    files = sorted(path for folder in folders for path in folder.rglob("*") if path.is_file())
    files += [out / name for name in ("arms.csv", "events.csv", "masks.csv", "reads.csv")]
    return {path.relative_to(out).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
