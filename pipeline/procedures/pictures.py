"""Cut the key slices that prove a measurement, and keep them as small artifacts."""

import functools
from dataclasses import dataclass

from pipeline.model.lesion import Finding
from pipeline.procedures import key_slices
from pipeline.procedures.procedure import procedure
from pipeline.procedures.values import KeySliceInput
from pipeline.report.content import Kind
from pipeline.report.slices import key_slice
from pipeline.store.artifacts import Artifacts


@dataclass(frozen=True)
class PictureInput:
    """What to draw, and the finding whose axes are drawn."""

    picture: KeySliceInput
    finding: Finding


@dataclass(frozen=True)
class SubjectPictures:
    """The key slices of one subject."""

    items: tuple[PictureInput, ...]


@procedure("pictures", SubjectPictures, tuple[key_slices.Cut, ...])
def cut(artifacts: Artifacts, given: SubjectPictures) -> tuple[key_slices.Cut, ...]:
    """Cut the key slices of one subject; each volume is loaded once."""
    image = functools.lru_cache(maxsize=2)(artifacts.get_image)
    mask = functools.lru_cache(maxsize=6)(artifacts.get_mask)
    cuts = []
    for item in given.items:
        picture = item.picture
        liver, viable = (mask(ref) if ref else None for ref in (picture.liver, picture.viable))
        kind = Kind(picture.kind)
        key = key_slice.cut(image(picture.image), mask(picture.mask), liver, item.finding, kind, viable=viable)
        if key is not None:
            cuts.append(key_slices.stored(artifacts, key))
    return tuple(cuts)
