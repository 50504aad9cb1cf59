"""The lesions of one subject over all visits, as the criteria read them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

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
    """Lesions by name, visits by date, findings by (visit, lesion).

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
        found = (self.at(visit, lesion) for lesion in self.lesions)
        return tuple(finding for finding in found if finding is not None)

    def of_role(self, role: Role) -> tuple[Lesion, ...]:
        """The lesions of one role."""
        return tuple(lesion for lesion in self.lesions if lesion.role is role)

    @property
    def baseline(self) -> Visit | None:
        """The baseline visit, if there is one."""
        return next((visit for visit in self.visits if visit.name == BASELINE), None)

    def precedes_baseline(self, visit: Visit) -> bool:
        """Whether a visit lies before baseline, so that it is no time point."""
        return self.baseline is not None and visit.date < self.baseline.date


def build(visits: Sequence[Visit], findings: Sequence[Finding]) -> History:
    """Arrange the findings of one subject and one scope.

    Raises:
        InputError: a lesion has two findings at one visit, or is seen at baseline and called new.
    """
    completed = {visit.name: visit.completed for visit in visits}
    usable = [f for f in findings if completed.get(f.visit, False) or f.source is Source.SIGNED]
    table: dict[tuple[str, str], Finding] = {}
    for finding in usable:
        if table.setdefault((finding.visit, finding.lesion), finding) is not finding:
            raise InputError(
                f"{finding.subject}, {finding.visit}: two accepted findings of {finding.lesion}; expected one. "
                "Keep the newest signed read."
            )
        if finding.visit == BASELINE and finding.role is Role.NEW and finding.state not in _NOT_SEEN:
            raise InputError(
                f"{finding.subject}, {BASELINE}: {finding.lesion} has the role new; expected target or non-target "
                "for a lesion seen at baseline. Correct its role."
            )
    first: dict[str, Finding] = {}
    for finding in sorted(usable, key=lambda f: (f.visit != BASELINE, f.date)):
        first.setdefault(finding.lesion, finding)
    lesions = tuple(Lesion(name, first[name].role, first[name].organ) for name in sorted(first))
    return History(tuple(sorted(visits, key=lambda v: (v.date, v.name != BASELINE))), lesions, table)
