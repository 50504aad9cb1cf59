"""Every measurement of one subject in the order of TR: each lesion's results, then the sums of the visit.

TR, SUPPTR and ADTR are made from the same values, so that a row of analysis leads back to its record.

Rule book, section 6, "TR".
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.export import case as cases
from pipeline.export import results, target_sums
from pipeline.export.case import Case, EvaluatedFinding
from pipeline.export.codelists import SOFTWARE
from pipeline.export.evaluator import Attribution
from pipeline.export.results import ResultContext, TrResult
from pipeline.model import merged
from pipeline.model.lesion import Finding, Role
from pipeline.model.protocol import Protocol
from pipeline.model.response import TimePoint
from pipeline.model.visit import BASELINE, Visit


@dataclass(frozen=True)
class PlacedResult:
    """One result with its place: of a reading, of nobody (a target not assessed) or of a time point (a sum)."""

    result: TrResult
    by: Attribution
    accepted: bool
    visit: str
    date: dt.date | None
    group: Role
    reading: EvaluatedFinding | None = None
    timepoint: TimePoint | None = None
    lesion: str = ""

    @property
    def link(self) -> str:
        """TRLNKID, empty for a sum."""
        return f"{self.by.prefix}-{self.lesion}" if self.lesion else ""

    @property
    def finding(self) -> Finding | None:
        """The finding behind the result, if there is one."""
        return self.reading.finding if self.reading else None

    @property
    def provisional(self) -> bool:
        """Whether an unsigned finding stands behind the result."""
        return self.timepoint.provisional if self.timepoint else self.by.evaluation == SOFTWARE


def of(case: Case, protocol: Protocol) -> tuple[PlacedResult, ...]:
    """Return the measurements of a subject, sorted by visit, reader, lesion and test; sums stand last in a visit."""
    readings = tuple(item for reading in case.readings for item in _read(case, reading, protocol))
    results_of_case = [*readings, *_not_assessed(case), *_sums(case, readings, protocol)]
    order = case.visit_order
    return tuple(sorted(results_of_case, key=lambda m: (order[m.visit], not m.lesion, m.by.prefix, m.lesion)))


def _read(case: Case, reading: EvaluatedFinding, protocol: Protocol) -> Iterator[PlacedResult]:
    finding = reading.finding
    for result in results.of(finding, _around(case, reading), protocol, case.too_small):
        yield PlacedResult(
            result,
            reading.by,
            reading.accepted,
            finding.visit,
            finding.date,
            finding.role,
            reading=reading,
            lesion=finding.lesion,
        )


def _around(case: Case, reading: EvaluatedFinding) -> ResultContext:
    finding = reading.finding
    same_reader = [other.finding for other in case.readings if other.by == reading.by]
    others = (
        other
        for other in same_reader
        if other.visit == finding.visit
        and other.lesion != finding.lesion
        and other.organ is finding.organ
        and other.role is Role.TARGET
    )
    elsewhere = merged.counted_elsewhere(finding, others, results.main_axis)
    viable = any(other.lesion == finding.lesion and other.viable_axis_mm is not None for other in same_reader)
    return ResultContext(elsewhere, viable)


def _not_assessed(case: Case) -> Iterator[PlacedResult]:
    """Yield the targets that have no accepted finding at a visit after their first, by the first one's reader."""
    accepted = [reading for reading in case.readings if reading.accepted and reading.finding.role is Role.TARGET]
    first: dict[str, EvaluatedFinding] = {}
    for reading in accepted:
        first.setdefault(reading.finding.lesion, reading)
    there = {(reading.finding.visit, reading.finding.lesion) for reading in accepted}
    order = case.visit_order
    for visit in (visit for visit in case.visits if visit.name in order):
        for lesion, reading in first.items():
            later = order[visit.name] > order[reading.finding.visit]
            if later and (visit.name, lesion) not in there:
                yield _missing(visit, reading)


def _missing(visit: Visit, first: EvaluatedFinding) -> PlacedResult:
    reason = "LESION NOT ASSESSED" if visit.completed else "VISIT NOT COMPLETED"
    finding = first.finding
    result = results.not_assessed(finding.organ, reason)
    return PlacedResult(result, first.by, True, visit.name, visit.date, Role.TARGET, lesion=finding.lesion)


def _sums(case: Case, readings: tuple[PlacedResult, ...], protocol: Protocol) -> Iterator[PlacedResult]:
    """Yield the sums of every time point."""
    accepted = [item for item in readings if item.accepted and item.group is Role.TARGET]
    baseline = None
    for timepoint in sorted(case.timepoints, key=lambda tp: case.visit_order.get(tp.visit, 0)):
        if timepoint.visit not in case.visit_order:
            continue
        here = [(item.finding, item.result) for item in accepted if item.visit == timepoint.visit and item.finding]
        of_visit = target_sums.of(timepoint, here, baseline, protocol)
        baseline = of_visit.volume_ml if baseline is None and timepoint.visit == BASELINE else baseline
        for result in of_visit.results:
            yield PlacedResult(
                result,
                cases.of_timepoint(timepoint),
                timepoint.accepted,
                timepoint.visit,
                of_visit.date or timepoint.date,
                Role.TARGET,
                timepoint=timepoint,
            )
