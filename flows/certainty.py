"""How sure each call of PD of a study is: assessment and the random part meet here."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from pipeline.analysis import certainty, target_choices
from pipeline.analysis.sum_rule import Values
from pipeline.assess import barring, hepatic, history, series
from pipeline.assess.hepatic import Scope
from pipeline.assess.history import History, Lesion
from pipeline.assess.series import Method, Read
from pipeline.model.certainty import CertaintyRow, ChoiceShare, FlipChance
from pipeline.model.lesion import Finding, Role
from pipeline.model.protocol import Protocol
from pipeline.model.response import NewLesion, Response
from pipeline.model.visit import Visit
from pipeline.track import roles

NOT_BY_SUM = "PD not by the target sum (new lesion, non-target or reappearance): not applicable"
ALSO_OTHER = "PD also by a new lesion or a non-target lesion, so the time point stays PD if the sum flips"


def rows(
    subject: str,
    visits: Sequence[Visit],
    findings: Sequence[Finding],
    protocol: Protocol,
    methods: Sequence[Method] = (series.RECIST11, series.MRECIST),
) -> tuple[CertaintyRow, ...]:
    """Return a row for each time point that is PD, by criterion and date.

    findings are the accepted ones. RECIST 1.1 is read in the protocol's scope, mRECIST in the liver.
    """
    own = [visit for visit in visits if visit.subject == subject]
    mine = [finding for finding in findings if finding.subject == subject]
    found: list[CertaintyRow] = []
    for method in methods:
        scope = Scope.LIVER if method is series.MRECIST else Scope(protocol.endpoint.scope)
        arranged = history.build(own, hepatic.within(mine, scope))
        reads = series.read(arranged, method, protocol)
        called = (read for read in reads if read.overall.response is Response.PD)
        found += [_row(subject, arranged, method, read, protocol) for read in called]
    return tuple(found)


def _row(subject: str, arranged: History, method: Method, read: Read, protocol: Protocol) -> CertaintyRow:
    by_target = read.target.response is Response.PD
    row = CertaintyRow(
        subject=subject,
        visit=read.visit.name,
        criterion=method.name,
        pd_rule=read.target.rule if by_target else read.overall.rule,
        flip=None,
        share=_share(subject, arranged, method, read.visit, protocol),
        note=NOT_BY_SUM,
    )
    if not by_target or read.target.rule.endswith(".pd_reappeared"):
        return row
    other = read.non_target.response is Response.PD or read.new.answer is NewLesion.YES
    return replace(row, flip=_flip(subject, arranged, method, read.visit, protocol), note=ALSO_OTHER if other else "")


def _flip(subject: str, arranged: History, method: Method, visit: Visit, protocol: Protocol) -> FlipChance:
    targets = arranged.of_role(Role.TARGET)
    values = _values(arranged, targets, method, visit, protocol)
    return certainty.flip_chance(values, method.name, protocol, f"{subject}/{visit.name}")


def _share(subject: str, arranged: History, method: Method, visit: Visit, protocol: Protocol) -> ChoiceShare | None:
    """Return the share of other choices; None where no lesion could have been a target."""
    followed = tuple(lesion for lesion in arranged.lesions if lesion.role is not Role.NEW)
    as_targets = replace(arranged, lesions=tuple(replace(lesion, role=Role.TARGET) for lesion in followed))
    assert arranged.baseline is not None
    at_baseline = _at(as_targets, arranged.baseline, method, protocol)
    measured = (lesion for lesion in as_targets.lesions if at_baseline[lesion.name] is not None)
    fit = [lesion for lesion in measured if _measurable(arranged, lesion, protocol)]
    if not fit:
        return None
    values = _values(as_targets, fit, method, visit, protocol)
    key = f"{subject}/{visit.name}"
    return target_choices.share_of_pd(values, [lesion.organ for lesion in fit], method.name, protocol, key)


def _values(arranged: History, lesions: Sequence[Lesion], method: Method, visit: Visit, protocol: Protocol) -> Values:
    """Return the lesions' values from baseline up to a visit."""
    seen = arranged.visits[: arranged.visits.index(visit) + 1]
    timed = [each for each in seen if not arranged.precedes_baseline(each)]
    rows = [_at(arranged, each, method, protocol) for each in timed]
    nodes = tuple(lesion.is_node for lesion in lesions)
    return Values(tuple(tuple(row[lesion.name] for lesion in lesions) for row in rows), nodes)


def _at(arranged: History, visit: Visit, method: Method, protocol: Protocol) -> dict[str, Decimal | None]:
    """Return what each lesion counts at a visit, without those that a flag bars."""
    values = method.values(arranged, visit, protocol)
    barred = barring.barred(method.name, arranged, visit, values, protocol)
    return {name: None if name in barred else value for name, value in values.items()}


def _measurable(arranged: History, lesion: Lesion, protocol: Protocol) -> bool:
    assert arranged.baseline is not None
    finding = arranged.at(arranged.baseline, lesion)
    long_mm, short_mm = (finding.long_axis_mm, finding.short_axis_mm) if finding is not None else (None, None)
    candidate = roles.Candidate(
        key=lesion.name,
        long_axis_mm=long_mm or Decimal(0),
        short_axis_mm=short_mm or Decimal(0),
        slice_mm=Decimal(str((finding.slice_thickness_mm if finding is not None else None) or 0)),
        organ=lesion.organ,
    )
    return roles.is_measurable(candidate, protocol.targets)
