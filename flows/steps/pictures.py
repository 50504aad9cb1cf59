"""Cut the key slices that prove a measurement, and keep them as small artifacts."""

import datetime as dt
import functools
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from flows.step import step
from flows.values import Picture
from pipeline.model.grid import Grid
from pipeline.model.image import Image, Modality, Phase
from pipeline.model.lesion import Finding, Role
from pipeline.report import keyslice
from pipeline.report.content import DrawnAxis, Edges, KeySlice, Kind
from pipeline.store.artifacts import Artifacts, Ref

_LINES = ("outlines", "liver_outlines", "viable_outlines")


@dataclass(frozen=True)
class PictureInput:
    """What to draw, and the finding whose axes are drawn."""

    picture: Picture
    finding: Finding


@dataclass(frozen=True)
class SubjectPictures:
    """The key slices of one subject."""

    items: tuple[PictureInput, ...]


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


@dataclass(frozen=True)
class Cut:
    """A key slice as stored."""

    head: _Head
    pixels: Ref


@step("pictures", SubjectPictures, tuple[Cut, ...])
def cut(artifacts: Artifacts, given: SubjectPictures) -> tuple[Cut, ...]:
    """Cut the key slices of one subject; each volume is loaded once."""
    image = functools.lru_cache(maxsize=2)(artifacts.get_image)
    mask = functools.lru_cache(maxsize=6)(artifacts.get_mask)
    cuts = []
    for item in given.items:
        picture = item.picture
        liver, viable = (mask(ref) if ref else None for ref in (picture.liver, picture.viable))
        kind = Kind(picture.kind)
        key = keyslice.key_slice(image(picture.image), mask(picture.mask), liver, item.finding, kind, viable=viable)
        if key is not None:
            cuts.append(_stored(artifacts, key))
    return tuple(cuts)


def _stored(artifacts: Artifacts, key: KeySlice) -> Cut:
    facts: dict[str, Any] = {f.name: getattr(key, f.name) for f in fields(_Head)}
    facts |= {name: tuple(tuple((r, c) for r, c in line.tolist()) for line in facts[name]) for name in _LINES}
    head = _Head(**facts)
    plane = np.ascontiguousarray(key.pixels)[None]
    pixels = artifacts.put_image(Image(plane, Grid(plane.shape, (1.0, 1.0, 1.0), (0.0, 0.0, 0.0)), key.modality))
    return Cut(head, pixels)


def restored(artifacts: Artifacts, stored: Cut) -> KeySlice:
    """Return the key slice behind a cut."""
    facts: dict[str, Any] = {f.name: getattr(stored.head, f.name) for f in fields(stored.head)}
    for name in _LINES:
        facts[name] = tuple(np.asarray(line, dtype=np.float64).reshape(-1, 2) for line in facts[name])
    return KeySlice(**facts, pixels=artifacts.get_image(stored.pixels).array[0])
