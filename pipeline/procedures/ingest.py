"""Account for every source file, group slices into volumes, adopt masks from outside."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.ingest import masks as outside
from pipeline.model import subject_name, words
from pipeline.model.catalog import FileEntry, FileStatus, Volume
from pipeline.model.errors import InputError
from pipeline.model.failure import Failure
from pipeline.model.image import Mask
from pipeline.model.visit_list import RowFault, VisitList
from pipeline.procedures import scan as scanning
from pipeline.procedures import source_names
from pipeline.procedures.procedure import procedure
from pipeline.procedures.values import OutsideMask, SubjectInput
from pipeline.store import dicom_seg, fingerprint, nifti
from pipeline.store.artifacts import Artifacts
from pipeline.store.file_hashes import sha256
from pipeline.store.fingerprint import HashedMask, SourceFile
from pipeline.volume import resample

NO_SUBJECT = "(unknown)"
"""Stands for the subject of a file that cannot be read."""
NAMED = 3
"""Volumes that a message names before it breaks off; own choice."""


@dataclass(frozen=True)
class IngestInput:
    """Source folders, their files with the hash of each, the masks and the list of visits from outside."""

    roots: tuple[str, ...]
    files: tuple[SourceFile, ...]
    masks: tuple[HashedMask, ...]
    visits: VisitList | None = None


@dataclass(frozen=True)
class Ingested:
    """Every file with its SHA-256, what was found for each subject, and the files that cannot be read."""

    files: tuple[tuple[FileEntry, str], ...]
    subjects: tuple[SubjectInput, ...]
    failures: tuple[Failure, ...] = ()


@procedure("ingest", IngestInput, Ingested)
def ingest(artifacts: Artifacts, given: IngestInput) -> Ingested:
    """Read headers, group slices into volumes, find the volumes that masks belong to."""
    roots = [Path(root) for root in given.roots]
    scanned = scanning.scan(roots, headers_only=True, visits=given.visits)
    known = {_entry_path(file, len(roots)): file.sha256 for file in given.files}
    files = tuple((entry, _hash(known, roots, entry)) for entry in scanned.files)
    masks, failures = _nifti(artifacts, given.masks, scanned.volumes)
    for segmentation, volume in scanned.adopted:
        adopted, refused = _dicom_seg(
            artifacts, roots, segmentation, next(v for v in scanned.volumes if v.id == volume)
        )
        masks += adopted
        failures += refused
    of_volume: dict[str, list[str]] = {}
    for entry, digest in files:
        for volume_id in entry.volume.split(";"):
            of_volume.setdefault(volume_id, []).append(digest)
    subjects = sorted({v.subject for v in scanned.volumes} | {f.subject for f in failures})
    usable = [name for name in subjects if not subject_name.fault(name)]
    unreadable = (
        Failure(NO_SUBJECT, "", "ingest", f"{entry.path}: {entry.reason}", entry.trace)
        for entry in scanned.files
        if entry.status in {FileStatus.UNREADABLE, FileStatus.INTERNAL}
    )
    return Ingested(
        files,
        tuple(_subject(name, scanned.volumes, of_volume, masks, failures) for name in usable),
        (
            *_empty(roots, scanned.files),
            *unreadable,
            *(Failure(fault.subject or NO_SUBJECT, "", "visits", _of_list(fault)) for fault in scanned.faults),
            *(_unusable(name) for name in subjects if subject_name.fault(name)),
        ),
    )


def _unusable(subject: str) -> Failure:
    """Set a subject aside whose identifier cannot be used in every table and file; the others go on."""
    reason = (
        f"identifier of the subject: {subject_name.fault(subject)}. Its images are set aside: correct Clinical Trial "
        "Subject ID (0012,0040) or Patient ID (0010,0020)."
    )
    return Failure(subject_name.shown(subject), "", "ingest", reason)


def _empty(roots: Sequence[Path], files: Sequence[FileEntry]) -> tuple[Failure, ...]:
    """Name the source folders without any file."""
    filled = {entry.path.partition(":")[0] for entry in files}
    return tuple(
        Failure(NO_SUBJECT, "", "ingest", f"source folder {number} of {len(roots)} is empty: check its path")
        for number in range(1, len(roots) + 1)
        if len(roots) > 1 and str(number) not in filled
    )


def _subject(
    subject: str,
    volumes: Sequence[Volume],
    hashes: dict[str, list[str]],
    masks: list[OutsideMask],
    failures: list[Failure],
) -> SubjectInput:
    own = tuple(volume for volume in volumes if volume.subject == subject)
    ids = {volume.id for volume in own}
    content = hashlib.sha256("".join(h for v in own for h in sorted(hashes[v.id])).encode()).hexdigest()
    return SubjectInput(
        subject=subject,
        volumes=own,
        content=content,
        masks=tuple(mask for mask in masks if mask.volume in ids),
        failures=(
            *(each for each in failures if each.subject == subject),
            *_undated(subject, own),
            *_set_aside(subject, own),
        ),
    )


def _undated(subject: str, volumes: Sequence[Volume]) -> tuple[Failure, ...]:
    """Name each study whose volumes can belong to no visit, for want of a date."""
    studies: dict[str, list[str]] = {}
    for volume in volumes:
        if volume.date is None and not volume.listed.aside:
            studies.setdefault(volume.examination, []).append(volume.id)
    return tuple(
        Failure(
            subject,
            "",
            "ingest",
            f"study {study} has no date, so that it belongs to no visit: {words.plural(len(ids), 'volume')} "
            f"({', '.join(ids[:NAMED])}{', ...' if ids[NAMED:] else ''}). Say visit and date in a list (--visits); "
            "`hepatrack scan SOURCE --visits-template visits.csv` writes one to fill in.",
        )
        for study, ids in sorted(studies.items())
    )


def _set_aside(subject: str, volumes: Sequence[Volume]) -> tuple[Failure, ...]:
    """Name the volumes that a list of visits leaves without a visit."""
    return tuple(Failure(subject, "", "visits", text) for text in scanning.unnamed(volumes))


def _of_list(fault: RowFault) -> str:
    return f"list of visits: {fault.text}"


def _nifti(
    artifacts: Artifacts, rows: Sequence[HashedMask], volumes: Sequence[Volume]
) -> tuple[list[OutsideMask], list[Failure]]:
    """Place NIfTI masks on the volumes they belong to; one that belongs to none is a failure with its reason."""
    masks, failures = [], []
    for item in rows:
        row = item.row
        try:
            labels = nifti.read_mask(row.path)
        except InputError as error:
            failures.append(Failure(row.subject, row.date.isoformat(), "adopt", str(error)))
            continue
        request = outside.MaskRequest(row.subject, row.date, row.acquisition, row.what, row.lesion, labels.grid)
        match = outside.match(volumes, request)
        if match.volume is None:
            failures.append(Failure(row.subject, row.date.isoformat(), "adopt", f"{row.path.name}: {match.reason}"))
            continue
        drawn = Mask(labels.array > 0, labels.grid)
        placed = artifacts.put_mask(resample.resample_mask(drawn, match.volume.grid))
        origin = f"NIfTI {row.path.name}, SHA-256 {item.sha256[:16]}"
        masks.append(OutsideMask(match.volume.id, row.what, row.lesion, placed, origin))
    return masks, failures


def _dicom_seg(
    artifacts: Artifacts, roots: Sequence[Path], segmentation: dicom_seg.Segmentation, volume: Volume
) -> tuple[list[OutsideMask], list[Failure]]:
    """Adopt the liver and lesion segments of a DICOM SEG; lesions keep their segment label as name."""
    try:
        segments = dicom_seg.decode(roots[segmentation.source], segmentation, volume)
    except InputError as error:
        return [], [Failure(volume.subject, volume.examination, "adopt", str(error))]
    return [
        OutsideMask(
            volume.id,
            segment.what,
            segment.label if segment.what == dicom_seg.LESION else "",
            artifacts.put_mask(segment.mask),
            f"DICOM SEG {segmentation.path}",
        )
        for segment in segments
    ], []


def _entry_path(file: SourceFile, sources: int) -> str:
    """Return the path that the account of files gives a file: "N:" before it is its source, of several."""
    return file.path if sources == 1 else f"{file.source + 1}:{file.path}"


def _hash(known: dict[str, str], roots: Sequence[Path], entry: FileEntry) -> str:
    """Return the hash of a file as listed; one that came after the listing is read."""
    listed = known.get(fingerprint.printable(entry.path))
    return sha256(source_names.located(roots, entry.path)) if listed is None else listed
