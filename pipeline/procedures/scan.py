"""What is in some folders: every file accounted for, volumes with geometry, phase and flags."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pipeline.ingest import accounts, checks, dates, listed
from pipeline.ingest.listed import Assigned
from pipeline.model import words
from pipeline.model.catalog import FileEntry, FileStatus, SliceHeader, Volume
from pipeline.model.visit_list import RowFault, VisitList
from pipeline.procedures import volumes as grouping
from pipeline.procedures.isolate import TakenOut, attempt
from pipeline.procedures.source_names import SourceNames
from pipeline.store import dicom, dicom_seg
from pipeline.store.dicom_seg import Segmentation
from pipeline.store.pixel_digests import PixelDigests


@dataclass(frozen=True)
class Scan:
    """Files sorted by path, volumes by subject, date and id; adopted pairs each SEG file with its volume's id.

    faults are those of the list of visits, where there is one.
    """

    files: tuple[FileEntry, ...]
    volumes: tuple[Volume, ...]
    adopted: tuple[tuple[Segmentation, str], ...] = ()
    faults: tuple[RowFault, ...] = ()


def scan(sources: Sequence[Path], headers_only: bool = False, visits: VisitList | None = None) -> Scan:
    """List what the source folders hold and change nothing.

    The phase comes from the headers alone with headers_only, else from headers and pixels.
    Images have the visits and dates that a list gives them. With several sources a path starts with the number of
    its source ("1:", "2:").

    Raises:
        InputError: a source folder does not exist.
    """
    headers: list[SliceHeader] = []
    entries: list[tuple[int, FileEntry]] = []
    for source, root in enumerate(sources):
        slices, others = dicom.read_headers(root, source)
        headers += slices
        entries += [(source, entry) for entry in others]
    assigned = Assigned(tuple(headers), ())
    if visits is not None:
        assigned = listed.assign(dates.settled(headers), visits)
        headers = list(assigned.headers)
    digest = PixelDigests(sources, headers)
    grouped = grouping.by_tags(headers, digest) if headers_only else grouping.by_pixels(sources, headers, digest)
    entries += dict.fromkeys(fault.entry(header) for header, fault in grouped.taken)
    volumes = grouped.volumes
    entries, adopted = _adopt(sources, accounts.of_files(entries, volumes, grouped.excluded), volumes)
    prefixed = [_prefixed(source, entry, len(sources)) for source, entry in entries]
    return Scan(tuple(sorted(prefixed, key=lambda entry: entry.path)), volumes, adopted, assigned.faults)


def of_list(scanned: Scan) -> tuple[str, ...]:
    """Return what is wrong with a list of visits: its rows, and the volumes to measure that no row names."""
    return (*(fault.text for fault in scanned.faults), *unnamed(scanned.volumes))


def unnamed(volumes: Sequence[Volume]) -> tuple[str, ...]:
    """Tell of each volume that no row of a list names; those that no one would measure are no loss."""
    return tuple(
        f"volume {volume.id} belongs to no visit: {volume.listed.aside}. Correct its row, or add one."
        for volume in volumes
        if volume.listed.aside == listed.UNNAMED and not set(volume.flags) & checks.LISTED_ONLY
    )


def to_json(result: Scan, names: SourceNames, *, paths: bool) -> dict[str, Any]:
    """Return files and volumes as plain values; files have the names of their content, or paths as on the disk.

    date is None where no header and no list of visits holds one, visit is empty without such a list. shape counts
    slices, rows and columns; spacing_mm runs along columns' index i, rows' index j and slices' index k; positions_mm
    has one value per slice; varying_tags are the keywords of tags that differ between slices of the volume.
    """
    return {
        "files": [
            {
                "path": file.path if paths else names.of_path[file.path],
                "status": file.status.value,
                "volume": file.volume,
                "reason": file.reason if paths else names.hidden(file.reason),
            }
            for file in result.files
        ],
        "volumes": [
            {
                "id": volume.id,
                "subject": volume.subject,
                "date": None if volume.date is None else volume.date.isoformat(),
                "visit": volume.listed.visit,
                "modality": volume.modality.value,
                "kind": volume.kind.kind.value,
                "kind_evidence": volume.kind.evidence,
                "study_uid": volume.slices[0].study_uid,
                "series_uid": volume.series_uid,
                "phase": volume.phase.phase.value,
                "phase_confidence": volume.phase.confidence,
                "shape": list(volume.grid.shape),
                "spacing_mm": [round(step, 6) for step in volume.grid.spacing_mm],
                "positions_mm": [round(position, 4) for position in volume.positions_mm],
                "flags": [flag.name for flag in volume.flags],
                "varying_tags": list(volume.varies),
            }
            for volume in result.volumes
        ],
    }


def _adopt(
    sources: Sequence[Path], entries: list[tuple[int, FileEntry]], volumes: Sequence[Volume]
) -> tuple[list[tuple[int, FileEntry]], tuple[tuple[Segmentation, str], ...]]:
    """Mark each DICOM SEG that refers to a volume as used by it."""
    result, adopted = [], []
    for source, entry in entries:
        if not dicom_seg.is_segmentation(entry):
            result.append((source, entry))
            continue
        made = attempt("a segmentation", _reference, sources[source], source, entry, volumes)
        if isinstance(made, TakenOut):
            reason = made.reason if made.trace else made.reason.partition(": ")[2]
            result.append((source, replace(entry, status=made.status, reason=reason, trace=made.trace)))
        else:
            account, volume = made
            result.append((source, account))
            adopted += [volume] if volume else []
    return result, tuple(sorted(adopted, key=lambda pair: (pair[0].source, pair[0].path)))


def _reference(
    root: Path, source: int, entry: FileEntry, volumes: Sequence[Volume]
) -> tuple[FileEntry, tuple[Segmentation, str] | None]:
    segmentation = dicom_seg.read_reference(root, entry.path, source)
    volume = dicom_seg.volume_of(segmentation, volumes)
    if volume is None:
        return entry, None
    segments = words.plural(len(segmentation.labels), "segment")
    reason = f"segmentation (DICOM SEG), adopted by the volume it was drawn on: {segments}"
    return replace(entry, status=FileStatus.USED, volume=volume.id, reason=reason), (segmentation, volume.id)


def _prefixed(source: int, entry: FileEntry, sources: int) -> FileEntry:
    return entry if sources == 1 else replace(entry, path=f"{source + 1}:{entry.path}")
