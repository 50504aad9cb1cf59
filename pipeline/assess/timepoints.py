"""Every time point of one subject, under every criterion and scope that its trial is read in."""

from collections.abc import Mapping, Sequence

from pipeline.assess import accepted, hepatic, history, plan, sums
from pipeline.assess.history import History
from pipeline.assess.method import Read
from pipeline.model import deciding
from pipeline.model.criterion import CriterionFacts
from pipeline.model.flags import Flag, ordered
from pipeline.model.lesion import Finding, Role, Source, State
from pipeline.model.protocol import Protocol
from pipeline.model.response import CriterionRead, NewLesion, TimePoint
from pipeline.model.scope import Scope
from pipeline.model.visit import BASELINE, Burden, Visit

_UNKNOWN = Burden(None, None, None)
_Key = tuple[CriterionFacts, Scope]


def assess(
    subject: str,
    visits: Sequence[Visit],
    findings: Sequence[Finding],
    burdens: Mapping[str, Burden],
    protocol: Protocol,
) -> tuple[TimePoint, ...]:
    """Return one time point per visit of the subject, in date order.

    findings are the accepted ones, one per lesion and visit; burdens go by visit name.

    1. Read every scope under every criterion that the trial asks for (pipeline.assess.plan).
    2. A row is provisional when an unsigned finding stands behind it: one of this visit, of
       the baseline or of the nadir of a read.

    Raises:
        InputError: a finding belongs to no visit, or a lesion has two at one visit.
    """
    own = tuple(visit for visit in visits if visit.subject == subject)
    placed = accepted.placed((f for f in findings if f.subject == subject), own)
    hepatic_only = hepatic.within(placed, Scope.LIVER)
    in_liver = history.build(own, hepatic_only)
    everything = in_liver if len(hepatic_only) == len(placed) else history.build(own, placed)
    courses = _courses(in_liver, everything, protocol)
    signed = _all_signed(everything)
    rows = ({key: reads[place] for key, reads in courses.items()} for place in range(len(everything.visits)))
    return tuple(
        _row(everything, visit, reads, burdens=burdens, signed=signed, protocol=protocol)
        for visit, reads in zip(everything.visits, rows, strict=True)
    )


def _courses(in_liver: History, everything: History, protocol: Protocol) -> Mapping[_Key, tuple[Read, ...]]:
    """Read all that the trial asks for; both scopes at once where all lesions lie in the liver."""
    courses: dict[_Key, tuple[Read, ...]] = {}
    for method, scope in plan.reads(protocol):
        same = courses.get((method.facts, Scope.WHOLE_BODY)) if in_liver is everything else None
        arranged = everything if scope is Scope.WHOLE_BODY else in_liver
        courses[method.facts, scope] = same or method.read(arranged, protocol)
    return courses


def _read(criterion: CriterionFacts, scope: Scope, read: Read) -> CriterionRead:
    return CriterionRead(
        criterion=criterion,
        scope=scope,
        sums=sums.shown(read.total, read.references),
        target=read.target,
        non_target=read.non_target,
        new_lesion=read.new_lesions.answer,
        overall=read.overall,
        new_lesion_date=read.new_lesions.date if read.new_lesions.answer is NewLesion.YES else None,
    )


def _row(
    everything: History,
    visit: Visit,
    reads: Mapping[_Key, Read],
    *,
    burdens: Mapping[str, Burden],
    signed: Mapping[str, bool],
    protocol: Protocol,
) -> TimePoint:
    at_visit = everything.all_at(visit)
    assert visit.date is not None  # a visit found in images is dated
    shown = {(criterion.name, scope): read for (criterion, scope), read in reads.items()}
    if protocol.endpoint.scope is Scope.WHOLE_BODY:
        del shown[deciding.RECIST11, Scope.LIVER]
    flags: list[Flag] = [*visit.flags, *(flag for finding in at_visit for flag in finding.flags)]
    return TimePoint(
        subject=visit.subject,
        visit=visit.name,
        date=visit.date,
        scope=protocol.endpoint.scope,
        reads=tuple(_read(criterion, scope, read) for (criterion, scope), read in reads.items()),
        burden=burdens.get(visit.name, _UNKNOWN),
        flags=ordered(*flags),
        provisional=_provisional(signed, tuple(shown.values())),
        reader=";".join(sorted({f.reader for f in at_visit if f.reader})),
    )


def _provisional(signed: Mapping[str, bool], reads: Sequence[Read]) -> bool:
    """Whether an unsigned finding, or nobody's, stands behind a row."""
    here = reads[0].visit.name
    visits = {here, BASELINE}
    visits |= {name for read in reads for name in (read.references.nadir_visit, read.new_lesions.confirmed_at) if name}
    return here not in signed or not all(signed.get(visit, True) for visit in visits)


def _all_signed(everything: History) -> dict[str, bool]:
    """Whether all findings of a visit that say something are signed, for the visits that have one."""
    signed: dict[str, bool] = {}
    for (visit, _), finding in everything.findings.items():
        if not says_nothing(finding):
            signed[visit] = signed.get(visit, True) and finding.source is Source.SIGNED
    return signed


def says_nothing(finding: Finding) -> bool:
    """Whether a finding decides nothing: a new-lesion candidate that is not there."""
    return finding.role is Role.NEW and finding.state in {State.ABSENT, State.NOT_EVALUABLE}
