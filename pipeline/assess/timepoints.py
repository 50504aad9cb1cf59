"""Every time point of one subject: RECIST 1.1 and mRECIST, in the liver and overall."""

from collections.abc import Mapping, Sequence

from pipeline.assess import accepted, hepatic, history, sums
from pipeline.assess.criteria import mrecist, recist11
from pipeline.assess.history import History
from pipeline.assess.method import Read
from pipeline.model.flags import Flag, ordered
from pipeline.model.lesion import Finding, Role, Source, State
from pipeline.model.protocol import Protocol
from pipeline.model.response import TimePoint
from pipeline.model.scope import Scope
from pipeline.model.visit import BASELINE, Burden, Visit

_UNKNOWN = Burden(None, None, None)


def assess(
    subject: str,
    visits: Sequence[Visit],
    findings: Sequence[Finding],
    burdens: Mapping[str, Burden],
    protocol: Protocol,
) -> tuple[TimePoint, ...]:
    """Return one time point per visit of the subject, in date order.

    findings are the accepted ones, one per lesion and visit; burdens go by visit name.

    1. Read liver and whole body under RECIST 1.1, the liver under mRECIST.
    2. Show target, non-target, new lesion and sum of the protocol's endpoint scope.
    3. A row is provisional when an unsigned finding stands behind it: one of this visit, of
       the baseline or of the nadir.

    Raises:
        InputError: a finding belongs to no visit, or a lesion has two at one visit.
    """
    own = tuple(visit for visit in visits if visit.subject == subject)
    placed = accepted.placed((f for f in findings if f.subject == subject), own)
    hepatic_only = hepatic.within(placed, Scope.LIVER)
    in_liver = history.build(own, hepatic_only)
    in_body = in_liver if len(hepatic_only) == len(placed) else history.build(own, placed)
    liver = recist11.CRITERION.read(in_liver, protocol)
    body = liver if in_body is in_liver else recist11.CRITERION.read(in_body, protocol)
    viable = mrecist.CRITERION.read(in_liver, protocol)
    signed = _all_signed(in_body)
    shown = body if protocol.endpoint.scope == Scope.WHOLE_BODY.value else liver
    return tuple(
        _row(in_body, signed, burdens.get(s.visit.name, _UNKNOWN), shown=s, liver=h, viable=v, body=b)
        for s, h, v, b in zip(shown, liver, viable, body, strict=True)
    )


def _row(
    everything: History,
    signed: Mapping[str, bool],
    burden: Burden,
    *,
    shown: Read,
    liver: Read,
    viable: Read,
    body: Read,
) -> TimePoint:
    visit = shown.visit
    found = everything.all_at(visit)
    assert visit.date is not None  # a visit found in images is dated
    flags: list[Flag] = [*visit.flags, *(flag for finding in found for flag in finding.flags)]
    return TimePoint(
        subject=visit.subject,
        visit=visit.name,
        date=visit.date,
        sums=sums.shown(shown.now, shown.against),
        viable=sums.shown(viable.now, viable.against),
        target=shown.target,
        non_target=shown.non_target,
        new_lesion=shown.new.answer,
        hepatic_recist11=liver.overall,
        hepatic_mrecist=viable.overall,
        overall_recist11=body.overall,
        burden=burden,
        flags=ordered(*flags),
        provisional=_provisional(signed, (shown, viable, body)),
        reader=";".join(sorted({f.reader for f in found if f.reader})),
    )


def _provisional(signed: Mapping[str, bool], reads: Sequence[Read]) -> bool:
    """Whether an unsigned finding, or nobody's, stands behind a row."""
    here = reads[0].visit.name
    visits = {here, BASELINE}
    visits |= {name for read in reads for name in (read.against.nadir_visit, read.new.confirmed_at) if name}
    return here not in signed or not all(signed.get(visit, True) for visit in visits)


def _all_signed(everything: History) -> dict[str, bool]:
    """Whether all findings of a visit that say something are signed, for the visits that have one."""
    said: dict[str, bool] = {}
    for (visit, _), finding in everything.findings.items():
        if not says_nothing(finding):
            said[visit] = said.get(visit, True) and finding.source is Source.SIGNED
    return said


def says_nothing(finding: Finding) -> bool:
    """Whether a finding decides nothing: a new-lesion candidate that is not there."""
    return finding.role is Role.NEW and finding.state in {State.ABSENT, State.NOT_EVALUABLE}
