"""Decide at baseline which lesions are targets and which are not, and name them.

RECIST 1.1 (Eisenhauer 2009, 3.1 and 3.2): measurable lesions, the largest first, up to a
number per organ and in all, become targets; all other disease is non-target.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from pipeline.model.flags import Flag, Flags, ordered
from pipeline.model.lesion import Organ, Role
from pipeline.model.protocol import Targets
from pipeline.track import names

DROPPED_BELOW = 0.4
"""Confidence (0 to 1) below which a proposal is not kept at all; own decision."""
TARGET_FROM = 0.5
"""Confidence (0 to 1) below which a proposal is never a target: a reader may make it one. Own decision."""


@dataclass(frozen=True)
class BaselineLesion:
    """A lesion found at baseline.

    key is the caller's own name for it. Lengths are as recorded. slice_mm is the distance of the
    slices. confidence is 1 for a lesion that a person outlined. name is set where the lesion
    comes with one (adopted or signed).
    """

    key: str
    long_axis_mm: Decimal
    short_axis_mm: Decimal
    slice_mm: Decimal
    organ: Organ = Organ.LIVER
    confidence: float = 1.0
    name: str = ""


@dataclass(frozen=True)
class AssignedLesion:
    """A candidate with its role and its name for the whole trial."""

    key: str
    name: str
    role: Role
    flags: Flags = ()


def assign(candidates: Sequence[BaselineLesion], targets: Targets) -> tuple[AssignedLesion, ...]:
    """Return role and name of every lesion kept, in order of their names by role.

    1. A candidate named T.., NT.. or NL.. keeps name and role; such targets fill the limits first.
    2. Dropped: other candidates of confidence below 0.4, and nodes with a normal short axis.
    3. Of the rest, measurable ones of confidence 0.5 or more become targets by falling size (nodes:
       short axis, others: long axis; equal sizes by key) while the limits per organ and in all last.
    4. All others are non-target, flagged where too small to be measurable or of low confidence.

    Raises:
        ValueError: two candidates share a key or a name.
    """
    _check(candidates)
    kept = [_as_named(c) for c in candidates if names.role_of(c.name) is not None]
    taken = [assigned.name for assigned in kept]
    counts = Counter(c.organ for c in candidates if names.role_of(c.name) is Role.TARGET)
    fresh = [c for c in candidates if names.role_of(c.name) is None and _is_disease(c, targets)]
    for candidate in sorted(fresh, key=lambda c: (-size_mm(c), c.key)):
        role = _role(candidate, targets, counts)
        if role is Role.TARGET:
            counts[candidate.organ] += 1
        name = names.following(role, taken)
        taken.append(name)
        kept.append(AssignedLesion(candidate.key, name, role, _doubts(candidate, targets)))
    order = list(Role)
    return tuple(sorted(kept, key=lambda assigned: (order.index(assigned.role), assigned.name)))


def size_mm(candidate: BaselineLesion) -> Decimal:
    """Return what counts as a lesion's size: a node's short axis, the long axis of others."""
    return candidate.short_axis_mm if candidate.organ is Organ.NODE else candidate.long_axis_mm


def is_measurable(candidate: BaselineLesion, targets: Targets) -> bool:
    """Whether a lesion reaches the size of a target (Eisenhauer 2009, 3.1.1).

    Nodes: short axis 15 mm. Others: 10 mm with slices up to 5 mm, else twice the slice distance.
    The numbers are the protocol's.
    """
    if candidate.organ is Organ.NODE:
        return candidate.short_axis_mm >= targets.min_node_short_axis_mm
    return candidate.long_axis_mm >= targets.measurable_mm(candidate.slice_mm)


def _check(candidates: Sequence[BaselineLesion]) -> None:
    for what, values in (("key", [c.key for c in candidates]), ("name", [c.name for c in candidates if c.name])):
        repeated = sorted(value for value, times in Counter(values).items() if times > 1)
        if repeated:
            raise ValueError(f"{what} {', '.join(repeated)} stands on several lesions; expected one each")


def _as_named(candidate: BaselineLesion) -> AssignedLesion:
    role = names.role_of(candidate.name)
    assert role is not None
    return AssignedLesion(candidate.key, candidate.name, role)


def _is_disease(candidate: BaselineLesion, targets: Targets) -> bool:
    if candidate.confidence < DROPPED_BELOW:
        return False
    return candidate.organ is not Organ.NODE or candidate.short_axis_mm >= targets.normal_node_short_axis_mm


def _role(candidate: BaselineLesion, targets: Targets, counts: Counter[Organ]) -> Role:
    room = counts[candidate.organ] < targets.max_per_organ and counts.total() < targets.max_total
    fit = is_measurable(candidate, targets) and candidate.confidence >= TARGET_FROM
    return Role.TARGET if room and fit else Role.NON_TARGET


def _doubts(candidate: BaselineLesion, targets: Targets) -> Flags:
    doubts = [Flag.LOW_CONFIDENCE] if candidate.confidence < TARGET_FROM else []
    if not is_measurable(candidate, targets):
        doubts.append(Flag.REPEAT_MEASURABLE_RULE)
    return ordered(*doubts)
