"""What one finding says, as results of SDTM TR: diameters, volume and states.

Too small to measure is 5 (the protocol's value) unless a number is given; absent is 0; what was not
measured says so and why, and has no number (rule book, section 6; S23).
"""

from dataclasses import dataclass, replace
from decimal import Decimal

from pipeline.export.case import TooSmall
from pipeline.export.table import number, rounded
from pipeline.model.flags import Flag
from pipeline.model.lesion import Axis, Finding, Organ, Role, Source, State
from pipeline.model.protocol import Protocol

TOO_SMALL = "TOO SMALL TO MEASURE"
COALESCED = "COALESCED"
NOT_DONE = "NOT DONE"
ZERO = Decimal(0)
"""What an absent lesion measures, in the unit of its test."""


@dataclass(frozen=True)
class TrResult:
    """One result: original and standard text, number in its unit, or why there is none; axis is where it lies."""

    test: str
    original: str = ""
    standard: str = ""
    value: Decimal | None = None
    unit: str = ""
    reason: str = ""
    axis: Axis | None = None


@dataclass(frozen=True)
class ResultContext:
    """What a finding's results depend on beside it.

    counted_elsewhere: it merged into another target, which has the diameter of the mass. viable: the
    lesion is read by its viable axis, for it has one at some visit.
    """

    counted_elsewhere: bool = False
    viable: bool = False


def of(finding: Finding, around: ResultContext, protocol: Protocol, too_small: TooSmall) -> tuple[TrResult, ...]:
    """Return the results of a finding in the order of the codelist TRTESTCD."""
    is_target = finding.role is Role.TARGET
    results: list[TrResult] = []
    main = main_axis(finding)
    if is_target or main is not None:
        results.append(_diameter(finding, around, too_small.axis_mm))
    if finding.organ is not Organ.NODE:
        results += _measured("LPERP", finding.short_axis_mm, finding.short)
    if is_target and finding.organ is Organ.LIVER and (around.viable or finding.viable_axis_mm is not None):
        results.append(_viable(finding, around, too_small.viable_axis_mm))
    results += _measured("VPERP", finding.viable_short_axis_mm, finding.viable_short)
    results += _volume("VOLUME", finding.volume_ml)
    results += _volume("VVOLUME", finding.viable_volume_ml)
    results += _measured("RADIODEN", finding.density_hu, unit="HU")
    if not is_target:
        results.append(_state(finding))
    if finding.organ is Organ.NODE and main is not None:
        abnormal = main >= protocol.targets.normal_node_short_axis_mm
        term = "PATHOLOGICAL" if abnormal else "NON-PATHOLOGICAL"
        results.append(TrResult("LNSTATE", term, term))
    return tuple(results)


def _measured(test: str, value: Decimal | None, axis: Axis | None = None, unit: str = "mm") -> list[TrResult]:
    """A value that is there only where it was measured."""
    return [] if value is None else [TrResult(test, number(value), number(value), value, unit, axis=axis)]


def _volume(test: str, value: Decimal | None) -> list[TrResult]:
    """A volume at 0.1 ml, as lesions.csv has it."""
    return [] if value is None else _measured(test, Decimal(rounded(value, 1)), unit="mL")


def not_assessed(organ: Organ, reason: str) -> TrResult:
    """Return the result of a target that nobody assessed at a visit."""
    return TrResult("LPERP" if organ is Organ.NODE else "LDIAM", reason=reason)


def main_axis(finding: Finding) -> Decimal | None:
    """Return the axis of a lesion that counts in mm: of a node the short one; None where it was not recorded."""
    return finding.short_axis_mm if finding.organ is Organ.NODE else finding.long_axis_mm


def _diameter(finding: Finding, around: ResultContext, too_small: Decimal) -> TrResult:
    is_node = finding.organ is Organ.NODE
    axis = finding.short if is_node else finding.long
    test = "LPERP" if is_node else "LDIAM"
    result = _length(test, finding, main_axis(finding), too_small, around)
    return replace(result, axis=axis if result.value is not None else None)


def _viable(finding: Finding, around: ResultContext, too_small: Decimal) -> TrResult:
    if finding.viable_axis_mm is None and Flag.NO_ARTERIAL in finding.flags:
        return TrResult("VDIAM", reason="NO ARTERIAL PHASE")
    result = _length("VDIAM", finding, finding.viable_axis_mm, too_small, around)
    return replace(result, axis=finding.viable if result.value is not None else None)


def _length(test: str, finding: Finding, value: Decimal | None, too_small: Decimal, around: ResultContext) -> TrResult:
    if finding.state is State.NOT_EVALUABLE:
        return TrResult(test, reason="NOT EVALUABLE")
    if value is not None:
        return TrResult(test, number(value), number(value), value, "mm")
    if finding.state is State.ABSENT:
        return TrResult(test, "0", "0", ZERO, "mm")
    if finding.state is State.TOO_SMALL:
        return TrResult(test, TOO_SMALL, number(too_small), too_small, "mm")
    if around.counted_elsewhere:
        return TrResult(test, COALESCED, "0", ZERO, "mm")
    return TrResult(test, reason="NOT MEASURED")


_STATES = {
    State.PRESENT: "PRESENT",
    State.TOO_SMALL: "PRESENT",
    State.MERGED: "PRESENT",
    State.SPLIT: "PRESENT",
    State.ABSENT: "ABSENT",
    State.EQUIVOCAL: "EQUIVOCAL",
    State.PROGRESSED: "UNEQUIVOCAL PROGRESSION",
}


def _state(finding: Finding) -> TrResult:
    """The state of a lesion that is judged; an unsigned new-lesion candidate in doubt is equivocal."""
    if finding.state is State.NOT_EVALUABLE:
        return TrResult("TUMSTATE", reason="NOT EVALUABLE")
    term = _STATES[finding.state]
    if finding.role is Role.NEW and term not in {"ABSENT", "EQUIVOCAL"}:
        doubtful = finding.source is not Source.SIGNED and Flag.EQUIVOCAL_NEW in finding.flags
        term = "EQUIVOCAL" if doubtful else "UNEQUIVOCAL"
    return TrResult("TUMSTATE", term, term)
