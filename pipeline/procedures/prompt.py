"""A lesion from a reader's mark: a case is opened once, then each mark is answered within seconds."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.engines import segmentation
from pipeline.measure import diameters
from pipeline.model.errors import InputError
from pipeline.model.image import Image, Mask, Phase
from pipeline.model.lesion import Axis, Diameters
from pipeline.model.prompt import BoxPrompt, EarlierLesion, LesionQuestion, PointPrompt, Prompt
from pipeline.model.terms import Point
from pipeline.procedures import engines_file, image_file
from pipeline.store import nifti, place


@dataclass(frozen=True)
class OpenCase:
    """An image ready to be marked: what is computed beforehand lies on its grid, None where it is not known.

    share: probability of lesion, 0 to 1, as a network gave it.
    """

    image: Image
    phase: Phase
    liver: Mask | None = None
    share: Image | None = None


@dataclass(frozen=True)
class Marked:
    """The lesion at a mark, on the image's grid, and its axes in LPS mm."""

    engine: str
    mask: Mask
    diameters: Diameters


def outline(
    case: OpenCase, prompt: Prompt, earlier: EarlierLesion | None = None, engine: str = segmentation.DEFAULT
) -> Marked | None:
    """Return the lesion at a mark with its axes; None where the engine finds none.

    earlier: the same lesion on an earlier scan. engine: a built-in one, or the path of an engines file
    (procedures/engines_file).

    Raises:
        InputError: the engine is unknown or wrongly described.
        EngineError: the engine is missing or failed.
    """
    answering = engines_file.chosen(engine).prompt
    mask = answering.lesion(LesionQuestion(case.image, case.phase, prompt, case.liver, case.share, earlier))
    measured = None if mask is None else diameters.measure(mask)
    return None if mask is None or measured is None else Marked(answering.identity(), mask, measured)


def segment(
    image: Path, out: Path, prompt: Prompt, liver_mask: Path | None = None, engine: str = segmentation.DEFAULT
) -> Marked:
    """Outline the lesion at a mark on an image file and write its mask on the image's grid.

    Raises:
        InputError: out is no NIfTI file or cannot be written, the image cannot be read, the liver mask lies on another
            grid, the engine is unknown or wrongly described, or nothing is found at the mark.
        EngineError: the engine is missing or failed.
    """
    nifti.check(out)
    place.prepare(out, image, liver_mask)
    loaded = image_file.load(image)
    case = OpenCase(loaded.image, loaded.phase, image_file.load_mask(liver_mask, loaded.image))
    marked = outline(case, prompt, engine=engine)
    if marked is None:
        raise InputError(f"{prompt}: no lesion there; expected a mark inside the image, in LPS mm")
    nifti.write_mask(marked.mask, out)
    return marked


def read(axis: str, point: str, box: str) -> Prompt:
    """Return the mark that numbers with commas between them say: six for an axis or a box, three for a point, LPS mm.

    Raises:
        InputError: not exactly one of them is given, or it is not as many numbers.
    """
    given = [name for name, text in (("--axis", axis), ("--point", point), ("--box", box)) if text]
    if len(given) != 1:
        raise InputError(f"{' and '.join(given) or 'none'}; expected one of --axis, --point and --box for a lesion")
    if point:
        return PointPrompt(*_points(point, "--point", 1))
    if axis:
        return Axis(*_points(axis, "--axis", 2))
    first, second = _points(box, "--box", 2)
    low, high = zip(*((min(pair), max(pair)) for pair in zip(first, second, strict=True)), strict=True)
    return BoxPrompt((low[0], low[1], low[2]), (high[0], high[1], high[2]))


def to_json(marked: Marked, image: Path, out: Path) -> dict[str, Any]:
    """Return the facts as plain values: mm, ml, end points in LPS mm."""
    axes = marked.diameters
    return {
        "image": str(image),
        "engine": marked.engine,
        "long_axis_mm": round(axes.long.length_mm, 1),
        "long_axis": [axes.long.start, axes.long.end],
        "short_axis_mm": round(axes.short.length_mm, 1),
        "short_axis": [axes.short.start, axes.short.end],
        "slice": axes.slice_index,
        "plane": axes.plane,
        "volume_ml": round(marked.mask.volume_ml, 2),
        "mask": str(out),
    }


def _points(text: str, option: str, count: int) -> list[Point]:
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) != 3 * count:
        raise InputError(f"{option} {text}: expected {3 * count} numbers with commas between them, LPS mm")
    return [(numbers[n], numbers[n + 1], numbers[n + 2]) for n in range(0, 3 * count, 3)]
