"""timepoints.csv: sums, references and responses, one visit of one subject."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from pipeline.export.column import Column, Layout, own
from pipeline.export.form import DATE, LENGTH, TEXT, choice, fixed
from pipeline.export.tables import common
from pipeline.model import deciding
from pipeline.model.criterion import CriterionFacts
from pipeline.model.response import NewLesion, Response, Sums, TimePoint
from pipeline.model.scope import Scope

TARGET = choice(Response, Response.CR, Response.PR, Response.SD, Response.PD, Response.NE, empty=Response.NONE)
NON_TARGET = choice(Response, Response.CR, Response.NON_CR_NON_PD, Response.PD, Response.NE, empty=Response.NONE)
OVERALL = choice(
    Response,
    *(Response.CR, Response.PR, Response.SD, Response.NON_CR_NON_PD, Response.PD, Response.NE),
    empty=Response.NONE,
)

_SUM = "empty where a target was not measured"
_REFERENCE = "that this visit is compared with, as recorded; empty at the baseline"
_CHANGE = "(sum - reference) x 100 / reference; empty where a sum is, or the reference is 0"


def _sums(prefix: str, of: str, get: Callable[[TimePoint], Sums], unit: str = "mm") -> tuple[Column[TimePoint], ...]:
    """The columns of one sum with its references and changes."""
    return (
        Column(
            f"{prefix}sum_{unit}",
            unit,
            f"Sum over the targets: {of}, as recorded; {_SUM}",
            LENGTH,
            lambda tp: get(tp).sum_mm,
        ),
        Column(f"{prefix}baseline_{unit}", unit, f"Baseline sum {_REFERENCE}", LENGTH, lambda tp: get(tp).baseline_mm),
        Column(
            f"{prefix}nadir_{unit}",
            unit,
            f"Least complete sum from the baseline on {_REFERENCE}",
            LENGTH,
            lambda tp: get(tp).nadir_mm,
        ),
        Column(
            f"{prefix}pct_baseline",
            "%",
            f"Change from baseline: {_CHANGE}",
            fixed(1, signed=True),
            lambda tp: get(tp).pct_baseline,
        ),
        Column(
            f"{prefix}pct_nadir",
            "%",
            f"Change from nadir: {_CHANGE}",
            fixed(1, signed=True),
            lambda tp: get(tp).pct_nadir,
        ),
    )


def _order(tp: TimePoint) -> tuple[Any, ...]:
    return tp.subject, tp.date, tp.visit, tp.reader


TIMEPOINTS: Layout[TimePoint] = Layout(
    "timepoints.csv",
    "one visit of one subject as one reader, or the accepted findings, tell it; sorted by subject and date",
    (
        common.SUBJECT,
        own("visit", "", "Name of the visit in the protocol; BASELINE is the first", TEXT),
        own("date", "", "Day of the last scan of the visit", DATE),
        *_sums(
            "",
            "longest diameters, of lymph nodes short axes, in the protocol's endpoint scope",
            lambda tp: deciding.parts(tp).sums,
        ),
        *_sums("viable_", "viable diameters in the liver ([mRECIST](mrecist.md))", lambda tp: deciding.viable(tp).sums),
        Column(
            "target",
            "",
            "RECIST 1.1 response of the targets in the protocol's endpoint scope; empty without targets and at the "
            "baseline",
            TARGET,
            lambda tp: deciding.parts(tp).target.response,
        ),
        Column(
            "non_target",
            "",
            "RECIST 1.1 response of the non-target lesions in that scope; empty without any and at the baseline",
            NON_TARGET,
            lambda tp: deciding.parts(tp).non_target.response,
        ),
        Column(
            "new_lesion",
            "",
            "Whether a new lesion was seen in that scope",
            choice(NewLesion),
            lambda tp: deciding.parts(tp).new_lesion,
        ),
        Column(
            "hepatic_recist11",
            "",
            "Overall response by RECIST 1.1 of the lesions in the liver; empty where there was nothing to classify",
            OVERALL,
            lambda tp: tp.read(deciding.RECIST11, Scope.LIVER).overall.response,
        ),
        Column(
            "hepatic_mrecist",
            "",
            "Overall response by mRECIST of the lesions in the liver; empty where there was nothing to classify",
            OVERALL,
            lambda tp: deciding.viable(tp).overall.response,
        ),
        Column(
            "overall_recist11",
            "",
            "Overall response by RECIST 1.1 of all lesions; empty where there was nothing to classify",
            OVERALL,
            lambda tp: tp.read(deciding.RECIST11, Scope.WHOLE_BODY).overall.response,
        ),
        Column(
            "liver_ml",
            "ml",
            "Volume of the liver with its tumors; empty without an outline",
            fixed(1),
            lambda tp: tp.burden.liver_ml,
        ),
        Column(
            "tumor_ml",
            "ml",
            "Volume of all tumors in the liver; empty without outlines",
            fixed(1),
            lambda tp: tp.burden.tumor_ml,
        ),
        Column(
            "burden_pct",
            "%",
            "Share of the liver that is tumor ([burden](burden.md)); empty where a volume is",
            fixed(1),
            lambda tp: tp.burden.percent,
        ),
        common.FLAGS,
        common.PROVISIONAL,
        common.READER,
        common.ACCEPTED,
    ),
    order=_order,
)
"""Sums as recorded; percentages and volumes at 0.1."""


def prefix(criterion: CriterionFacts) -> str:
    """Return what the columns of a criterion's sums in the liver begin with."""
    return {deciding.RECIST11: "", deciding.MRECIST: "viable_"}.get(criterion.name, f"{criterion.name}_")


def layout(others: Iterable[tuple[CriterionFacts, Scope]]) -> Layout[TimePoint]:
    """Return timepoints.csv with columns for what a trial is read by beside RECIST 1.1 and mRECIST.

    A criterion adds the sums that it rests on and its overall response, under its name: `who_sum_mm2`,
    `hepatic_who`. In the whole body the columns begin with `overall_`: `overall_who_sum_mm2`.
    """
    return TIMEPOINTS.with_columns(*(column for criterion, scope in others for column in _of(criterion, scope)))


def _of(criterion: CriterionFacts, scope: Scope) -> Iterator[Column[TimePoint]]:
    in_liver = scope is Scope.LIVER
    begin = prefix(criterion) if in_liver else f"overall_{criterion.name}_"
    where = "in the liver" if in_liver else "of all lesions"
    yield from _sums(
        begin, f"{criterion.measures}, {where}", lambda tp: tp.read(criterion.name, scope).sums, criterion.unit
    )
    yield Column(
        f"{'hepatic' if in_liver else 'overall'}_{criterion.name}",
        "",
        f"Overall response by {criterion.title} {where}; empty where there was nothing to classify",
        choice(Response, *(each for each in Response if each), empty=Response.NONE),
        lambda tp: tp.read(criterion.name, scope).overall.response,
    )
