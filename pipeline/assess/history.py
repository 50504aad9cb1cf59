"""The lesions of one subject over all visits, as the criteria read them."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from pipeline.model.errors import InputError
from pipeline.model.lesion import Finding, Organ, Role, Source, State
from pipeline.model.visit import BASELINE, Visit

_NOT_SEEN = {State.ABSENT, State.NOT_EVALUABLE}


@dataclass(frozen=True)
class Lesion:
    """One lesion: role and organ are those of its first finding and do not change."""

    name: str
    role: Role
    organ: Organ

    @property
    def is_node(self) -> bool:
        """Whether the short axis counts."""
        return self.organ is Organ.NODE


@dataclass(frozen=True)
class History:
    """Lesions by name, visits in order, findings by (visit, lesion).

    Findings at a visit that could not be completed count only when signed.
    """

    visits: tuple[Visit, ...]
    lesions: tuple[Lesion, ...]
    findings: Mapping[tuple[str, str], Finding]

    def at(self, visit: Visit, lesion: Lesion) -> Finding | None:
        """The finding of a lesion at a visit; None where it was not assessed."""
        return self.findings.get((visit.name, lesion.name))

    def all_at(self, visit: Visit) -> tuple[Finding, ...]:
        """The findings of a visit in the order of the lesions."""
        findings = (self.at(visit, lesion) for lesion in self.lesions)
        return tuple(finding for finding in findings if finding is not None)

    def of_role(self, role: Role) -> tuple[Lesion, ...]:
        """The lesions of one role."""
        return self._by_role[role]

    def other_targets(self, visit: Visit, lesion: Lesion) -> tuple[Finding, ...]:
        """The findings at a visit of the other targets in the organ of a lesion."""
        others = (other for other in self.of_role(Role.TARGET) if other.organ is lesion.organ and other != lesion)
        findings = (self.at(visit, other) for other in others)
        return tuple(finding for finding in findings if finding is not None)

    @cached_property
    def baseline(self) -> Visit | None:
        """The baseline visit, if there is one."""
        return next((visit for visit in self.visits if visit.name == BASELINE), None)

    @property
    def follow_up(self) -> tuple[Visit, ...]:
        """The visits after baseline; all of them where there is none."""
        if self.baseline is None:
            return self.visits
        return self.visits[self._place[BASELINE] + 1 :]

    def precedes_baseline(self, visit: Visit) -> bool:
        """Whether a visit lies before baseline, so that it is no time point."""
        return self.baseline is not None and self._place[visit.name] < self._place[BASELINE]

    @cached_property
    def _by_role(self) -> dict[Role, tuple[Lesion, ...]]:
        return {role: tuple(lesion for lesion in self.lesions if lesion.role is role) for role in Role}

    @cached_property
    def _place(self) -> dict[str, int]:
        return {visit.name: place for place, visit in enumerate(self.visits)}


def build(visits: Sequence[Visit], findings: Sequence[Finding]) -> History:
    """Arrange the findings of one subject and one scope.

    Visits stand in the order of their numbers where they are numbered, else of their dates, of
    equal ones the baseline first. A lesion has the role and organ of its finding at baseline,
    else of its first one.

    Raises:
        InputError: a lesion has two findings at one visit, or is seen at baseline and called
            new; a visit has neither number nor date, or only some visits are numbered.
    """
    arranged = _arranged(visits)
    completed = {visit.name: visit.completed for visit in visits}
    usable = [f for f in findings if completed.get(f.visit, False) or f.source is Source.SIGNED]
    table: dict[tuple[str, str], Finding] = {}
    for finding in usable:
        key = (finding.visit, finding.lesion)
        if key in table:
            raise InputError(
                f"{finding.subject}, {finding.visit}: two accepted findings of {finding.lesion}; expected one. "
                "Keep the newest signed read."
            )
        table[key] = finding
        if finding.visit == BASELINE and finding.role is Role.NEW and finding.state not in _NOT_SEEN:
            raise InputError(
                f"{finding.subject}, {BASELINE}: {finding.lesion} has the role new; expected target or non-target "
                "for a lesion seen at baseline. Correct its role."
            )
    place = {visit.name: number for number, visit in enumerate(arranged)}
    first: dict[str, Finding] = {}
    for finding in sorted(usable, key=lambda f: (f.visit != BASELINE, place.get(f.visit, len(place)))):
        first.setdefault(finding.lesion, finding)
    lesions = tuple(Lesion(name, first[name].role, first[name].organ) for name in sorted(first))
    return History(arranged, lesions, table)


def earliest(findings: Iterable[Finding]) -> dt.date | None:
    """Return the first date of findings; None where none is dated."""
    return min((finding.date for finding in findings if finding.date is not None), default=None)


def latest(findings: Iterable[Finding]) -> dt.date | None:
    """Return the last date of findings; None where none is dated."""
    return max((finding.date for finding in findings if finding.date is not None), default=None)


def _arranged(visits: Sequence[Visit]) -> tuple[Visit, ...]:
    """The visits by number where all have one, else by date; of equal ones the baseline first."""
    later = sorted(visits, key=lambda visit: visit.name != BASELINE)
    numbers = {visit.name: visit.number for visit in visits if visit.number is not None}
    if numbers and len(numbers) == len(visits):
        return tuple(sorted(later, key=lambda visit: numbers[visit.name]))
    dates = {visit.name: visit.date for visit in visits if visit.date is not None}
    if numbers or len(dates) < len(visits):
        wrong = next(visit for visit in visits if visit.name in numbers or visit.name not in dates)
        raise InputError(
            f"{wrong.subject}, {wrong.name}: visits cannot be put in order; expected a number for every visit, "
            "or for none and a date for every visit."
        )
    return tuple(sorted(later, key=lambda visit: dates[visit.name]))
