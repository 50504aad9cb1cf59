"""Classify a target sum: NE, CR, PD, PR, SD, tested in this order, in exact decimals.

The arithmetic is that of RECIST 1.1 (Eisenhauer 2009, 4.3.1); mRECIST uses it on its own
values and thresholds (pipeline.model.thresholds).
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from pipeline.assess import margins
from pipeline.assess.margins import ResponseLimits
from pipeline.assess.sums import ZERO, References, Sum, percent_change
from pipeline.model.criteria import Criterion
from pipeline.model.flags import Flags
from pipeline.model.response import Explained, Response


@dataclass(frozen=True)
class TargetVisit:
    """What is known about the targets of one visit.

    name: of the criterion. gone: every target has disappeared (nodes: normal size).
    reappeared: targets that are back after an overall CR, where that is progression.
    responded: the last decisive earlier target response was CR or PR. date: the scan of the
    targets that dates a progression. values: each target's own. remaining: what is above the limits of gone.
    regrowth: the least growth of one target that ends a CR. barred: targets that a flag
    made not evaluable. unit: of the sums.
    """

    name: str
    criterion: Criterion
    total: Sum
    references: References
    gone: bool
    date: dt.date | None
    reappeared: tuple[str, ...] = ()
    responded: bool = False
    values: Mapping[str, Decimal | None] = field(default_factory=dict)
    remaining: Decimal = ZERO
    regrowth: Decimal = ZERO
    unit: str = "mm"
    citation: str = ""
    barred: Mapping[str, Flags] = field(default_factory=dict)

    @property
    def missing(self) -> str:
        """The targets that were not measured, each with the flags that barred it."""
        reasons = {name: f" ({', '.join(flag.name for flag in flags)})" for name, flags in self.barred.items()}
        return ", ".join(f"{name}{reasons.get(name, '')}" for name in self.total.missing)

    @property
    def unit_shown(self) -> str:
        """The unit as a sentence shows it."""
        return "mm\u00b2" if self.unit == "mm2" else self.unit


_WITHOUT_MARGINS = {"none", "baseline", "baseline_incomplete", "ne_subset"}


def counted(number: int, noun: str) -> str:
    """Return `1 target lesion`, `2 target lesions`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def classify(case: TargetVisit) -> Explained:
    """Return the target response of one follow-up visit.

    1. No target at baseline: nothing to classify.
    2. Not all targets measured: PD if a target is back after an overall CR or (pd_from_subset)
       the measured subset alone exceeds the full nadir by both thresholds; else NE.
    3. CR: all gone (after PD where cr_before_pd is off).
    4. PD: back after an overall CR (reappearance_is_pd), or both thresholds over nadir.
    5. PR: the response threshold below baseline, or persisting (pr_persists).
    6. SD. Without a complete baseline PR and SD cannot be told apart: NE.
    """
    if case.total.count == 0:
        return explain(case, Response.NONE, "none", "No target lesion was chosen at baseline.")
    if case.total.missing:
        return _subset(case)
    first, second = (_gone, _progressed) if case.criterion.cr_before_pd else (_progressed, _gone)
    return first(case) or second(case) or _no_baseline(case) or _responded(case) or _stable(case)


def baseline(case: TargetVisit) -> Explained:
    """Return the row of the baseline itself: nothing to compare yet, NE if incomplete."""
    if case.total.count == 0:
        return explain(case, Response.NONE, "none", "No target lesion was chosen at baseline.")
    if case.total.missing:
        names = case.missing
        return explain(case, Response.NE, "baseline_incomplete", f"Baseline is incomplete: {names} not measured.")
    return explain(
        case, Response.NONE, "baseline", f"Baseline: {counted(case.total.count, 'target lesion')}, sum {_mm(case)}."
    )


def _subset(case: TargetVisit) -> Explained:
    names = case.missing
    if case.reappeared:
        return _back(case)
    nadir = case.references.nadir_mm
    if (
        case.criterion.pd_from_subset
        and nadir is not None
        and case.criterion.thresholds.progressed(case.total.measured_mm, nadir)
    ):
        sentence = f"{names} not measured, but the others alone reach {_against_nadir(case, nadir)}."
        return explain(case, Response.PD, "pd_subset", sentence)
    if not case.criterion.pd_from_subset:
        return explain(case, Response.NE, "ne_subset", f"{names} not measured, and a part of the sum decides nothing.")
    return explain(case, Response.NE, "ne", f"{names} not measured, and the others alone do not show progression.")


def _gone(case: TargetVisit) -> Explained | None:
    if not case.gone:
        return None
    return explain(case, Response.CR, "cr", f"Every target lesion is gone or a normal node; sum {_mm(case)}.")


