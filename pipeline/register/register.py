"""One image placed on another: linear, then deformable, judged, with a fallback at every step.

Nothing here raises for images that do not match: the verdict is FAILED and the transform
the best placement there is, so that lesions are never linked silently by a wrong one.
"""

from pipeline.model.engine import DeformableEngine
from pipeline.model.errors import EngineError
from pipeline.model.image import Image, Mask
from pipeline.model.quality import Registration, RegistrationQuality, Verdict
from pipeline.model.transform import Transform
from pipeline.register import linear, quality
from pipeline.register.prepare import Prepared, cropped, prepare

CENTERS = "centers"
LINEAR = "linear"
_RANK = {Verdict.GOOD: 2, Verdict.DOUBTFUL: 1, Verdict.FAILED: 0}


def register(
    fixed: Image, moving: Image, fixed_liver: Mask | None, moving_liver: Mask | None, engine: DeformableEngine | None
) -> Registration:
    """Return the transform from fixed to moving points with its quality.

    Steps: centers of the livers (or a search along the body axis), rigid, affine, deformable.
    The liver and 12 mm around it drive every stage. Without a liver mask on either side the
    body drives it and the verdict is DOUBTFUL at best; so it is when the engine is None or
    raises EngineError. A deformation that is judged worse than the linear placement is dropped.
    The images may have any resolution, frame of reference and coverage.
    """
    still, moved = cropped(prepare(fixed, fixed_liver)), prepare(moving, moving_liver)
    start = Transform(linear.shifted(linear.first_shift(still, moved)))
    doubts = _missing_masks(still, moved)
    try:
        placed = Transform(linear.align(still, moved))
    except RuntimeError as error:
        return _failed(still, moved, start, f"linear alignment failed: {_first_line(error)}")
    if engine is None:
        return _linear_only(still, moved, start, placed, (*doubts, "no deformable engine was given"))
    try:
        bent = engine(still.image, moved.image, still.region, placed)
    except EngineError as error:
        return _linear_only(still, moved, start, placed, (*doubts, _first_line(error)))
    result = Registration(bent, quality.judge(still, moved, start, bent, doubts), engine.name)
    return _better(result, _linear_only(still, moved, start, placed, (*doubts, "the deformation was dropped")))


def _missing_masks(fixed: Prepared, moving: Prepared) -> tuple[str, ...]:
    sides = [name for name, side in (("fixed", fixed), ("moving", moving)) if side.liver is None]
    return (f"no liver mask on the {' and the '.join(sides)} image",) if sides else ()


def _better(deformed: Registration, rigid: Registration) -> Registration:
    """The deformation unless the linear placement has the better verdict, or agrees better."""
    if deformed.quality.verdict is Verdict.FAILED and rigid.quality.verdict is Verdict.FAILED:
        return max(deformed, rigid, key=_score) if _folds(deformed) else deformed
    if _RANK[rigid.quality.verdict] > _RANK[deformed.quality.verdict] or _score(rigid) > _score(deformed):
        return rigid
    return deformed


def _linear_only(
    fixed: Prepared, moving: Prepared, start: Transform, placed: Transform, doubts: tuple[str, ...]
) -> Registration:
    judged = quality.judge(fixed, moving, start, placed, doubts)
    if judged.similarity < judged.similarity_before and judged.verdict is Verdict.FAILED:
        return _failed(fixed, moving, start, *judged.reasons)
    return Registration(placed, judged, LINEAR)


def _failed(fixed: Prepared, moving: Prepared, start: Transform, *reasons: str) -> Registration:
    judged = quality.judge(fixed, moving, start, start, ())
    verdict = RegistrationQuality(
        Verdict.FAILED, judged.liver_dice, judged.folded_share, judged.similarity, judged.similarity_before, reasons
    )
    return Registration(start, verdict, CENTERS)


def _folds(registration: Registration) -> bool:
    return registration.quality.folded_share > quality.FAILED_FOLDED


def _score(registration: Registration) -> float:
    return registration.quality.similarity


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[-1].strip() if lines else type(error).__name__
