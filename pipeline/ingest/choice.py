"""Choose the volume of a visit that a criterion is read on.

A lesion is measured on the phase that was locked at baseline (rule book, section 5: a
phase switch can fake +-20 %); where that phase is missing another one serves, flagged.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.ingest import checks
from pipeline.model import flags
from pipeline.model.catalog import Volume
from pipeline.model.flags import Flag, Flags
from pipeline.model.image import Modality, Phase
from pipeline.model.protocol import Imaging

MIN_PHASE_CONFIDENCE = 0.5
"""Confidence (0 to 1): a phase called with less counts as unknown; own choice."""


@dataclass(frozen=True)
class Choice:
    """The chosen volume, None when no volume can be measured, and what is to be said about it."""

    volume: Volume | None
    flags: Flags = ()


def usable(volume: Volume, imaging: Imaging) -> bool:
    """Whether a volume may be measured: an allowed modality, a measurable kind of image and no blocking flag."""
    return volume.modality in imaging.modalities and volume.kind.kind.fit and checks.usable(volume)


def phase_of(volume: Volume) -> Phase:
    """Return the phase that may be relied on."""
    return volume.phase.phase if volume.phase.confidence >= MIN_PHASE_CONFIDENCE else Phase.UNKNOWN


def reference(
    volumes: Sequence[Volume],
    phases: Sequence[Phase],
    imaging: Imaging,
    locked: tuple[Phase, Modality] | None = None,
) -> Choice:
    """Choose the volume that diameters are read on.

    Order: the locked phase, then the protocol's phases in their order, then any other
    phase, unenhanced last. Within a phase images of the first choice come before substitutes
    (reformats, in-phase, 60 to 80 keV), then thin slices, then longer coverage. Kinds that are
    not measured carry a blocking flag and are never chosen.
    """
    order = ([locked[0]] if locked else []) + [p for p in phases if not locked or p is not locked[0]]
    candidates = [v for v in volumes if usable(v, imaging)]
    if not candidates:
        return Choice(None)
    best = min(candidates, key=lambda v: (_rank(phase_of(v), order), *_fitness(v, imaging), v.id))
    wanted = locked[0] if locked else order[0]
    raised = set(best.flags)
    if phase_of(best) is not wanted:
        raised.add(Flag.MISSING_PHASE)
        if locked:
            raised.add(Flag.PHASE_SWITCH)
    if locked and best.modality is not locked[1]:
        raised.add(Flag.MODALITY_SWITCH)
    return Choice(best, flags.ordered(*raised))


def of_phase(volumes: Sequence[Volume], phase: Phase, imaging: Imaging, like: Volume | None = None) -> Volume | None:
    """Return the best volume of one phase, None where there is none; `like` fixes the modality."""
    fitting = [
        v
        for v in volumes
        if usable(v, imaging) and phase_of(v) is phase and (like is None or v.modality is like.modality)
    ]
    return min(fitting, key=lambda v: (*_fitness(v, imaging), v.id), default=None)


def _rank(phase: Phase, order: Sequence[Phase]) -> int:
    if phase in order:
        return order.index(phase)
    return len(order) + (1 if phase is Phase.UNENHANCED else 0)


def _fitness(volume: Volume, imaging: Imaging) -> tuple[bool, bool, float]:
    thick = volume.grid.spacing_mm[2] > float(imaging.max_slice_mm)
    return volume.kind.kind.substitute, thick, -volume.grid.shape[0] * volume.grid.spacing_mm[2]