def _progressed(case: TargetVisit) -> Explained | None:
    if case.reappeared:
        return _back(case)
    nadir = case.references.nadir_mm
    if nadir is None or not case.criterion.thresholds.progressed(case.total.measured_mm, nadir):
        return None
    rule = "pd" if nadir > 0 else "pd_nadir_zero"
    least = _least(case.criterion)
    limits = f"above {least}" if case.criterion.progression_above else f"from {least} on"
    return explain(case, Response.PD, rule, f"Sum {_against_nadir(case, nadir)}; PD {limits}.")


def _back(case: TargetVisit) -> Explained:
    names = ", ".join(case.reappeared)
    return explain(case, Response.PD, "pd_reappeared", f"{names} came back after an overall complete response.")


def _no_baseline(case: TargetVisit) -> Explained | None:
    if case.references.baseline_mm is not None:
        return None
    sentence = f"Baseline is incomplete, so that the sum {_mm(case)} can be neither response nor stable disease."
    return explain(case, Response.NE, "ne_baseline", sentence)


def _responded(case: TargetVisit) -> Explained | None:
    start = case.references.baseline_mm
    if start is None:
        return None
    if case.criterion.thresholds.responded(case.total.measured_mm, start):
        sentence = f"Sum {_against_baseline(case, start)}; PR from -{case.criterion.response_percent} % on."
        return explain(case, Response.PR, "pr", sentence)
    if case.criterion.pr_persists and case.responded:
        sentence = f"Sum {_against_baseline(case, start)}; an earlier response persists until progression."
        return explain(case, Response.PR, "pr_persists", sentence)
    return None


def _stable(case: TargetVisit) -> Explained:
    sentence = f"Sum {changes(case)}: neither response (-{case.criterion.response_percent} %) nor progression"
    return explain(case, Response.SD, "sd", f"{sentence} ({_least(case.criterion)}).")


def changes(case: TargetVisit) -> str:
    """Return the sum against baseline and nadir, as far as they are known, for a sentence."""
    start, nadir = case.references.baseline_mm, case.references.nadir_mm
    parts = []
    if start is not None:
        parts.append(_against_baseline(case, start))
    if nadir is not None:
        parts.append(_against_nadir(case, nadir))
    return "; ".join(parts)


def explain(case: TargetVisit, response: Response, rule: str, sentence: str) -> Explained:
    """Return a target response with the numbers of the case, its inputs and its margins."""
    named = (
        (f"sum_{case.unit}", case.total.complete_mm),
        (f"measured_{case.unit}", case.total.measured_mm if case.total.missing else None),
        (f"baseline_{case.unit}", case.references.baseline_mm),
        (f"nadir_{case.unit}", case.references.nadir_mm),
    )
    numbers = tuple((name, value) for name, value in named if value is not None)
    return Explained(
        response,
        f"{case.name}.target.{rule}",
        sentence,
        case.citation,
        numbers,
        case.date if response is Response.PD else None,
        tuple(case.values.items()),
        margins=_margins(case, response, rule),
    )


def _margins(case: TargetVisit, response: Response, rule: str) -> tuple[tuple[str, Decimal], ...]:
    """The margins of a response; a rule that no sum can change has none of its own."""
    if rule == "pd_reappeared":
        return (("back", case.remaining),)
    if rule in _WITHOUT_MARGINS:
        return ()
    start, nadir, thresholds = case.references.baseline_mm, case.references.nadir_mm, case.criterion.thresholds
    limits = ResponseLimits(
        None if nadir is None else thresholds.progression_from(nadir),
        None if start is None else thresholds.response_to(start),
        case.remaining,
        case.regrowth,
    )
    return margins.of(response, case.total.measured_mm, limits)


def _least(criterion: Criterion) -> str:
    minimum = f" and +{criterion.progression_min_mm:f} mm" if criterion.progression_min_mm else ""
    return f"+{criterion.progression_percent} %{minimum}"


def _mm(case: TargetVisit) -> str:
    return f"{case.total.measured_mm:f} {case.unit_shown}"


def _against_nadir(case: TargetVisit, nadir: Decimal) -> str:
    return _change(case, nadir, f"nadir {nadir:f} {case.unit_shown} ({case.references.nadir_visit})")


def _against_baseline(case: TargetVisit, start: Decimal) -> str:
    return _change(case, start, f"baseline {start:f} {case.unit_shown}")


def _change(case: TargetVisit, reference: Decimal, name: str) -> str:
    total = case.total.measured_mm
    percent = percent_change(total, reference)
    relative = "" if percent is None else f", {percent:+} %"
    return f"{total:f} {case.unit_shown} against {name}: {total - reference:+f} {case.unit_shown}{relative}"
