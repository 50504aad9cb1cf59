"""The rows and columns of estimates.csv, curve.csv and npmle.csv.

Numbers have 12 significant digits; an empty cell is a number that does not exist.
"""

from dataclasses import dataclass
from decimal import Decimal
from math import isfinite

from pipeline.export.column import Layout, own
from pipeline.export.form import INTEGER, NUMBER, TEXT, Form

DIGITS = 12
"""Significant digits in a table: own choice, more than the 1e-6 that R is compared at."""


def number(value: Decimal | float | None, digits: int = DIGITS) -> str:
    """Return a number with 12 significant digits and no exponent; empty for None, nan and infinity."""
    if value is None or not isfinite(value):
        return ""
    shown = format(Decimal(f"{value:.{digits}g}"), "f")
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


SIGNIFICANT: Form[Decimal | float] = Form(f"number, {DIGITS} digits", NUMBER.allowed, number, NUMBER.parse)


@dataclass(frozen=True)
class Statistic:
    """One statistic of a group, or of a comparison of groups; None is a number that does not exist."""

    paramcd: str
    statistic: str
    group: str = ""
    reference: str = ""
    method: str = "counts"
    time: float | None = None
    estimate: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    se: float | None = None
    df: float | None = None
    p: float | None = None
    n: int | None = None
    events: int | None = None
    note: str = ""


@dataclass(frozen=True)
class CurveStep:
    """What holds of a group from one distinct day on; cif is None without competing events."""

    paramcd: str
    group: str
    time: float
    at_risk: int
    events: int
    censored: int
    competing: int
    survival: float
    ci_low: float
    ci_high: float
    cif: float | None = None
    cif_se: float | None = None
    cif_ci_low: float | None = None
    cif_ci_high: float | None = None


@dataclass(frozen=True)
class InnermostInterval:
    """The probability of an innermost interval (left, right] of the NPMLE; right is infinite where it is open."""

    paramcd: str
    group: str
    left: float
    right: float
    probability: float
    survival: float


_PARAMCD = own("paramcd", "", "Code of the parameter ([list](rule-sets.md))", TEXT)
_LIMIT = "empty where it does not exist"

ESTIMATES: Layout[Statistic] = Layout(
    "estimates.csv",
    "one statistic of a group, or of a comparison of arms",
    (
        _PARAMCD,
        own("group", "", "all, or the arm; empty for a test of all arms", TEXT),
        own("reference", "", "Arm that a hazard ratio is against, else empty", TEXT),
        own("method", "", "counts, kaplan-meier, aalen-johansen, npmle, log-rank, gray or cox", TEXT),
        own(
            "statistic",
            "",
            "Of counts left_out, subjects, event, censored, competing; of kaplan-meier median; of aalen-johansen "
            "incidence at the last day; of npmle log_likelihood, median_after and median_by (survival comes down to "
            "1/2 between the two); of log-rank and gray chi_square; of cox hazard_ratio",
            TEXT,
        ),
        own("time", "d", "Day that the statistic belongs to, else empty", SIGNIFICANT),
        own(
            "estimate",
            "as in statistic",
            f"Value: subjects, days, probability from 0 to 1 or ratio; {_LIMIT}",
            SIGNIFICANT,
        ),
        own("ci_low", "as in statistic", f"Lower 95 % limit; {_LIMIT}", SIGNIFICANT),
        own("ci_high", "as in statistic", f"Upper 95 % limit; {_LIMIT}", SIGNIFICANT),
        own(
            "se",
            "as in statistic",
            "Standard error, of a hazard ratio that of its logarithm; empty where none is given",
            SIGNIFICANT,
        ),
        own("df", "", "Degrees of freedom of a test, else empty", SIGNIFICANT),
        own("p", "", "Two-sided p of a test or a hazard ratio, else empty", SIGNIFICANT),
        own("n", "", "Subjects behind the statistic; empty for a comparison", INTEGER),
        own("events", "", "Events behind the statistic; empty for a comparison and the npmle", INTEGER),
        own("note", "", "Why a cell is empty, or how to read it", TEXT),
    ),
)
"""Counts and curves of each group, then the comparisons of arms."""

CURVE: Layout[CurveStep] = Layout(
    "curve.csv",
    "one distinct day of a group; its values hold from that day on, before the first survival is 1 and cif 0",
    (
        _PARAMCD,
        own("group", "", "all, or the arm", TEXT),
        own("time", "d", "Day since the start of the parameter's clock, as AVAL counts it", SIGNIFICANT),
        own("at_risk", "", "Subjects followed just before the day", INTEGER),
        own("events", "", "Subjects with the event on the day", INTEGER),
        own("censored", "", "Subjects censored on the day, after its events", INTEGER),
        own("competing", "", "Subjects with the competing event on the day", INTEGER),
        own("survival", "", "Kaplan-Meier estimate from 0 to 1, cause-specific with competing events", SIGNIFICANT),
        own("ci_low", "", "Lower 95 % limit of survival; empty where survival is 0 or 1", SIGNIFICANT),
        own("ci_high", "", "Upper 95 % limit of survival; empty where survival is 0 or 1", SIGNIFICANT),
        own("cif", "", "Cumulative incidence from 0 to 1; empty without competing events", SIGNIFICANT),
        own("cif_se", "", "Standard error of cif; empty without competing events", SIGNIFICANT),
        own("cif_ci_low", "", "Lower 95 % limit of cif; empty where cif is empty, 0 or 1", SIGNIFICANT),
        own("cif_ci_high", "", "Upper 95 % limit of cif; empty where cif is empty, 0 or 1", SIGNIFICANT),
    ),
)
"""Survival and, with competing events, incidence."""

NPMLE: Layout[InnermostInterval] = Layout(
    "npmle.csv",
    "one innermost interval (left, right] of a group",
    (
        _PARAMCD,
        own("group", "", "all, or the arm", TEXT),
        own("left", "d", "Day after which the event lies", SIGNIFICANT),
        own("right", "d", "Day up to which the event lies; empty where the interval is open", SIGNIFICANT),
        own("probability", "", "Probability from 0 to 1 that the event lies in the interval", SIGNIFICANT),
        own("survival", "", "Survival after right, from 0 to 1", SIGNIFICANT),
    ),
)
"""Turnbull's estimate of interval-censored days."""
