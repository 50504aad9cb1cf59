"""The response by size and density: size -10 % or, modified, and density -15 % is PR (Choi, S12).

PD is size +10 % without a density response, a new lesion, or a new or growing intratumoral
nodule. Density is that of the portal phase and says nothing over lipiodol [D].
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from pydantic import Field

from pipeline.assess import lengths, target
from pipeline.assess.history import History
from pipeline.assess.sums import percent_change
from pipeline.model import thresholds
from pipeline.model.criteria import BarringFlag, WithoutMinimum
from pipeline.model.lesion import Role
from pipeline.model.response import Explained, Response
from pipeline.model.setting import Percent
from pipeline.model.terms import Phase
from pipeline.model.visit import Visit

CITATION = "Choi (S12: Luo 2017, BMC Cancer 17:154; PMID 31477779); rule book section 3"
_SHOWN = Decimal("0.1")
"""Step in HU at which a mean density is shown; own choice, for display only."""


class SizeAndDensity(WithoutMinimum):
    """Size -10 % and density -15 %, PD from size +10 % on (S12); lipiodol makes the density meaningless [D]."""

    response_percent: Percent = 10
    progression_percent: Percent = 10
    density_percent: Percent = 15
    phases: tuple[Phase, ...] = Field(default=(Phase.PORTAL_VENOUS,), min_length=1)
    barred_by: tuple[BarringFlag, ...] = ("LIPIODOL",)


@dataclass(frozen=True)
class Density:
    """Sums of density over the same targets, at the visit and at baseline, in HU; count is their number."""

    sum_hu: Decimal
    baseline_hu: Decimal
    count: int

    def fell(self, percent: int) -> bool:
        """Whether the mean lies at least so many percent below baseline."""
        return thresholds.fallen(self.sum_hu, self.baseline_hu, percent)

    def shown(self) -> str:
        """The means as a sentence shows them."""
        mean, start = self.means()
        return f"density {mean:f} HU against baseline {start:f} HU, {percent_change(self.sum_hu, self.baseline_hu):+} %"

    def means(self) -> tuple[Decimal, Decimal]:
        """Return both means at 0.1 HU, half up, for display."""
        mean, start = (
            (total / self.count).quantize(_SHOWN, rounding=ROUND_HALF_UP) for total in (self.sum_hu, self.baseline_hu)
        )
        return mean, start


def sizes(history: History, visit: Visit, rules: SizeAndDensity) -> dict[str, Decimal | None]:
    """Return the size of every target in mm as under RECIST 1.1; None where it was not measured."""
    return lengths.of_targets(history, visit, rules.too_small_value_mm)


def density(history: History, visit: Visit, case: target.TargetVisit, phases: tuple[Phase, ...]) -> Density | None:
    """Return the density of the targets still there, against the same ones at baseline.

    None where one of them lacks it at either visit, was measured in another phase, or where
    the baseline mean is not above 0 HU, so that a percentage means nothing.
    """
    there = [lesion for lesion in history.of_role(Role.TARGET) if case.values.get(lesion.name)]
    pairs = [
        (_hu(history, visit, lesion.name, phases), _hu(history, history.baseline, lesion.name, phases))
        for lesion in there
    ]
    total, start = _total(pair[0] for pair in pairs), _total(pair[1] for pair in pairs)
    if not pairs or total is None or start is None or start <= 0:
        return None
    return Density(total, start, len(pairs))


def classify(
    history: History, visit: Visit, case: target.TargetVisit, settings: SizeAndDensity, *, both: bool
) -> Explained | None:
    """Return the target response; None where size alone decides as under every other criterion.

    1. A new or growing intratumoral nodule: PD. 2. A target back after an overall CR, none
    left, or none at baseline: as under RECIST 1.1. 3. A target not measured: NE, for a part
    of the sum cannot exclude a density response.
    4. Size has grown: SD or PR with a density response, PD without, NE where density is not known.
    5. Choi (both=False): PR where size or density responded. Modified (both=True): where both did.
       Density not known and decisive: NE. 6. SD.
    """
    nodules = _nodules(history, visit)
    if nodules:
        return _explain(case, None, Response.PD, "pd_nodule", f"{nodules}: new or growing nodule inside the tumor.")
    if case.reappeared or case.gone or not case.total.count:
        return None
    if case.total.missing:
        return _explain(case, None, Response.NE, "ne", f"{case.missing} not measured.")
    start, nadir = case.references.baseline_mm, case.references.nadir_mm
    if start is None:
        return _explain(case, None, Response.NE, "ne_baseline", "Baseline is incomplete, so that nothing can be told.")
    mean = density(history, visit, case, settings.phases)
    size_fell = settings.thresholds.responded(case.total.measured_mm, start)
    size_grew = nadir is not None and settings.thresholds.progressed(case.total.measured_mm, nadir)
    density_fell = None if mean is None else mean.fell(settings.density_percent)
    response, rule = _verdict(size_fell, size_grew, density_fell, both)
    if rule == "sd" and settings.pr_persists and case.responded:
        response, rule = Response.PR, "pr_persists"
    return _explain(case, mean, response, rule, _sentence(case, mean, rule))


def _verdict(size_fell: bool, size_grew: bool, density_fell: bool | None, both: bool) -> tuple[Response, str]:
    if size_grew and density_fell is not True:
        return (Response.NE, "ne_density") if density_fell is None else (Response.PD, "pd_size")
    if size_fell and (density_fell or not both):
        return Response.PR, "pr_both" if density_fell else "pr_size"
    if density_fell and not both:
        return Response.PR, "pr_density"
    if density_fell is None and size_fell is both:
        return Response.NE, "ne_density"
    return Response.SD, "sd"


def _sentence(case: target.TargetVisit, mean: Density | None, rule: str) -> str:
    words = {
        "pd_size": "the size has grown without a density response",
        "pr_both": "size and density responded",
        "pr_size": "the size responded",
        "pr_density": "the density responded",
        "pr_persists": "an earlier response persists until progression",
        "ne_density": "it would decide",
        "sd": "neither response nor progression",
    }
    of_density = "density not known" if mean is None else mean.shown()
    return f"Size {target.changes(case)}; {of_density}: {words[rule]}."


def _explain(case: target.TargetVisit, mean: Density | None, response: Response, rule: str, sentence: str) -> Explained:
    explained = target.explain(case, response, rule, sentence)
    means = () if mean is None else tuple(zip(("density_hu", "baseline_hu"), mean.means(), strict=True))
    return replace(explained, numbers=(*explained.numbers, *means), margins=())


def _nodules(history: History, visit: Visit) -> str:
    findings = ((lesion.name, history.at(visit, lesion)) for lesion in history.of_role(Role.TARGET))
    return ", ".join(name for name, finding in findings if finding is not None and finding.nodule)


def _hu(history: History, visit: Visit | None, lesion: str, phases: tuple[Phase, ...]) -> Decimal | None:
    finding = None if visit is None else history.findings.get((visit.name, lesion))
    if finding is None or finding.phase not in {*phases, Phase.UNKNOWN}:
        return None
    return finding.density_hu


def _total(values: Iterable[Decimal | None]) -> Decimal | None:
    total = Decimal(0)
    for value in values:
        if value is None:
            return None
        total += value
    return total
