"""The sums over the target lesions of a visit as results of SDTM TR, with their changes.

Codes of sums and changes: rule book, section 6, "TR" (S24).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from pipeline.export.results import ZERO, Result
from pipeline.export.table import number
from pipeline.model.lesion import Finding, Organ, State
from pipeline.model.protocol import Protocol
from pipeline.model.response import TimePoint

_SHOWN = Decimal("0.1")


@dataclass(frozen=True)
class TargetSums:
    """The results of a visit; volume_ml is the sum of volumes, None where one is not known."""

    results: tuple[Result, ...]
    volume_ml: Decimal | None


def of(
    timepoint: TimePoint,
    targets: Sequence[tuple[Finding, Result]],
    baseline_ml: Decimal | None,
    protocol: Protocol,
) -> TargetSums:
    """Return the sums of a visit: diameters, those without nodes, viable diameters, volumes, and the changes.

    targets are the accepted target findings of the visit with their results; the sums regard those of
    the protocol's endpoint scope. A sum that is not complete is not there.
    """
    whole_body = protocol.endpoint.scope == "whole-body"
    inside = [(finding, result) for finding, result in targets if whole_body or finding.organ is Organ.LIVER]
    sums, viable = timepoint.sums, timepoint.viable
    volume = _volume(inside)
    found = [
        _sum("SUMDIAM", sums.sum_mm, "mm"),
        _sum("SUMNLNLD", None if sums.sum_mm is None else sums.sum_mm - _nodes(inside), "mm"),
        _sum("SUMVDIAM", viable.sum_mm, "mm"),
        _sum("SUMVOL", volume, "mL"),
        _sum("ACNSD", _minus(sums.sum_mm, sums.nadir_mm), "mm"),
        _sum("PCBSD", sums.pct_baseline, "%"),
        _sum("PCNSD", sums.pct_nadir, "%"),
        _sum("PCBSV", percent_change(volume, baseline_ml), "%"),
    ]
    return TargetSums(tuple(result for result in found if result is not None), volume)


def percent_change(now: Decimal | None, reference: Decimal | None) -> Decimal | None:
    """Return the change in percent at 0.1, half up; None against 0 or where a value is not known."""
    if now is None or not reference:
        return None
    change = ((now - reference) * 100 / reference).quantize(_SHOWN, rounding=ROUND_HALF_UP)
    return abs(change) if change == 0 else change


def _sum(test: str, value: Decimal | None, unit: str) -> Result | None:
    return None if value is None else Result(test, number(value), number(value), value, unit)


def _minus(now: Decimal | None, reference: Decimal | None) -> Decimal | None:
    return None if now is None or reference is None else now - reference


def _nodes(targets: Sequence[tuple[Finding, Result]]) -> Decimal:
    nodes = (result.value for _, result in targets if result.test == "LPERP")
    return sum((value for value in nodes if value is not None), ZERO)


def _volume(targets: Sequence[tuple[Finding, Result]]) -> Decimal | None:
    """The sum of the volumes; a lesion that is gone has none."""
    lesions = {finding.lesion: finding.state for finding, _ in targets}
    volumes = {finding.lesion: result.value for finding, result in targets if result.test == "VOLUME"}
    found = [ZERO if state is State.ABSENT else volumes.get(name) for name, state in lesions.items()]
    return None if not found or None in found else sum((value for value in found if value is not None), ZERO)
