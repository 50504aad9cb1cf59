"""Lay out one subject's course: how it lies, moves and is imaged at every visit."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from pipeline.model.grid import Grid, Point
from pipeline.model.image import Phase
from pipeline.simulate import anatomy, lesions, motion, placing
from pipeline.simulate.motion import Motion
from pipeline.simulate.plan import Scanner, SubjectPlan, VisitPlan
from pipeline.simulate.render import Shot

SHAPE_MM = 12.0
"""Largest displacement that tells one subject's organs from the next one's, in mm; own choice."""
DEFORMATION_MM = (8.0, 14.0)
"""Range of the largest displacement of organs at a follow-up against baseline, in mm; own choice."""
BREATH_MM = 9.0
"""Largest shift along z between visits, in mm; own choice, a breath held at another depth."""
PHASE_BREATH_MM = 4.0
"""Largest shift along z between arterial and portal venous phase, in mm; own choice."""
_ATTEMPTS = 60
"""Arrangements tried before a plan is refused; own choice."""
_CLEAR_MM = 3.0
"""Every lesion keeps so far inside the liver at every visit, in mm; own choice."""


@dataclass(frozen=True)
class Appointment:
    """A visit with one shot per phase."""

    plan: VisitPlan
    shots: Mapping[Phase, Shot]


def generator(seed: int, *names: str) -> np.random.Generator:
    """A random generator that belongs to these names."""
    return np.random.default_rng([seed, zlib.crc32("/".join(names).encode())])


def arrange(plan: SubjectPlan, seed: int) -> tuple[Appointment, ...]:
    """Draw anatomy, lesion sites and motion so that every lesion lies inside the liver at every visit.

    Raises:
        ValueError: no arrangement keeps every lesion inside.
    """
    for attempt in range(_ATTEMPTS):
        visits = _arrange(plan, seed, str(attempt))
        if visits is not None:
            return visits
    raise ValueError(f"{plan.subject}: no arrangement of its lesions in {_ATTEMPTS} attempts; make them smaller")


@dataclass(frozen=True)
class _Pose:
    """How a body lies at a visit: motion against rest, offset to LPS, turn of each lesion."""

    motion: Motion
    offset_mm: Point
    turns_deg: Mapping[str, float]


def _arrange(plan: SubjectPlan, seed: int, attempt: str) -> tuple[Appointment, ...] | None:
    rng = generator(seed, plan.subject, attempt)
    shape = motion.draw(rng, SHAPE_MM, 0.0)
    centers = placing.choose(plan.habitus, plan.lesions, rng)
    turns = {lesion.name: float(rng.uniform(0, 180)) for lesion in plan.lesions}
    visits = []
    for index, visit in enumerate(plan.visits):
        lie = _lie(rng, shape, turns, at_rest=index == 0)
        shots = {phase: _shot(plan, index, phase, lie, centers=centers, seed=seed) for phase in visit.phases}
        if not all(_inside(shot) for shot in shots.values()):
            return None
        visits.append(Appointment(visit, shots))
    return tuple(visits)


def _lie(rng: np.random.Generator, shape: Motion, turns: Mapping[str, float], *, at_rest: bool) -> _Pose:
    size = 0.0 if at_rest else float(rng.uniform(*DEFORMATION_MM))
    breath = 0.0 if at_rest else float(rng.uniform(-BREATH_MM, BREATH_MM))
    moved = shape.then(motion.draw(rng, size, breath))
    x, y, z = (round(float(value), 1) for value in rng.uniform((-6, -6, -240), (6, 6, -205)))
    return _Pose(moved, (x, y, z), {name: turn + float(rng.uniform(-8, 8)) for name, turn in turns.items()})


def _shot(plan: SubjectPlan, index: int, phase: Phase, lie: _Pose, *, centers: Mapping[str, Point], seed: int) -> Shot:
    visit = plan.visits[index]
    rng = generator(seed, plan.subject, visit.name, phase.value)
    breath = 0.0 if phase is Phase.PORTAL_VENOUS else float(rng.uniform(1.0, PHASE_BREATH_MM) * rng.choice((-1, 1)))
    moved = lie.motion.then(Motion((0.3 * breath / PHASE_BREATH_MM, 0.5 * breath / PHASE_BREATH_MM, breath)))
    oil = generator(seed, plan.subject, visit.name)
    placed = (
        lesions.place(lesion, index, moved.find(centers[lesion.name]), lie.turns_deg[lesion.name], oil)
        for lesion in plan.lesions
    )
    return Shot(
        grid=_grid(plan.scanner, phase, lie.offset_mm),
        offset_mm=lie.offset_mm,
        habitus=plan.habitus,
        motion=moved,
        placed=tuple(lesion for lesion in placed if lesion is not None),
        modality=plan.scanner.modality,
        phase=phase,
        strength=float(rng.uniform(0.94, 1.06)),
        noise=plan.scanner.noise,
        seed=int(rng.integers(2**31)),
    )


def _grid(scanner: Scanner, phase: Phase, offset: Point) -> Grid:
    extra = scanner.portal_extra if phase is Phase.PORTAL_VENOUS else 0
    low = scanner.low_mm - extra * scanner.slice_mm
    left, front = (-(n - 1) / 2 * scanner.pixel_mm for n in (scanner.columns, scanner.rows))
    x, y, z = (round(a + b, 4) for a, b in zip((left, front + 6, low), offset, strict=True))
    spacing = (scanner.pixel_mm, scanner.pixel_mm, scanner.slice_mm)
    return Grid((scanner.slices + extra, scanner.rows, scanner.columns), spacing, (x, y, z))


def _inside(shot: Shot) -> bool:
    """Whether each lesion, grown by a safe margin, lies inside the liver."""
    for lesion in shot.placed:
        low, high = lesion.body.box
        grown = tuple(r + _CLEAR_MM for r in lesion.body.radii_mm)
        body = replace(lesion.body, radii_mm=(grown[0], grown[1], grown[2]))
        pad = 2 * _CLEAR_MM
        at = motion.lattice(
            (low[0] - pad, low[1] - pad, low[2] - pad), (high[0] + pad, high[1] + pad, high[2] + pad), 2.0
        )
        scene = anatomy.paint(shot.habitus, shot.motion, at)
        if not scene.liver[body.level(at) < 1].all():
            return False
    return True
