"""The rows and columns of the tables beside the figures: every point, bar and number that is drawn."""

from dataclasses import dataclass
from decimal import Decimal

from pipeline.export.column import Layout, own
from pipeline.export.form import INTEGER, LENGTH, MARK, TEXT, choice, fixed
from pipeline.export.tables import common
from pipeline.model.response import Response
from pipeline.report.estimate_columns import SIGNIFICANT


@dataclass(frozen=True)
class Bar:
    """A bar of the waterfall."""

    place: int
    subject: str
    arm: str
    best_change_pct: Decimal
    day: int
    new_lesion: bool


@dataclass(frozen=True)
class LinePoint:
    """A point of the spider."""

    subject: str
    arm: str
    day: int
    change_pct: Decimal
    response: Response
    new_lesion: bool


@dataclass(frozen=True)
class PanelPoint:
    """A sum in the panel of its subject, with the levels that hold there; None is a level not known."""

    subject: str
    arm: str
    day: int
    sum_mm: Decimal
    response_below_mm: Decimal
    progression_from_mm: Decimal | None
    response: Response


@dataclass(frozen=True)
class LaneSign:
    """An end of a bar, or a sign on it, in the lane of a subject."""

    place: int
    subject: str
    arm: str
    what: str
    day: int
    detail: str


@dataclass(frozen=True)
class StepPoint:
    """A point, a mark or a number of a step curve; limits are None where there are none."""

    group: str
    layer: str
    time: float
    value: float
    low: float | None = None
    high: float | None = None


_PLACE = own("place", "", "Place from 1 on, in the order of the figure", INTEGER)
_ARM = own("arm", "", "Arm of the subject; empty while blinded", TEXT)
_DAY = own("day", "d", "Days from the baseline scan, which is day 0", INTEGER)
_RESPONSE = own(
    "response", "", "Response of the visit in the liver; empty where there was nothing to classify", choice(Response)
)
_CHANGE = "(sum - baseline) x 100 / baseline"

WATERFALL: Layout[Bar] = Layout(
    "waterfall.csv",
    "one bar",
    (
        _PLACE,
        common.SUBJECT,
        _ARM,
        own("best_change_pct", "%", f"Best change of the sum: {_CHANGE}", fixed(4, signed=True)),
        own("day", "d", "Days from the baseline scan to the visit of the best change", INTEGER),
        own("new_lesion", "", "Whether a new lesion was seen by then", MARK),
    ),
)
"""Best change of every subject."""

SPIDER: Layout[LinePoint] = Layout(
    "spider.csv",
    "one measured visit of a subject",
    (
        common.SUBJECT,
        _ARM,
        _DAY,
        own("change_pct", "%", f"Change of the sum: {_CHANGE}", fixed(4, signed=True)),
        _RESPONSE,
        own("new_lesion", "", "Whether a new lesion was seen at the visit", MARK),
    ),
)
"""Change over time."""

SUMS: Layout[PanelPoint] = Layout(
    "sums.csv",
    "one measured visit of a subject",
    (
        common.SUBJECT,
        _ARM,
        _DAY,
        own("sum_mm", "mm", "Sum over the targets, as recorded", LENGTH),
        own("response_below_mm", "mm", "Largest sum that is response", fixed(2)),
        own(
            "progression_from_mm",
            "mm",
            "Sum from which it is progression at this visit; empty at the baseline",
            fixed(2),
        ),
        _RESPONSE,
    ),
)
"""Sums with the levels of response and progression."""

SWIMMER: Layout[LaneSign] = Layout(
    "swimmer.csv",
    "one end of a bar, or one sign on it",
    (
        _PLACE,
        common.SUBJECT,
        _ARM,
        own("what", "", "endpoint (end of the dark bar), last (end of the light bar), or the name of the sign", TEXT),
        own("day", "d", "Days from the start of the parameter's clock, which is day 0; negative before it", INTEGER),
        own("detail", "", "CNSR of an endpoint, kind and detail of an event, response of a visit, else empty", TEXT),
    ),
)
"""Course of every subject with a start date."""

STEPS: Layout[StepPoint] = Layout(
    "kaplan_meier.csv",
    "one point, mark or number of a curve; `cumulative_incidence.csv` has the same columns",
    (
        own("group", "", "all, or the arm", TEXT),
        own("layer", "", "curve (value from this day on), censored (a mark), at_risk (a number below the plot)", TEXT),
        own("time", "d", "Day of the clock, as AVAL counts it; a curve starts at 0", SIGNIFICANT),
        own("value", "", "Probability from 0 to 1; of at_risk the number of subjects", SIGNIFICANT),
        own("low", "", "Lower 95 % limit of a curve; empty where there is none", SIGNIFICANT),
        own("high", "", "Upper 95 % limit of a curve; empty where there is none", SIGNIFICANT),
    ),
)
"""Step curves."""

LAYOUTS = (WATERFALL, SPIDER, SUMS, SWIMMER, STEPS)
"""The tables of all figures."""
