"""Choose the findings that count: one per lesion and visit, a signed read above a proposal.

Our decision [D], until two readers are adjudicated (rule book, section 5, "Adjudication").
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from pipeline.model.errors import InputError
from pipeline.model.lesion import Finding, Source
from pipeline.model.visit import Visit

_NEVER = dt.datetime.min.replace(tzinfo=dt.UTC)


def choose(
    proposals: Iterable[Finding], signed: Iterable[Finding], visits: Sequence[Visit] = ()
) -> tuple[Finding, ...]:
    """Return the accepted findings, sorted by subject, date and lesion.

    0. A proposal grown from a reader's signed reads (for_reader) is that reader's alone. Where the reader who signed a
       subject last has such proposals, nothing else than what he signed counts at the visits he signed, and at the
       visits that are proposed to him only these; everybody else's are left out (see `_standing`).

    1. Findings that name only a date are placed in their visit (see `placed`).
    2. Per subject, visit and lesion a signed read stands above a proposal.
    3. Of several signed reads the newest signing wins; at one instant, the later reader name.
    4. A signed lesion without a proposal enters; an unopposed proposal stays.

    Raises:
        InputError: a finding belongs to no visit, or two proposals regard one lesion and visit.
    """
    chosen: dict[tuple[str, str, str], Finding] = {}
    reads = placed(signed, visits)
    for finding in _standing(placed(proposals, visits), reads):
        key = _key(finding)
        if key in chosen:
            raise InputError(_twice(finding))
        chosen[key] = finding
    for finding in sorted(reads, key=lambda f: (f.signed_at or _NEVER, f.reader)):
        chosen[_key(finding)] = replace(finding, source=Source.SIGNED)
    accepted = (replace(finding, accepted=True) for finding in chosen.values())
    return tuple(sorted(accepted, key=lambda f: (f.subject, f"{f.date}", f.visit, f.lesion)))


def _standing(proposals: Iterable[Finding], reads: Iterable[Finding]) -> Iterator[Finding]:
    """Yield the proposals that stand: of each subject those of the reader who signed last, else nobody's."""
    last: dict[str, Finding] = {}
    for read in sorted(reads, key=lambda f: (f.signed_at or _NEVER, f.reader)):
        last[read.subject] = read
    reader = {subject: read.reader for subject, read in last.items()}
    every = tuple(proposals)
    own = {(f.subject, _where(f)) for f in every if f.for_reader and f.for_reader == reader.get(f.subject)}
    carried = {subject for subject, _ in own}
    done = {(f.subject, _where(f)) for f in reads if f.subject in carried and f.reader == reader[f.subject]}
    for finding in every:
        at = (finding.subject, _where(finding))
        if finding.for_reader == (reader.get(finding.subject, "") if at in own else "") and at not in done:
            yield finding


def placed(findings: Iterable[Finding], visits: Sequence[Visit]) -> tuple[Finding, ...]:
    """Return the findings with the name of their visit filled in.

    A finding that names its visit keeps it; one that names only a date belongs to the
    visit scanned on that date. Without visits nothing is filled in.

    Raises:
        InputError: no visit of the subject has that name or that date.
    """
    known = {(visit.subject, visit.name) for visit in visits}
    return tuple(
        finding if not visits or (finding.subject, finding.visit) in known else _placed(finding, visits)
        for finding in findings
    )


def _placed(finding: Finding, visits: Sequence[Visit]) -> Finding:
    own = [visit for visit in visits if visit.subject == finding.subject]
    for visit in own:
        if not finding.visit and finding.date in (visit.date, *visit.scan_dates):
            return replace(finding, visit=visit.name)
    known = ", ".join(f"{visit.name} ({visit.date})" for visit in own) or "none"
    raise InputError(
        f"Read of {finding.lesion} of {finding.subject}: visit {finding.visit!r} on {finding.date} is unknown; "
        f"visits are {known}. Correct the visit or the date of the read."
    )


def _key(finding: Finding) -> tuple[str, str, str]:
    return finding.subject, _where(finding), finding.lesion


def _where(finding: Finding) -> str:
    return finding.visit or f"{finding.date}"


def _twice(finding: Finding) -> str:
    return (
        f"{finding.subject}, {_where(finding)}: two proposals for lesion {finding.lesion}; expected one. "
        "Merge them or give one another name."
    )
