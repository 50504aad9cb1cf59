"""Decide the contrast phases of all volumes of one subject and date together.

Pixels before tags: rule book, section 7, "Phase" [D].
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log

from pipeline.model.catalog import PhaseCall, Volume
from pipeline.model.flags import Flag, Flags, ordered
from pipeline.model.image import Modality, Phase
from pipeline.phase import likelihood, tags
from pipeline.phase.likelihood import PHASES, UnenhancedLevels
from pipeline.phase.organs import PhaseFeatures
from pipeline.phase.tags import from_tags

__all__ = ["RAISED", "flags", "from_tags", "phases"]

RAISED = frozenset({Flag.PHASE_UNKNOWN, Flag.NO_CONTRAST_TAGS, Flag.PHASE_CONFLICT})
"""The flags of a call; those raised on the headers alone give way once pixels have decided."""

NAMED_FROM = 0.6
"""Probability from which a phase is named; below, the classifier abstains. Own choice."""
NAMED_AGAINST_TAGS = 0.9
"""Probability from which a phase is named where header and pixels contradict each other; own choice."""
MOST = 0.97
"""Probability that no call exceeds; own choice, as the densities are set by hand."""
BACKWARD = 0.01
"""Weight of a later acquisition showing an earlier phase: small, as numbers can be out of order. Own choice."""

Logs = dict[Phase, float]


@dataclass(frozen=True)
class _Item:
    volume: Volume
    features: PhaseFeatures
    tag: PhaseCall | None
    contrast: bool


def phases(items: Sequence[tuple[Volume, PhaseFeatures]]) -> tuple[PhaseCall, ...]:
    """Return one call per item, in the same order; the items are one subject's of one date.

    1. Each volume's organs give a likelihood per phase. A first pass finds the unenhanced
       volume; its aorta and liver replace the assumed levels without contrast.
    2. A phase in the header enters as a prior of the trust in its words.
    3. Acquisitions of one series (or of all, if all carry a time) are ordered: a later one
       shows no earlier phase (forward-backward over the chain).
    4. The most likely phase is named from probability 0.6 on, 0.9 if header and pixels
       contradict each other; otherwise the phase is unknown with confidence 0.
    5. MR has no unit: without a word in the header only arterial is named, and only beside a
       volume of the same echo time and matrix whose aorta is at most half as bright against
       the liver. Hepatobiliary is named by the header alone, and pixels never make it arterial.
    """
    prepared = [
        _Item(volume, features, from_tags(volume), tags.is_contrast_phase(volume)) for volume, features in items
    ]
    before = _before(prepared)
    calls: dict[int, PhaseCall] = {}
    for chain in _chains([item.volume for item in prepared]):
        evidence = [_evidence(prepared[number], before) for number in chain]
        for number, chances in zip(chain, _chained(evidence), strict=True):
            calls[number] = _call(prepared[number], chances, before, _beside_plain(prepared[number], prepared))
    return tuple(calls[number] for number in range(len(prepared)))


def flags(volume: Volume, features: PhaseFeatures | None, call: PhaseCall) -> Flags:
    """Flags of a call: PHASE_UNKNOWN, NO_CONTRAST_TAGS (read from the organs alone), PHASE_CONFLICT."""
    tag = from_tags(volume)
    raised = []
    if call.phase is Phase.UNKNOWN and volume.kind.kind.fit:
        raised.append(Flag.PHASE_UNKNOWN)
    elif call.phase is not Phase.UNKNOWN and tag is None:
        raised.append(Flag.NO_CONTRAST_TAGS)
    if tag is not None and features is not None and _contradict(tag, _pixels(features, UnenhancedLevels())):
        raised.append(Flag.PHASE_CONFLICT)
    return ordered(*raised)


def _before(items: Sequence[_Item]) -> UnenhancedLevels:
    """Levels without contrast from the surest unenhanced CT of the date."""
    best, levels = 0.9, UnenhancedLevels()
    for item in items:
        features = item.features
        if features.modality is not Modality.CT or features.aorta is None or features.liver is None:
            continue
        chance = _pixels(features, UnenhancedLevels()).get(Phase.UNENHANCED, 0.0)
        if chance > best and 25 <= features.aorta <= 65 and 20 <= features.liver <= 80:
            best, levels = chance, UnenhancedLevels(features.aorta, features.liver)
    return levels


def _pixels(features: PhaseFeatures, before: UnenhancedLevels) -> dict[Phase, float]:
    """Probability of each phase by the organs alone, drawn to even chances where they are hard to read."""
    logs = likelihood.of(features, before)
    if logs is None:
        return {}
    chances = _normalized(logs)
    trust = likelihood.trust(features)
    return {phase: trust * chance + (1 - trust) / len(PHASES) for phase, chance in chances.items()}


def _evidence(item: _Item, before: UnenhancedLevels) -> Logs:
    """Log-evidence of organs and header; even where nothing is known."""
    chances = _pixels(item.features, before) if item.contrast else {}
    logs = {phase: log(chances.get(phase, 1 / len(PHASES))) for phase in PHASES}
    if item.tag is not None and item.tag.phase in logs:
        rest = (1 - item.tag.confidence) / (len(PHASES) - 1)
        for phase in PHASES:
            logs[phase] += log(item.tag.confidence if phase is item.tag.phase else rest)
    return logs


def _chains(volumes: Sequence[Volume]) -> list[list[int]]:
    """Indices of volumes that can be ordered in time, each chain in order.

    All volumes with an acquisition time form a chain; the others one per series, by
    acquisition number. Midnight is no time: zeros stand where times were removed.
    """
    timed = [number for number, volume in enumerate(volumes) if volume.slices[0].acquisition_time.strip("0:.")]
    timed.sort(key=lambda number: min(item.acquisition_time for item in volumes[number].slices))
    series: dict[str, list[int]] = defaultdict(list)
    for number, volume in enumerate(volumes):
        if number not in timed:
            series[volume.series_uid].append(number)
    for chain in series.values():
        chain.sort(key=lambda number: _acquisition_order(volumes[number]))
    return [chain for chain in (timed, *series.values()) if chain]


def _acquisition_order(volume: Volume) -> tuple[float, str]:
    first = volume.slices[0]
    try:
        return float(volume.acquisition), volume.id
    except ValueError:
        return float(first.acquisition_number or 0), volume.id


def _chained(evidence: Sequence[Logs]) -> list[dict[Phase, float]]:
    """Probabilities per volume, given that phases follow in time (forward-backward)."""
    forward = [_normalized(evidence[0])]
    for logs in evidence[1:]:
        reach = {phase: sum(chance * _step(old, phase) for old, chance in forward[-1].items()) for phase in PHASES}
        forward.append(_normalized({phase: logs[phase] + log(reach[phase]) for phase in PHASES}))
    later = dict.fromkeys(PHASES, 1.0)
    result: list[dict[Phase, float]] = []
    for number in range(len(evidence) - 1, -1, -1):
        result.append(_normalized({phase: log(forward[number][phase]) + log(later[phase]) for phase in PHASES}))
        weights = _normalized({phase: evidence[number][phase] + log(later[phase]) for phase in PHASES})
        later = {old: sum(_step(old, phase) * weights[phase] for phase in PHASES) for old in PHASES}
    return result[::-1]


def _step(earlier: Phase, later: Phase) -> float:
    return 1.0 if PHASES.index(later) >= PHASES.index(earlier) else BACKWARD


def _normalized(logs: Logs) -> dict[Phase, float]:
    top = max(logs.values())
    weights = {phase: max(exp(value - top), 1e-9) for phase, value in logs.items()}
    total = sum(weights.values())
    return {phase: weight / total for phase, weight in weights.items()}


def _call(item: _Item, chances: dict[Phase, float], before: UnenhancedLevels, beside_plain: bool) -> PhaseCall:
    tag, levels = item.tag, _levels(item.features)
    if tag is not None and tag.phase is Phase.HEPATOBILIARY:
        return tag
    if not item.contrast:
        return PhaseCall(Phase.UNKNOWN, 0.0, _no_contrast_phase(item.volume))
    alone = _pixels(item.features, before)
    if tag is None and not alone:
        return PhaseCall(Phase.UNKNOWN, 0.0, "no tag tells the phase and the aorta was not found")
    first, second = sorted(chances, key=lambda phase: -chances[phase])[:2]
    conflict = tag is not None and _contradict(tag, alone)
    words = [part for part in (tag.evidence if tag else "", levels) if part]
    evidence = "; ".join([*words, "header and pixels disagree"] if conflict else words)
    needed = NAMED_AGAINST_TAGS if conflict else NAMED_FROM
    by_pixels_alone = item.features.modality is Modality.MR and tag is None
    unsure_mr = by_pixels_alone and not (first is Phase.ARTERIAL and beside_plain)
    if chances[first] < needed or unsure_mr:
        between = f"between {first.value} ({chances[first]:.2f}) and {second.value} ({chances[second]:.2f})"
        return PhaseCall(Phase.UNKNOWN, 0.0, f"{between}; {evidence}")
    return PhaseCall(first, round(min(MOST, chances[first]), 2), evidence)


def _no_contrast_phase(volume: Volume) -> str:
    if not volume.kind.kind.fit:
        return f"not measured: {volume.kind.text}"
    if Flag.CT_NUMBERS_UNKNOWN in volume.flags:
        return "CT numbers are no Hounsfield units"
    return "no series of a T1 contrast dynamic"


def _beside_plain(item: _Item, items: Sequence[_Item]) -> bool:
    """Whether the same MR sequence was also run with an aorta at most half as bright against the liver."""
    ratio, sequence = _ratio(item), _sequence(item)
    if ratio is None:
        return False
    others = [_ratio(other) for other in items if other is not item and _sequence(other) == sequence]
    return any(other is not None and other <= ratio / 2 for other in others)


def _ratio(item: _Item) -> float | None:
    features = item.features
    return features.aorta / features.liver if features.aorta and features.liver and features.liver > 0 else None


def _sequence(item: _Item) -> tuple[object, ...]:
    first = item.volume.slices[0]
    return first.modality, first.echo_time_ms, first.rows, first.columns, first.scanning_sequence


def _contradict(tag: PhaseCall, alone: dict[Phase, float]) -> bool:
    """Whether the pixels, read alone, give less than 10 % to the header's phase and 70 % to another."""
    if tag.phase not in alone:
        return False
    return alone[tag.phase] < 0.1 and max(alone.values()) > 0.7


def _levels(features: PhaseFeatures) -> str:
    """The levels as one phrase."""
    unit = " HU" if features.modality is Modality.CT else ""
    parts = [
        f"{name} {value:.0f}{unit}"
        for name, value in (("aorta", features.aorta), ("liver", features.liver), ("kidneys", features.kidney))
        if value is not None
    ]
    return ", ".join(parts)


def from_organs(features: PhaseFeatures) -> PhaseCall:
    """Return the phase of an image without headers (NIfTI): named from probability 0.6 on, else unknown."""
    chances = _pixels(features, UnenhancedLevels())
    best = max(chances, key=lambda phase: chances[phase], default=Phase.UNKNOWN)
    if chances.get(best, 0.0) < NAMED_FROM:
        return PhaseCall(Phase.UNKNOWN, 0.0, "the organs do not tell the phase")
    return PhaseCall(best, min(chances[best], MOST), "organs alone: an image without headers")
