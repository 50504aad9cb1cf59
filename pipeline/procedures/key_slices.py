"""Keep key slices as small artifacts: the pixels apart, the facts and lines as a value."""

import datetime as dt
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from pipeline.model.grid import Grid
from pipeline.model.image import Image, Modality, Phase
from pipeline.model.lesion import Role
from pipeline.report.content import DrawnAxis, Edges, KeySlice, Kind
from pipeline.store.artifacts import Artifacts, Ref

_LINES = ("outlines", "liver_outlines", "viable_outlines")

Line = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class _Head:
    """The facts of a key slice beside its pixels."""

    visit: str
    date: dt.date
    lesion: str
    role: Role
    phase: Phase
    modality: Modality
    kind: Kind
    series_uid: str
    sop_uid: str
    slice_number: int
    spacing_mm: tuple[float, float]
    edges: Edges
    axes: tuple[DrawnAxis, ...]
    outlines: tuple[Line, ...]
    liver_outlines: tuple[Line, ...]
    viable_outlines: tuple[Line, ...]
    note: str = ""


@dataclass(frozen=True)
class Cut:
    """A key slice as stored."""

    head: _Head
    pixels: Ref

    @property
    def visit(self) -> str:
        """The visit it was cut from."""
        return self.head.visit


def stored(artifacts: Artifacts, key: KeySlice) -> Cut:
    """Store a key slice."""
    facts: dict[str, Any] = {f.name: getattr(key, f.name) for f in fields(_Head)}
    facts |= {name: tuple(tuple((r, c) for r, c in line.tolist()) for line in facts[name]) for name in _LINES}
    head = _Head(**facts)
    plane = np.ascontiguousarray(key.pixels)[None]
    pixels = artifacts.put_image(Image(plane, Grid(plane.shape, (1.0, 1.0, 1.0), (0.0, 0.0, 0.0)), key.modality))
    return Cut(head, pixels)


def restored(artifacts: Artifacts, cut: Cut) -> KeySlice:
    """Return the key slice behind a cut."""
    facts: dict[str, Any] = {f.name: getattr(cut.head, f.name) for f in fields(cut.head)}
    for name in _LINES:
        facts[name] = tuple(np.asarray(line, dtype=np.float64).reshape(-1, 2) for line in facts[name])
    return KeySlice(**facts, pixels=artifacts.get_image(cut.pixels).array[0])
