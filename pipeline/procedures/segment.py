"""Outline the liver of an image file, or the lesions in it, and write the mask."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.engines import segmentation
from pipeline.model import flags
from pipeline.model.engine import SegmentationEngine
from pipeline.model.flags import Flags
from pipeline.model.image import Labels, Mask, Phase
from pipeline.procedures import engines_file, image_file
from pipeline.procedures.image_file import LoadedImage
from pipeline.store import nifti, place


@dataclass(frozen=True)
class Outlined:
    """What was outlined on an image.

    liver is None where no plausible one was found; its confidence is None where it was given.
    lesions are labels with a confidence each, None where only the liver was asked for. engine: whose outlines they are.
    """

    engine: str
    phase: Phase
    liver: Mask | None
    flags: Flags = ()
    liver_confidence: float | None = None
    lesions: Labels | None = None
    confidences: tuple[float, ...] = ()


def segment(
    image: Path, out: Path, liver_mask: Path | None = None, engine: str = segmentation.DEFAULT, *, with_lesions: bool
) -> Outlined:
    """Propose the liver, or the lesions in it, on the image's grid; nothing is written without a liver.

    engine: the name of one of pipeline/engines/segmentation, or the path of an engines file (procedures/engines_file).

    Raises:
        InputError: out is no NIfTI file or cannot be written, the image cannot be read, the liver mask lies on
            another grid, or the engine is unknown or wrongly described.
        EngineError: something of the engine is missing, or it failed.
    """
    nifti.check(out)
    place.prepare(out, image, liver_mask)
    engines = engines_file.chosen(engine)
    loaded = image_file.load(image)
    outlined = _liver(engines.liver, loaded, image_file.load_mask(liver_mask, loaded.image))
    if outlined.liver is None:
        return outlined
    if not with_lesions:
        nifti.write_mask(outlined.liver, out)
        return outlined
    proposal = engines.lesions.lesions(loaded.image, outlined.liver, loaded.phase)
    nifti.write_labels(proposal.labels, out)
    return Outlined(
        engines.lesions.identity() if liver_mask else _both(outlined.engine, engines.lesions.identity()),
        outlined.phase,
        outlined.liver,
        outlined.flags,
        outlined.liver_confidence,
        proposal.labels,
        tuple(proposal.confidences),
    )


def to_json(outlined: Outlined, image: Path, out: Path) -> dict[str, Any]:
    """Return the facts as plain values: volumes in ml, confidences from 0 to 1."""
    facts: dict[str, Any] = {
        "image": str(image),
        "engine": outlined.engine,
        "phase": outlined.phase.value,
        "flags": flags.text(outlined.flags),
    }
    if outlined.liver_confidence is not None:
        facts["liver_confidence"] = outlined.liver_confidence
    if outlined.liver is None:
        return facts
    facts["liver_ml"] = round(outlined.liver.volume_ml, 1)
    if outlined.lesions is not None:
        facts["lesions"] = [
            {"label": number, "volume_ml": round(mask.volume_ml, 2), "confidence": round(confidence, 3)}
            for number, (mask, confidence) in enumerate(_each_lesion(outlined, outlined.lesions), start=1)
        ]
    return {**facts, "mask": str(out)}


def _both(liver: str, lesions: str) -> str:
    return liver if liver == lesions else f"liver by {liver}, lesions by {lesions}"


def _each_lesion(outlined: Outlined, labels: Labels) -> Iterator[tuple[Mask, float]]:
    return zip((labels.mask(name) for name in labels.names), outlined.confidences, strict=True)


def _liver(engine: SegmentationEngine, loaded: LoadedImage, mask: Mask | None) -> Outlined:
    if mask is not None:
        return Outlined(engine.identity(), loaded.phase, mask)
    proposal = engine.liver(loaded.image, loaded.phase)
    return Outlined(engine.identity(), loaded.phase, proposal.mask, proposal.flags, proposal.confidence)
