"""DICOM in: headers of a folder, voxels of a volume."""

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
from pipeline.store.dicom_headers import FileHeaders
from pipeline.store.worker import WorkerDiedError
from pipeline.store.worker_tasks import FILE_HEADERS, HEADER

READERS = 2
"""Files whose headers are read at the same time, each in a worker; own choice, one a core of a small machine."""
DECODERS = 2
"""Files decoded at the same time, each in a worker."""
MOST_AT_ONCE = 1 << 25
"""Pixels of the frames that a worker decodes at once; own choice, 128 frames of 512 x 512, 128 MB as numbers."""


def read_headers(root: Path, source: int = 0) -> tuple[tuple[SliceHeader, ...], tuple[FileEntry, ...]]:
    """Read every file below a folder: usable slices, and everything else there with its reason.

    Links are followed (walk.walk). Both results are sorted by path. source is what the
    headers carry as their source.

    Raises:
        InputError: the folder does not exist.
    """
    walked = walk.walk(root)
    with ThreadPoolExecutor(max_workers=READERS) as pool:
        read = list(pool.map(lambda path: _headers(root, path, source), walked.files))
    headers = tuple(header for file in read for header in file.slices)
    others = [*walked.entries, *(file.entry for file in read if file.entry is not None)]
    return headers, tuple(sorted(others, key=lambda entry: entry.path))


def load_volume(roots: Sequence[Path], volume: Volume, every: int = 1) -> Image:
    """Decode a volume: CT as int16 HU after rescale, MR as float32.

    roots are the source folders in the order that the slices' `source` counts. With
    every = n only each n-th slice is read and the grid's slice step grows accordingly.

    Raises:
        InputError: a file is gone, has changed or cannot be decoded.
    """
    of_files = _by_file(volume.slices[::every])
    with ThreadPoolExecutor(max_workers=DECODERS) as pool:
        decoded = pool.map(lambda headers: decode(roots, headers), of_files)
        planes = {
            header.origin: plane
            for headers, of_file in zip(of_files, decoded, strict=True)
            for header, plane in zip(headers, of_file, strict=True)
        }
    array = np.stack([planes[header.origin] for header in volume.slices[::every]])
    array = array.astype(np.int16 if volume.modality is Modality.CT else np.float32, copy=False)
    return Image(array, _thinned(volume.grid, every), volume.modality)


def undecodable(roots: Sequence[Path], volume: Volume) -> dict[SliceHeader, str]:
    """Return the slices of a volume whose pixels cannot be decoded, each with its reason.

    Frames of a file that are decoded together are so together.
    """

    def reason(headers: Sequence[SliceHeader]) -> str:
        try:
            decode(roots, headers)
        except InputError as error:
            return str(error).removeprefix(f"{headers[0].path}: ")
        return ""

    of_files = _by_file(volume.slices)
    with ThreadPoolExecutor(max_workers=DECODERS) as pool:
        reasons = zip(of_files, pool.map(reason, of_files), strict=True)
        return {header: why for headers, why in reasons if why for header in headers}


def _by_file(slices: Sequence[SliceHeader]) -> list[list[SliceHeader]]:
    """The slices of each file; of many frames as many together as a worker decodes at once."""
    of_file: dict[tuple[int, str], list[SliceHeader]] = {}
    for header in slices:
        of_file.setdefault((header.source, header.path), []).append(header)
    batches = []
    for headers in of_file.values():
        count = max(1, MOST_AT_ONCE // (headers[0].rows * headers[0].columns))
        batches += [headers[first : first + count] for first in range(0, len(headers), count)]
    return batches


def _headers(root: Path, path: str, source: int) -> FileHeaders:
    """Read one file; what no one foresaw takes out this file alone, by name."""
    try:
        made = worker.call("headers", {"root": str(root), "path": path, "source": source}).value
    except InputError as error:
        return FileHeaders(entry=FileEntry(path, FileStatus.UNREADABLE, reason=str(error)))
    except InternalError as error:
        internal = error.internal
        return FileHeaders(entry=FileEntry(path, FileStatus.INTERNAL, reason=internal.reason, trace=internal.trace))
    return FILE_HEADERS.validate_python(made)


def decode(roots: Sequence[Path], headers: Sequence[SliceHeader]) -> tuple[NDArray[Any], ...]:
    """Decode slices of one file.

    Raises:
        InputError: the file is gone, has changed or cannot be decoded.
    """
    path = _path(roots, headers[0])
    request = {"path": str(path), "headers": [HEADER.dump_python(header, mode="json") for header in headers]}
    try:
        return worker.call("pixels", request).arrays
    except WorkerDiedError as error:
        raise InputError(f"{headers[0].path}: pixel data cannot be decoded: {error}. Copy the file again.") from error


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
