"""The exact truth of a sample subject as plain values: sizes, places, responses, outcome."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.model import recording
from pipeline.model.events import EventKind
from pipeline.model.image import Phase
from pipeline.model.lesion import Role
from pipeline.simulate.course import Appointment
from pipeline.simulate.lesions import PlacedLesion
from pipeline.simulate.plan import LesionPlan, SubjectPlan
from pipeline.simulate.render import Shot

READ_ON = Phase.PORTAL_VENOUS
"""The phase that diameters and centers of the truth refer to; viable axes: arterial."""

Truth = dict[str, Any]


def subject(plan: SubjectPlan, visits: Sequence[Appointment], liver_ml: Mapping[str, float]) -> Truth:
    """Everything that is true of one subject; liver_ml by visit name, tumor included."""
    return {
        "subject": plan.subject,
        "shows": plan.shows,
        "modality": plan.scanner.modality.value,
        "pixel_mm": plan.scanner.pixel_mm,
        "adopted_masks": plan.masks,
        "visits": [_visit(plan, index, visit, liver_ml[visit.plan.name]) for index, visit in enumerate(visits)],
        "endpoint": [
            _endpoint(plan, "HPFS", EventKind.EMBOLIZATION),
            _endpoint(plan, "HPFSR", EventKind.RANDOMIZED),
        ],
    }


def _visit(plan: SubjectPlan, index: int, visit: Appointment, liver_ml: float) -> Truth:
    rows = [_lesion(lesion, index, visit) for lesion in plan.lesions]
    tumor = sum(row["volume_ml"] for row in rows)
    targets = [row for row in rows if row["role"] == Role.TARGET.value]
    has_arterial = Phase.ARTERIAL in visit.shots
    expected = visit.plan.expected
    return {
        "visit": visit.plan.name,
        "date": visit.plan.date.isoformat(),
        "phases": [phase.value for phase in visit.shots],
        "lesions": rows,
        "sum_mm": _sum(targets, "long_axis_mm"),
        "viable_sum_mm": _sum(targets, "viable_axis_mm") if has_arterial else None,
        "liver_ml": round(liver_ml, 1),
        "tumor_ml": round(tumor, 2),
        "burden_pct": round(100 * tumor / liver_ml, 2),
        "expected": None if expected is None else vars(expected) | {"new_lesion": _any_new(rows)},
    }


def _any_new(rows: Sequence[Truth]) -> str:
    any_new = any(row["role"] == Role.NEW.value and row["state"] == "present" for row in rows)
    return "yes" if any_new else "no"


def _lesion(plan: LesionPlan, index: int, visit: Appointment) -> Truth:
    size = plan.present(index)
    shown = {phase: _find(shot, plan.name) for phase, shot in visit.shots.items()}
    placed = shown[READ_ON]
    if size is None or placed is None:
        state = "not yet" if plan.role is Role.NEW else "absent"
        zero = {"long_axis_mm": 0.0, "short_axis_mm": 0.0, "viable_axis_mm": 0.0, "volume_ml": 0.0}
        return {"lesion": plan.name, "role": plan.role.value, "state": state, **zero}
    heights = slice_heights(visit.shots[READ_ON])
    arterial = shown.get(Phase.ARTERIAL)
    viable = None if arterial is None else arterial.viable_axis_mm(slice_heights(visit.shots[Phase.ARTERIAL]))
    return {
        "lesion": plan.name,
        "role": plan.role.value,
        "state": "present",
        "pattern": placed.pattern.value,
        "diameter_mm": size.long_mm,
        "long_axis_mm": _recorded(placed.long_axis_mm(heights)),
        "short_axis_mm": _recorded(placed.short_axis_mm(heights)),
        "viable_axis_mm": None if viable is None else _recorded(viable),
        "volume_ml": round(placed.volume_ml, 3),
        "center_lps": {
            phase.value: center_lps(visit.shots[phase], lesion) for phase, lesion in shown.items() if lesion
        },
    }


def slice_heights(shot: Shot) -> NDArray[np.float64]:
    """Height of every slice in frame coordinates (z in mm), in which lesions are placed."""
    steps = np.arange(shot.grid.shape[0], dtype=np.float64)
    return np.asarray(shot.grid.origin[2] - shot.offset_mm[2] + steps * shot.grid.spacing_mm[2], dtype=np.float64)


def center_lps(shot: Shot, lesion: PlacedLesion) -> list[float]:
    """Center of a lesion in the scan's LPS coordinates, mm."""
    return [round(c + o, 2) for c, o in zip(lesion.body.center, shot.offset_mm, strict=True)]


def _find(shot: Shot, name: str) -> PlacedLesion | None:
    return next((lesion for lesion in shot.placed if lesion.name == name), None)


def _recorded(length_mm: float) -> float:
    return float(recording.record_mm(length_mm))


def _sum(rows: Sequence[Truth], column: str) -> float:
    return round(float(sum(row[column] for row in rows)), 1)


def _endpoint(plan: SubjectPlan, paramcd: str, clock: EventKind) -> Truth:
    start = min(event.date for event in plan.events if event.kind is clock)
    outcome = plan.outcome
    return {
        "paramcd": paramcd,
        "start_date": start.isoformat(),
        "date": outcome.date.isoformat(),
        "days": (outcome.date - start + dt.timedelta(days=1)).days,
        "cnsr": outcome.cnsr,
        "event": "" if outcome.cnsr else outcome.reason,
        "reason": outcome.reason,
        "source_visit": outcome.source_visit,
    }
