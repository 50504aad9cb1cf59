"""Cut the key slices that prove a measurement, and keep them as small artifacts."""

import datetime as dt
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from pydantic import TypeAdapter

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
class Cut:
    """A key slice as stored; empty facts mean that there is nothing to show."""

    facts: dict[str, Any]
    pixels: Ref


@dataclass(frozen=True)
class _Head:
    """The facts of a key slice beside its arrays."""

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


@step("picture", PictureInput, Cut)
def cut(artifacts: Artifacts, given: PictureInput) -> Cut:
    """Cut one key slice out of its volume."""
    picture = given.picture
    image = artifacts.get_image(picture.image)
    lesion = artifacts.get_mask(picture.mask)
    liver = artifacts.get_mask(picture.liver) if picture.liver else None
    viable = artifacts.get_mask(picture.viable) if picture.viable else None
    key = keyslice.key_slice(image, lesion, liver, given.finding, Kind(picture.kind), viable)
    if key is None:
        return Cut({}, "")
    facts = {f.name: getattr(key, f.name) for f in fields(key) if f.name not in {*_LINES, "pixels"}}
    facts |= {name: [line.tolist() for line in getattr(key, name)] for name in _LINES}
    plane = np.ascontiguousarray(key.pixels)[None]
    pixels = artifacts.put_image(Image(plane, Grid(plane.shape, (1.0, 1.0, 1.0), (0.0, 0.0, 0.0)), key.modality))
    return Cut(TypeAdapter(dict[str, Any]).dump_python(facts, mode="json"), pixels)


def restored(artifacts: Artifacts, stored: Cut) -> KeySlice | None:
    """Return the key slice behind a cut, None where there was nothing to show."""
    if not stored.facts:
        return None
    facts = dict(stored.facts)
    lines = {name: tuple(np.asarray(line, dtype=np.float64) for line in facts.pop(name)) for name in _LINES}
    head = TypeAdapter(_Head).validate_python(facts)
    return KeySlice(
        **{f.name: getattr(head, f.name) for f in fields(head)},
        **lines,
        pixels=artifacts.get_image(stored.pixels).array[0],
    )
