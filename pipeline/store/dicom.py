"""DICOM in: headers of a folder, voxels of a volume."""

import hashlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.model.catalog import FileEntry, FileStatus, SliceHeader, Volume
from pipeline.model.errors import InputError
from pipeline.model.grid import Grid
from pipeline.model.image import Image, Modality
from pipeline.model.internal import InternalError
from pipeline.store import walk, worker
from pipeline.store.worker import WorkerDiedError
from pipeline.store.worker_tasks import HEADER

READERS = 2
"""Files whose headers are read at the same time, each in a worker; own choice, one a core of a small machine."""
DECODERS = 2
"""Slices decoded at the same time, each in a worker."""


def read_headers(root: Path, source: int = 0) -> tuple[tuple[SliceHeader, ...], tuple[FileEntry, ...]]:
    """Read every file below a folder: usable slices, and everything else there with its reason.

    Links are followed (walk.walk). Both results are sorted by path. source is what the
    headers carry as their source.

    Raises:
        InputError: the folder does not exist.
    """
    walked = walk.walk(root)
    with ThreadPoolExecutor(max_workers=READERS) as pool:
        entries = list(pool.map(lambda path: _header(root, path, source), walked.files))
    headers = tuple(entry for entry in entries if isinstance(entry, SliceHeader))
    others = [*walked.entries, *(entry for entry in entries if isinstance(entry, FileEntry))]
    return headers, tuple(sorted(others, key=lambda entry: entry.path))


def load_volume(roots: Sequence[Path], volume: Volume, every: int = 1) -> Image:
    """Decode a volume: CT as int16 HU after rescale, MR as float32.

    roots are the source folders in the order that the slices' `source` counts. With
    every = n only each n-th slice is read and the grid's slice step grows accordingly.

    Raises:
        InputError: a file is gone, has changed or cannot be decoded.
    """
    slices = volume.slices[::every]
    with ThreadPoolExecutor(max_workers=DECODERS) as pool:
        planes = list(pool.map(lambda header: _plane(roots, header), slices))
    array = np.stack(planes)
    array = array.astype(np.int16 if volume.modality is Modality.CT else np.float32, copy=False)
    return Image(array, _thinned(volume.grid, every), volume.modality)


def pixel_digest(roots: Sequence[Path], header: SliceHeader) -> str:
    """Return the SHA-256 of a slice's values after rescale, empty where they cannot be decoded."""
    try:
        return hashlib.sha256(_plane(roots, header).tobytes()).hexdigest()
    except (InputError, InternalError):
        return ""


def _header(root: Path, path: str, source: int) -> SliceHeader | FileEntry:
    """Read one file; what no one foresaw takes out this file alone, by name."""
    try:
        made = worker.call("header", {"root": str(root), "path": path, "source": source}).value
    except InputError as error:
        return FileEntry(path, FileStatus.UNREADABLE, reason=str(error))
    except InternalError as error:
        return FileEntry(path, FileStatus.INTERNAL, reason=error.internal.reason, trace=error.internal.trace)
    if "slice" in made:
        return HEADER.validate_python(made["slice"])
    return FileEntry(path, FileStatus(made["status"]), reason=made["reason"])


def _plane(roots: Sequence[Path], header: SliceHeader) -> NDArray[Any]:
    request = {"path": str(_path(roots, header)), "header": HEADER.dump_python(header, mode="json")}
    try:
        (plane,) = worker.call("pixels", request).arrays
    except WorkerDiedError as error:
        raise InputError(f"{header.path}: pixel data cannot be decoded: {error}. Copy the file again.") from error
    return plane


def _path(roots: Sequence[Path], header: SliceHeader) -> Path:
    if header.source >= len(roots):
        raise InputError(
            f"{header.path}: comes from source folder {header.source + 1}, {len(roots)} given. Name all source folders."
        )
    return roots[header.source] / header.path


def _thinned(grid: Grid, every: int) -> Grid:
    slices, rows, columns = grid.shape
    i, j, k = grid.spacing_mm
    return Grid((-(-slices // every), rows, columns), (i, j, k * every), grid.origin, grid.directions)
