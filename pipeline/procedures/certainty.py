"""How sure each call of PD of a study is: assessment and the random part meet here."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from pipeline.analysis import certainty, target_choices
from pipeline.analysis.sum_rule import Values
from pipeline.assess import barring, hepatic, history, plan, series
from pipeline.assess.history import History, Lesion
from pipeline.assess.method import Read
from pipeline.assess.series import SumMethod
from pipeline.model.certainty import CertaintyRow, ChoiceShare, FlipChance
from pipeline.model.lesion import Finding, Role
from pipeline.model.protocol import Protocol
from pipeline.model.response import NewLesion, Response
from pipeline.model.scope import Scope
from pipeline.model.visit import Visit
from pipeline.track import roles

NOT_BY_SUM = "PD not by the target sum (new lesion, non-target or reappearance): not applicable"
ALSO_OTHER = "PD also by a new lesion or a non-target lesion, so the time point stays PD if the sum flips"


@dataclass(frozen=True)
class CriterionCourse:
    """One subject as one criterion reads it.

    bar: whether flags bar lesions, as in our own reads. reader: who read, where several did.
    """

    subject: str
    arranged: History
    method: SumMethod[Any]
    protocol: Protocol
    bar: bool = True
    reader: str = ""

    def key(self, visit: Visit) -> str:
        """What the draws of a visit belong to."""
        return "/".join(part for part in (self.method.name, self.subject, self.reader, visit.name) if part)


def rows(
    subject: str, visits: Sequence[Visit], findings: Sequence[Finding], protocol: Protocol
) -> tuple[CertaintyRow, ...]:
    """Return a row for each time point of a subject of our study that is PD, by criterion and date.

    findings are the accepted ones. A criterion that may decide in the protocol's scope is read there, the others
    in the liver.
    """
    own = [visit for visit in visits if visit.subject == subject]
    mine = [finding for finding in findings if finding.subject == subject]
    judged: list[CertaintyRow] = []
    for method in filter(series.compares_lengths, plan.methods(protocol)):
        scope = protocol.endpoint.scope if protocol.endpoint.scope in method.facts.decides_in else Scope.LIVER
        judged += of_course(CriterionCourse(subject, history.build(own, hepatic.within(mine, scope)), method, protocol))
    return tuple(judged)


def of_course(course: CriterionCourse) -> tuple[CertaintyRow, ...]:
    """Return a row for each time point of a course that is PD."""
    reads = course.method.read(course.arranged, course.protocol, bar=course.bar)
    return tuple(_row(course, read) for read in reads if read.overall.response is Response.PD)


def _row(course: CriterionCourse, read: Read) -> CertaintyRow:
    by_target = read.target.response is Response.PD
    row = CertaintyRow(
        subject=course.subject,
        visit=read.visit.name,
        criterion=course.method.name,
        pd_rule=read.target.rule if by_target else read.overall.rule,
        flip=None,
        share=_share(course, read.visit),
        note=NOT_BY_SUM,
        reader=course.reader,
    )
    if not by_target or read.target.rule.endswith(".pd_reappeared"):
        return row
    other = read.non_target.response is Response.PD or read.new_lesions.answer is NewLesion.YES
    return replace(row, flip=_flip(course, read.visit), note=ALSO_OTHER if other else "")


def _flip(course: CriterionCourse, visit: Visit) -> FlipChance:
    values = _values(course, course.arranged.of_role(Role.TARGET), visit)
    return certainty.flip_chance(values, course.method.rules(course.protocol), course.protocol, course.key(visit))


def _share(course: CriterionCourse, visit: Visit) -> ChoiceShare | None:
    """Return the share of other choices; None where no lesion could have been a target."""
    arranged = course.arranged
    lesions = tuple(replace(each, role=Role.TARGET) for each in arranged.lesions if each.role is not Role.NEW)
    others = replace(course, arranged=replace(arranged, lesions=lesions))
    assert arranged.baseline is not None
    at_baseline = _at(others, arranged.baseline)
    measured = (lesion for lesion in lesions if at_baseline[lesion.name] is not None)
    fit = [lesion for lesion in measured if _measurable(course, lesion)]
    if not fit:
        return None
    organs, values = [lesion.organ for lesion in fit], _values(others, fit, visit)
    return target_choices.share_of_pd(
        values, organs, course.method.rules(course.protocol), course.protocol, course.key(visit)
    )


def _values(course: CriterionCourse, lesions: Sequence[Lesion], visit: Visit) -> Values:
    """Return the lesions' values from baseline up to a visit."""
    visits = course.arranged.visits
    considered = visits[: visits.index(visit) + 1]
    rows = [_at(course, each) for each in considered if not course.arranged.precedes_baseline(each)]
    nodes = tuple(lesion.is_node for lesion in lesions)
    return Values(tuple(tuple(row[lesion.name] for lesion in lesions) for row in rows), nodes)


def _at(course: CriterionCourse, visit: Visit) -> dict[str, Decimal | None]:
    """Return what each target counts at a visit, without those that a flag bars."""
    rules = course.method.rules(course.protocol)
    values: dict[str, Decimal | None] = course.method.values(course.arranged, visit, rules)
    if not course.bar:
        return values
    barred = barring.barred(rules, course.arranged, visit, values, course.protocol)
    return {name: None if name in barred else value for name, value in values.items()}


def _measurable(course: CriterionCourse, lesion: Lesion) -> bool:
    assert course.arranged.baseline is not None
    finding = course.arranged.at(course.arranged.baseline, lesion)
    assert finding is not None
    candidate = roles.BaselineLesion(
        key=lesion.name,
        long_axis_mm=finding.long_axis_mm or Decimal(0),
        short_axis_mm=finding.short_axis_mm or Decimal(0),
        slice_mm=Decimal(str(finding.slice_thickness_mm or 0)),
        organ=lesion.organ,
    )
    return roles.is_measurable(candidate, course.protocol.targets)
