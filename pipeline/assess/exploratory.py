"""What the criteria beside RECIST 1.1 and mRECIST say of the liver, from the accepted findings.

Exploratory: RETNET's primary is RECIST 1.1, and no sum of one criterion enters another (rule
book, section 3). A criterion whose values nobody measured is not evaluable and says so.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import takewhile
from typing import Any

from pipeline.assess import accepted, burden, hepatic, history, plan, registry, sums, timepoints
from pipeline.assess.history import History
from pipeline.assess.method import Method, Read
from pipeline.model.lesion import Finding, Source
from pipeline.model.protocol import Protocol
from pipeline.model.response import CriterionRow
from pipeline.model.scope import Scope
from pipeline.model.visit import Burden, Visit


def assess(
    subject: str,
    visits: Sequence[Visit],
    findings: Sequence[Finding],
    burdens: Mapping[str, Burden],
    protocol: Protocol,
) -> tuple[CriterionRow, ...]:
    """Return one row per criterion and visit of the subject, and one per measured burden.

    findings are the accepted ones; burdens go by visit name.

    Raises:
        InputError: a finding belongs to no visit, or a lesion has two at one visit.
    """
    own = tuple(visit for visit in visits if visit.subject == subject)
    placed = accepted.placed((f for f in findings if f.subject == subject), own)
    in_liver = history.build(own, hepatic.within(placed, Scope.LIVER))
    rows = [
        _row(subject, method, in_liver, read)
        for method in registry.criteria().values()
        if method not in plan.PUBLISHED
        for read in method.read(in_liver, protocol)
    ]
    return (*rows, *_burdens(subject, in_liver.visits, burdens, protocol))


def _row(subject: str, method: Method[Any], in_liver: History, read: Read) -> CriterionRow:
    shown = sums.shown(read.total, read.references)
    return CriterionRow(
        subject=subject,
        visit=read.visit.name,
        date=read.visit.date,
        criterion=method.name,
        unit=method.facts.unit,
        value=shown.sum_mm,
        baseline=shown.baseline_mm,
        nadir=shown.nadir_mm,
        pct_baseline=shown.pct_baseline,
        pct_nadir=shown.pct_nadir,
        answer=read.overall.response.value,
        rule=read.overall.rule,
        sentence=read.overall.sentence,
        citation=read.overall.citation,
        provisional=_is_provisional(in_liver, read),
        reader=";".join(sorted({f.reader for f in in_liver.all_at(read.visit) if f.reader})),
    )


def _is_provisional(in_liver: History, read: Read) -> bool:
    """Whether an unsigned finding of this or an earlier visit, or nobody's, stands behind a row."""
    earlier = takewhile(lambda visit: visit != read.visit, in_liver.visits)
    names = {read.visit.name, read.new_lesions.confirmed_at, *(visit.name for visit in earlier)}
    behind = [f for (visit, _), f in in_liver.findings.items() if visit in names and not timepoints.says_nothing(f)]
    here = any(f.visit == read.visit.name for f in behind)
    return not here or any(f.source is not Source.SIGNED for f in behind)


def _burdens(
    subject: str, visits: Sequence[Visit], burdens: Mapping[str, Burden], protocol: Protocol
) -> Iterator[CriterionRow]:
    for visit in visits:
        percent = burdens[visit.name].percent if visit.name in burdens else None
        if percent is None:
            continue
        answer = burden.burden_class(percent, protocol)
        yield CriterionRow(
            subject=subject,
            visit=visit.name,
            date=visit.date,
            criterion="burden",
            unit="percent",
            value=percent,
            baseline=None,
            nadir=None,
            pct_baseline=None,
            pct_nadir=None,
            answer=answer,
            rule="burden.class",
            sentence=f"Tumor makes {percent:f} % of the liver: class {answer}.",
            citation=burden.CITATION,
        )
