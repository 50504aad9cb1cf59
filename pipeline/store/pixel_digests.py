"""What the pixels of a slice are: one text for slices that show the same, read only where it is asked for."""

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path

from pipeline.model.catalog import SliceHeader
from pipeline.model.errors import InputError
from pipeline.model.internal import InternalError
from pipeline.store import dicom

FRAMES_AT_ONCE = 64
"""Frames of one file that are decoded together; own choice, 64 MB of the largest usual matrix (1024 x 512)."""


class PixelDigests:
    """SHA-256 of the values of slices after rescale, empty where they cannot be decoded; kept once made."""

    def __init__(self, roots: Sequence[Path], headers: Iterable[SliceHeader]) -> None:
        self._roots = roots
        self._known: dict[tuple[int, str, int], str] = {}
        self._frames: dict[tuple[int, str], list[SliceHeader]] = {}
        for header in headers:
            if header.frame:
                self._frames.setdefault((header.source, header.path), []).append(header)

    def __call__(self, header: SliceHeader) -> str:
        """Return the digest of a slice."""
        if header.origin not in self._known:
            together = self._together(header)
            self._known.update(zip((each.origin for each in together), self._made(together), strict=True))
        return self._known[header.origin]

    def _together(self, header: SliceHeader) -> list[SliceHeader]:
        """The slice, and where it is a frame those of its file that are decoded with it."""
        frames = self._frames.get((header.source, header.path), [header])
        first = frames.index(header) // FRAMES_AT_ONCE * FRAMES_AT_ONCE
        return frames[first : first + FRAMES_AT_ONCE]

    def _made(self, headers: Sequence[SliceHeader]) -> list[str]:
        try:
            return [hashlib.sha256(plane.tobytes()).hexdigest() for plane in dicom.decode(self._roots, headers)]
        except (InputError, InternalError):
            return [""] * len(headers)
