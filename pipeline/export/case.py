"""What an export knows of one subject, and how its rows are placed: visit number, study day, reader."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property

from pipeline.export import evaluator
from pipeline.export.evaluator import Attribution
from pipeline.export.table import mark
from pipeline.model import visit_name
from pipeline.model.endpoint import EndpointRow
from pipeline.model.events import Event, EventKind
from pipeline.model.lesion import Finding
from pipeline.model.protocol import Schedule
from pipeline.model.response import Explained, TimePoint
from pipeline.model.visit import BASELINE, Visit

LIST_OF_VISITS = "list of visits, SHA-256"
"""Words before the hash of the list that a date is from."""
HASH_DIGITS = 16
"""Hexadecimal digits of a SHA-256 that stand in a cell: own choice, manifest.json holds all."""
_NEVER = dt.datetime.min.replace(tzinfo=dt.UTC)


@dataclass(frozen=True)
class EvaluatedFinding:
    """A finding as it is exported: by whom, whether it counts, which signing of it this is (None: unsigned)."""

    finding: Finding
    by: Attribution
    accepted: bool
    version: int | None

    @property
    def link(self) -> str:
        """TULNKID and TRLNKID: R1-T01."""
        return f"{self.by.prefix}-{self.finding.lesion}"


@dataclass(frozen=True)
class TooSmall:
    """What stands in mm for a lesion too small to measure: its axis under RECIST 1.1, its viable axis under mRECIST."""

    axis_mm: Decimal = Decimal(5)
    viable_axis_mm: Decimal = Decimal(5)


@dataclass(frozen=True)
class Case:
    """One subject: findings are the accepted ones, reads every signed one; both name their visit.

    endpoints are the rows of endpoint.csv, parameters those of ADTTE; best are the best responses by
    PARAMCD, None without a start. too_small is the protocol's. numbers: VISITNUM of every visit of the study by its
    name; without it the subject is a study of its own with the default schedule. visit_list: SHA-256 of the list of
    visits, empty without one. arm: of the subject, where the export was told of the arms.
    """

    subject: str
    visits: tuple[Visit, ...] = ()
    findings: tuple[Finding, ...] = ()
    reads: tuple[Finding, ...] = ()
    timepoints: tuple[TimePoint, ...] = ()
    endpoints: tuple[EndpointRow, ...] = ()
    events: tuple[Event, ...] = ()
    parameters: tuple[EndpointRow, ...] = ()
    best: tuple[tuple[str, Explained | None], ...] = ()
    too_small: TooSmall = TooSmall()
    numbers: Mapping[str, Decimal] = field(default_factory=dict)
    visit_list: str = ""
    arm: str = ""

    @cached_property
    def visit_order(self) -> dict[str, int]:
        """The place of each visit by date, from the baseline on; earlier scans have none."""
        ordered = sorted(self.visits, key=lambda v: (v.number or 0, v.date or dt.date.min, v.name != BASELINE))
        names = [visit.name for visit in ordered]
        start = names.index(BASELINE) if BASELINE in names else 0
        return {name: number for number, name in enumerate(names[start:], start=1)}

    @cached_property
    def visit_numbers(self) -> Mapping[str, Decimal]:
        """VISITNUM by visit name."""
        return self.numbers or visit_name.numbers([tuple(self.visit_order)], Schedule())

    @cached_property
    def dated_by(self) -> Mapping[str, str]:
        """What dates each visit whose days are not from the images, by visit name."""
        return {
            visit.name: f"{LIST_OF_VISITS} {self.visit_list[:HASH_DIGITS]}" for visit in self.visits if visit.listed
        }

    @cached_property
    def reference_start(self) -> dt.date | None:
        """RFSTDTC: the first embolization."""
        return min((event.date for event in self.events if event.kind is EventKind.EMBOLIZATION), default=None)

    @cached_property
    def randomized(self) -> dt.date | None:
        """The day of randomization."""
        return min((event.date for event in self.events if event.kind is EventKind.RANDOMIZED), default=None)

    def study_day(self, date: dt.date | None) -> int | None:
        """Days from the reference start, which is day 1; there is no day 0. None where either is not known."""
        return study_day(self.reference_start, date)

    @cached_property
    def readings(self) -> tuple[EvaluatedFinding, ...]:
        """The accepted findings, and of every other reader the latest signing, by visit, reader and lesion.

        Findings of scans before the baseline are no time points and left out.
        """
        signings: Counter[tuple[str, str, str]] = Counter()
        latest: dict[tuple[str, str, str], EvaluatedFinding] = {}
        for read in sorted(self.reads, key=lambda read: (read.signed_at or _NEVER, read.lesion)):
            key = _key(read)
            signings[key] += 1
            latest[key] = EvaluatedFinding(read, evaluator.of(read.reader), accepted=False, version=signings[key])
        for finding in self.findings:
            key = _key(finding)
            latest[key] = EvaluatedFinding(
                finding, evaluator.of(finding.reader), accepted=True, version=signings[key] or None
            )
        order = self.visit_order
        timed = [reading for reading in latest.values() if reading.finding.visit in order]
        return tuple(sorted(timed, key=lambda r: (order[r.finding.visit], r.by.prefix, r.finding.lesion)))


def numbered(cases: Iterable[Case], schedule: Schedule) -> tuple[Case, ...]:
    """Return the subjects of a study with VISITNUM of its visits, the same name having the same number in all."""
    every = tuple(cases)
    numbers = visit_name.numbers((tuple(each.visit_order) for each in every), schedule)
    return tuple(replace(each, numbers=numbers) for each in every)


def study_day(start: dt.date | None, date: dt.date | None) -> int | None:
    """Return --DY: days from the start, which is day 1; there is no day 0. None where either is not known."""
    if start is None or date is None:
        return None
    days = (date - start).days
    return days + 1 if days >= 0 else days


def of_timepoint(timepoint: TimePoint) -> Attribution:
    """Return who stands behind a time point: nobody while an unsigned finding does, else its reader or readers."""
    return evaluator.of("" if timepoint.provisional else timepoint.reader)


def by_whom(timepoints: Sequence[TimePoint]) -> dict[str, str]:
    """Return EVAL, EVALID and ACPTFL of a row that rests on all of these time points, where they agree on them."""
    evaluators = {(of_timepoint(each), each.accepted) for each in timepoints}
    if len(evaluators) != 1:
        return {}
    ((by, accepted),) = evaluators
    return {"EVAL": by.evaluation, "EVALID": by.identifier, "ACPTFL": mark(accepted)}


def _key(finding: Finding) -> tuple[str, str, str]:
    return finding.visit, finding.lesion, finding.reader
