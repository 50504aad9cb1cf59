"""What the given targets of a read exceed: reported, never used to drop a lesion or bar a response.

RECIST 1.1 (Eisenhauer 2009, 3.1 and 3.2): number of targets in all and per organ, measurable
size by slice thickness, short axis of nodes; mRECIST (S7-S9) asks for an arterially enhancing
target. In a liver-only history the limit per organ is the limit of the liver.
"""

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

from pipeline.assess.history import History, Lesion
from pipeline.model.lesion import Finding, Organ, Role, State
from pipeline.model.protocol import Protocol, Targets
from pipeline.model.visit import Visit

RULES = {
    "max_total": "more targets in all than the protocol allows",
    "max_per_organ": "more targets in one organ than the protocol allows; all nodes are one organ",
    "not_measured_at_baseline": "a target without a value at baseline",
    "absent_at_baseline": "a target that is absent at baseline",
    "below_measurable": "a target below the measurable size of its slice thickness",
    "normal_node": "a node of normal size at baseline as target",
    "small_node": "a node between the normal and the measurable short axis as target",
    "not_enhancing": "mRECIST: a liver target without viable tissue at baseline",
    "below_viable": "mRECIST: a liver target whose viable axis is below the measurable size",
    "porta_hepatis_node": "mRECIST: a porta hepatis node below its own limit",
}
"""Every rule a note can name."""

_HILAR = ("porta hepatis", "hilar", "hilum")


@dataclass(frozen=True)
class Note:
    """One limit that is exceeded. lesion is empty where the note regards several.

    rule is a key of RULES. found and allowed are in words, lengths in mm.
    """

    lesion: str
    rule: str
    found: str
    allowed: str

    @property
    def sentence(self) -> str:
        """One line for a report."""
        who = f"{self.lesion}: " if self.lesion else ""
        return f"{who}{RULES[self.rule]}; found {self.found}, allowed {self.allowed}."


def check(history: History, protocol: Protocol, *, enhancing: bool = False) -> tuple[Note, ...]:
    """Return the notes on the targets of one subject and scope: numbers first, then lesion by lesion.

    enhancing: the criterion asks for arterially enhancing targets, so that the limits of mRECIST hold too.

    Without a baseline visit only the numbers can be checked. The slice thickness counts where
    it is known; a length is compared only where one was given.
    """
    targets = history.of_role(Role.TARGET)
    notes = _numbers(targets, protocol.targets)
    baseline = history.baseline
    if baseline is not None:
        for lesion in targets:
            notes += _lesion(history, baseline, lesion, protocol.targets, enhancing)
    return tuple(notes)


def _numbers(targets: tuple[Lesion, ...], limits: Targets) -> list[Note]:
    notes = []
    if len(targets) > limits.max_total:
        notes.append(Note("", "max_total", f"{len(targets)} targets", str(limits.max_total)))
    for organ, count in Counter(lesion.organ for lesion in targets).items():
        if count > limits.max_per_organ:
            notes.append(Note("", "max_per_organ", f"{count} in {organ.value}", str(limits.max_per_organ)))
    return notes


def _lesion(history: History, baseline: Visit, lesion: Lesion, limits: Targets, enhancing: bool) -> list[Note]:
    finding = history.at(baseline, lesion)
    if finding is None or finding.state is State.NOT_EVALUABLE:
        return [Note(lesion.name, "not_measured_at_baseline", "no value", "a value")]
    if finding.state is State.ABSENT:
        return [Note(lesion.name, "absent_at_baseline", "absent", "a measurable lesion")]
    size = finding.short_axis_mm if lesion.is_node else finding.long_axis_mm
    sized = _node(lesion, finding, size, limits, enhancing) if lesion.is_node else _size(lesion, finding, size, limits)
    return sized + (_viable(lesion, finding, limits) if enhancing else [])


def _size(lesion: Lesion, finding: Finding, size: Decimal | None, limits: Targets) -> list[Note]:
    if size is None:
        return [] if finding.viable_axis_mm is not None else [_unmeasured(lesion, finding)]
    slice_mm = None if finding.slice_thickness_mm is None else Decimal(str(finding.slice_thickness_mm))
    least = limits.measurable_mm(slice_mm)
    if size >= least:
        return []
    thick = "" if slice_mm is None else f" at slices of {slice_mm:f} mm"
    return [Note(lesion.name, "below_measurable", f"{size:f} mm{thick}", f"at least {least:f} mm")]


def _node(lesion: Lesion, finding: Finding, size: Decimal | None, limits: Targets, enhancing: bool) -> list[Note]:
    if size is None:
        return [_unmeasured(lesion, finding)]
    least = limits.min_node_short_axis_mm
    hilar = enhancing and any(word in finding.segment.lower() for word in _HILAR)
    if size < limits.normal_node_short_axis_mm:
        rule = "normal_node"
    elif size < least:
        rule = "small_node"
    elif hilar and size < limits.min_porta_hepatis_node_mm:
        rule, least = "porta_hepatis_node", limits.min_porta_hepatis_node_mm
    else:
        return []
    return [Note(lesion.name, rule, f"short axis {size:f} mm", f"at least {least:f} mm")]


def _viable(lesion: Lesion, finding: Finding, limits: Targets) -> list[Note]:
    if lesion.organ is not Organ.LIVER:
        return []
    viable = finding.viable_axis_mm
    if viable is None or viable == 0:
        shown = "no viable axis" if viable is None else "0 mm viable"
        return [Note(lesion.name, "not_enhancing", shown, "an arterially enhancing lesion")]
    if viable < limits.min_long_axis_mm:
        allowed = f"at least {limits.min_long_axis_mm:f} mm"
        return [Note(lesion.name, "below_viable", f"{viable:f} mm viable", allowed)]
    return []


def _unmeasured(lesion: Lesion, finding: Finding) -> Note:
    return Note(lesion.name, "not_measured_at_baseline", f"{finding.state.value} without a length", "a value")
