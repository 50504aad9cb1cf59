"""What a worker can be asked: a task's name, and the function that reads one foreign file for it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from numpy.typing import NDArray
from pydantic import TypeAdapter

from pipeline.model.catalog import SliceHeader, Volume
from pipeline.store import dicom_headers, dicom_pixels
from pipeline.store.dicom_headers import FileHeaders
from pipeline.store.worker_frames import Streamed

Done = tuple[Any, tuple[NDArray[Any] | Streamed, ...]]
"""What a task returns: plain JSON and arrays."""

HEADER = TypeAdapter(SliceHeader)
"""A slice header as plain JSON."""
FILE_HEADERS = TypeAdapter(FileHeaders)
"""The slice headers of a file, or why it has none, as plain JSON."""


def do(task: str, request: dict[str, Any]) -> Done:
    """Do a task."""
    return _TASKS[task](**request)


def _headers(root: str, path: str, source: int) -> Done:
    return FILE_HEADERS.dump_python(dicom_headers.read(Path(root), path, source), mode="json"), ()


def _pixels(path: str, headers: list[dict[str, Any]]) -> Done:
    return None, tuple(dicom_pixels.decode(Path(path), [HEADER.validate_python(header) for header in headers]))


def _nifti(path: str, labels: bool) -> Done:
    from pipeline.store import nifti_read  # noqa: PLC0415  nibabel takes longer to import than a header to read

    return nifti_read.read(Path(path), labels)


def _seg_reference(path: str) -> Done:
    from pipeline.store import dicom_seg_read  # noqa: PLC0415  highdicom likewise

    return dicom_seg_read.reference(Path(path)), ()


def _seg_masks(path: str, volume: dict[str, Any]) -> Done:
    from pipeline.store import dicom_seg_read  # noqa: PLC0415  highdicom likewise

    return dicom_seg_read.masks(Path(path), TypeAdapter(Volume).validate_python(volume))


_TASKS: dict[str, Callable[..., Done]] = {
    "headers": _headers,
    "pixels": _pixels,
    "nifti": _nifti,
    "seg reference": _seg_reference,
    "seg masks": _seg_masks,
}
