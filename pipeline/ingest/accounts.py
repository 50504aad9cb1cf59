"""Account for every file: exactly one entry each, also where its frames went to several volumes or were left out."""

from collections.abc import Iterable, Sequence

from pipeline.ingest.excluded import Excluded
from pipeline.model.catalog import FileEntry, FileStatus, Volume

Accounts = list[tuple[int, FileEntry]]
"""Entries with the index of their source folder."""


def of_files(
    others: Iterable[tuple[int, FileEntry]], volumes: Sequence[Volume], excluded: Sequence[Excluded]
) -> Accounts:
    """Return one entry for each file: those of files without slices as they are, then the files of slices.

    A file is used where a volume holds a slice of it; what is left out of it is said all the same.
    """
    used: dict[tuple[int, str], list[str]] = {}
    for volume in volumes:
        for item in volume.slices:
            ids = used.setdefault((item.source, item.path), [])
            if volume.id not in ids:
                ids.append(volume.id)
    status: dict[tuple[int, str], FileStatus] = {}
    reasons: dict[tuple[int, str], list[str]] = {}
    traces = {(source, entry.path): entry.trace for source, entry in others}
    for source, entry in others:
        status[source, entry.path] = entry.status
        reasons.setdefault((source, entry.path), []).append(entry.reason)
    for (source, path), why in _left_out(excluded).items():
        status.setdefault((source, path), FileStatus.LEFT_OUT)
        reasons.setdefault((source, path), []).extend(why)
    return [
        (
            source,
            FileEntry(
                path,
                FileStatus.USED if (source, path) in used else status[source, path],
                ";".join(used.get((source, path), [])),
                "; ".join(filter(None, reasons.get((source, path), []))),
                traces.get((source, path), ""),
            ),
        )
        for source, path in (*(key for key in status if key not in used), *used)
    ]


def _left_out(excluded: Sequence[Excluded]) -> dict[tuple[int, str], list[str]]:
    """Reasons by file; those of frames count the frames."""
    frames: dict[tuple[int, str], dict[str, list[int]]] = {}
    for item, why, _ in excluded:
        frames.setdefault((item.source, item.path), {}).setdefault(why, []).append(item.frame)
    return {key: [_counted(why, numbers) for why, numbers in of_file.items()] for key, of_file in frames.items()}


def _counted(why: str, frames: Sequence[int]) -> str:
    if frames == [0]:
        return why
    return f"frame {frames[0]}: {why}" if len(frames) == 1 else f"{len(frames)} frames: {why}"
