"""The sums over the target lesions of a visit as results of SDTM TR, with their changes.

Codes of sums and changes: rule book, section 6, "TR" (S24).
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from pipeline.export.results import ZERO, TrResult
from pipeline.export.table import number
from pipeline.model import deciding
from pipeline.model.lesion import Finding, Organ, State
from pipeline.model.protocol import Protocol
from pipeline.model.response import TimePoint
from pipeline.model.scope import Scope

_STEP_PERCENT = Decimal("0.1")
"""Percentages stand at 0.1 %, as timepoints.csv has them: own choice."""


@dataclass(frozen=True)
class TargetSums:
    """The results of a visit; volume_ml is the sum of volumes, None where one is not known.

    date is the last day on which one of the targets was scanned, None where there is none.
    """

    results: tuple[TrResult, ...]
    volume_ml: Decimal | None
    date: dt.date | None


def of(
    timepoint: TimePoint,
    targets: Sequence[tuple[Finding, TrResult]],
    baseline_ml: Decimal | None,
    protocol: Protocol,
) -> TargetSums:
    """Return the sums of a visit: diameters, those without nodes, viable diameters, volumes, and the changes.

    targets are the accepted target findings of the visit with their results; the sums regard those of
    the protocol's endpoint scope. A sum that is not complete is not there.
    """
    whole_body = protocol.endpoint.scope is Scope.WHOLE_BODY
    inside = [(finding, result) for finding, result in targets if whole_body or finding.organ is Organ.LIVER]
    sums, viable = deciding.parts(timepoint).sums, deciding.viable(timepoint).sums
    volume = _volume(inside)
    sums_of_visit = [
        _sum("SUMDIAM", sums.sum_mm, "mm"),
        _sum("SUMNLNLD", None if sums.sum_mm is None else sums.sum_mm - _nodes(inside), "mm"),
        _sum("SUMVDIAM", viable.sum_mm, "mm"),
        _sum("SUMVOL", volume, "mL"),
        _sum("ACNSD", difference(sums.sum_mm, sums.nadir_mm), "mm"),
        _sum("PCBSD", sums.pct_baseline, "%"),
        _sum("PCNSD", sums.pct_nadir, "%"),
        _sum("PCBSV", percent_change(volume, baseline_ml), "%"),
    ]
    date = max((finding.date for finding, _ in inside if finding.date is not None), default=None)
    return TargetSums(tuple(result for result in sums_of_visit if result is not None), volume, date)


def percent_change(value: Decimal | None, reference: Decimal | None) -> Decimal | None:
    """Return the change in percent at 0.1, half up; None against 0 or where a value is not known."""
    if value is None or not reference:
        return None
    change = ((value - reference) * 100 / reference).quantize(_STEP_PERCENT, rounding=ROUND_HALF_UP)
    return abs(change) if change == 0 else change


def _sum(test: str, value: Decimal | None, unit: str) -> TrResult | None:
    return None if value is None else TrResult(test, number(value), number(value), value, unit)


def difference(value: Decimal | None, reference: Decimal | None) -> Decimal | None:
    """Return the change; None where a value is not known."""
    return None if value is None or reference is None else value - reference


def _nodes(targets: Sequence[tuple[Finding, TrResult]]) -> Decimal:
    nodes = (result.value for _, result in targets if result.test == "LPERP")
    return sum((value for value in nodes if value is not None), ZERO)


def _volume(targets: Sequence[tuple[Finding, TrResult]]) -> Decimal | None:
    """The sum of the volumes; a lesion that is gone has none."""
    lesions = {finding.lesion: finding.state for finding, _ in targets}
    volumes = {finding.lesion: result.value for finding, result in targets if result.test == "VOLUME"}
    known = [ZERO if state is State.ABSENT else volumes.get(name) for name, state in lesions.items()]
    return None if not known or None in known else sum((value for value in known if value is not None), ZERO)
