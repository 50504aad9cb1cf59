"""One image placed on another: linear, then deformable, judged, with a fallback at every step.

Nothing here raises for images that do not match: the verdict is FAILED and the transform
the best placement there is, so that lesions are never linked silently by a wrong one.
"""

from dataclasses import replace
from functools import partial

from pipeline.model.engine import DeformableEngine
from pipeline.model.errors import EngineError
from pipeline.model.image import Image, Mask
from pipeline.model.quality import Registration, Verdict
from pipeline.model.transform import Transform
from pipeline.register import both_ways, linear, quality
from pipeline.register.prepare import Prepared, cropped, joined, prepare
from pipeline.register.quality import Stage

CENTERS = "centers"
LINEAR = "linear"
_RANK = {Verdict.GOOD: 2, Verdict.DOUBTFUL: 1, Verdict.FAILED: 0}
"""Order of the verdicts, without unit: the better one is higher."""


def register(
    fixed: Image, moving: Image, fixed_liver: Mask | None, moving_liver: Mask | None, engine: DeformableEngine | None
) -> Registration:
    """Return the transform from fixed to moving points with its quality.

    Steps: centers of the livers (or a search along the body axis), rigid, affine, deformable both ways.
    The liver and 12 mm around it drive every stage; the deformable one takes the livers of both images for that, so
    that what one outline lacks is aligned all the same. Without a liver mask on either side the
    body drives it and the verdict is DOUBTFUL at best; so it is when the engine is None or
    raises EngineError. A deformation that is judged worse than the linear placement is dropped.
    The images may have any resolution, frame of reference and coverage.
    """
    whole, moved = prepare(fixed, fixed_liver), prepare(moving, moving_liver)
    still = cropped(whole)
    stage = partial(quality.stage, still, moved)
    start = stage(Transform(linear.shifted(linear.first_shift(still, moved))))
    try:
        placed = stage(Transform(linear.align(still, moved)))
    except RuntimeError as error:
        return _failed(still, moved, start, (f"linear alignment failed: {_last_line(error)}",))
    doubts = _missing_masks(still, moved)
    still = joined(whole, moved, placed.transform)
    straight = partial(_linear_only, still, moved, start, placed)
    if engine is None:
        return straight((*doubts, "no deformable engine was given"))
    try:
        deformed = both_ways.deform(engine, still, moved, placed.transform)
    except EngineError as error:
        return straight((*doubts, _last_line(error)))
    bent = quality.stage(still, moved, deformed.transform)
    judged = quality.judge(still, moved, quality.Stages(start, placed, bent, deformed.mismatch_mm), doubts)
    return _better(
        Registration(bent.transform, judged, engine.name), straight((*doubts, "the deformation was dropped"))
    )


def _missing_masks(fixed: Prepared, moving: Prepared) -> tuple[str, ...]:
    sides = [name for name, side in (("fixed", fixed), ("moving", moving)) if side.liver is None]
    return (f"no liver mask on the {' and the '.join(sides)} image",) if sides else ()


def _better(deformed: Registration, straight: Registration) -> Registration:
    """The deformation, unless the placement without it has the better verdict or agrees better, or it folds."""
    ours, other = deformed.quality, straight.quality
    folds = ours.folded_share > quality.FAILED.folded
    worse = _RANK[ours.verdict] < _RANK[other.verdict] or ours.similarity < other.similarity
    return straight if folds or worse else deformed


def _linear_only(
    fixed: Prepared, moving: Prepared, start: Stage, placed: Stage, doubts: tuple[str, ...]
) -> Registration:
    """The linear placement, at most DOUBTFUL; the centers where it failed and agrees less than they do."""
    judged = quality.judge(fixed, moving, quality.Stages(start, placed, placed), doubts)
    if judged.verdict is Verdict.FAILED and judged.similarity < judged.similarity_before:
        return _failed(fixed, moving, start, judged.reasons)
    return Registration(placed.transform, judged, LINEAR)


def _failed(fixed: Prepared, moving: Prepared, start: Stage, reasons: tuple[str, ...]) -> Registration:
    judged = quality.judge(fixed, moving, quality.Stages(start, start, start), ())
    return Registration(start.transform, replace(judged, verdict=Verdict.FAILED, reasons=reasons), CENTERS)


def _last_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[-1].strip() if lines else type(error).__name__
