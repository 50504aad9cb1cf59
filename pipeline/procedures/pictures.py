"""Cut the key slices that prove a measurement, and keep them as small artifacts."""

import functools
from dataclasses import dataclass, replace

from pipeline.model.image import Image, Mask
from pipeline.model.lesion import Finding
from pipeline.procedures import key_slices
from pipeline.procedures.procedure import procedure
from pipeline.procedures.values import EarlierSlice, KeySliceInput
from pipeline.report.content import KeySlice, Kind
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
        kind, shown, lesion = Kind(picture.kind), image(picture.image), mask(picture.mask)
        if picture.earlier is not None:
            cuts.append(key_slices.stored(artifacts, _before(shown, lesion, liver, item.finding, picture.earlier)))
            continue
        key = key_slice.cut(shown, lesion, liver, item.finding, kind, viable=viable)
        if key is not None:
            cuts.append(key_slices.stored(artifacts, key))
    return tuple(cuts)


def _before(image: Image, place: Mask, liver: Mask | None, finding: Finding, earlier: EarlierSlice) -> KeySlice:
    """Return the slice of an earlier visit at the place of a finding."""
    there = replace(
        finding,
        visit=earlier.visit,
        date=earlier.date,
        phase=earlier.phase,
        series_uid=earlier.series_uid,
        sop_uid=earlier.sop_uid,
    )
    return replace(key_slice.of_place(image, place, liver, there, earlier.index), note=earlier.answer)
