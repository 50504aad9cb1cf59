"""EASL: the sum of the products of the viable axes, the enhancing amount (S11).

-50 % is PR, none enhancing CR. PD lies above +25 %, or a treated lesion enhances anew.
"""

from decimal import Decimal
from itertools import takewhile

from pydantic import Field, StrictBool

from pipeline.assess import amounts, enhancement, target
from pipeline.assess.amounts import Amount
from pipeline.assess.enhancement import NEEDS_ARTERIAL, ArterialPhases
from pipeline.assess.history import History, Lesion
from pipeline.assess.series import SumMethod
from pipeline.assess.sums import ZERO
from pipeline.model.criteria import BarringFlag, WithoutMinimum
from pipeline.model.criterion import CriterionFacts
from pipeline.model.lesion import Finding, Role
from pipeline.model.response import Explained, Response
from pipeline.model.setting import Percent
from pipeline.model.terms import Phase
from pipeline.model.visit import Visit


class Easl(WithoutMinimum):
    """EASL: PD lies above +25 % (S11). too_small_value_mm is the side of the square."""

    response_percent: Percent = 50
    progression_percent: Percent = 25
    progression_above: StrictBool = True
    phases: ArterialPhases = Field(default=(Phase.ARTERIAL,), min_length=1)
    barred_by: tuple[BarringFlag, ...] = NEEDS_ARTERIAL


def product(finding: Finding) -> Decimal | None:
    """Return viable axis x its perpendicular in mm2; 0 where nothing enhances, None if not measured."""
    if finding.viable_axis_mm == 0:
        return ZERO
    if finding.viable_axis_mm is None or finding.viable_short_axis_mm is None:
        return None
    return finding.viable_axis_mm * finding.viable_short_axis_mm


def values(history: History, visit: Visit, rules: Easl) -> dict[str, Decimal | None]:
    """Return the enhancing amount of every target in mm2; None where it was not measured."""
    side = rules.too_small_value_mm
    return amounts.values(history, visit, Amount(product, side * side, enhancing=True))


def new_enhancement(history: History, visit: Visit, rules: Easl, case: target.TargetVisit) -> Explained | None:
    """Return PD where a treated target enhances that did not at an earlier visit; else None.

    Whether a target was treated is what the findings so far say; where none says anything, one
    that lost all its enhancement was treated [D].
    """
    enhancing = [lesion for lesion in history.of_role(Role.TARGET) if case.values.get(lesion.name)]
    if not enhancing:
        return None
    earlier = [v for v in takewhile(lambda v: v != visit, history.visits) if not history.precedes_baseline(v)]
    before = [values(history, v, rules) for v in earlier]
    anew = [e.name for e in enhancing if _enhances_anew(history, (*earlier, visit), e, [at[e.name] for at in before])]
    if not anew:
        return None
    return target.explain(
        case, Response.PD, "pd_new_enhancement", f"{', '.join(anew)}: new enhancement in a treated lesion."
    )


def _enhances_anew(history: History, visits: tuple[Visit, ...], lesion: Lesion, earlier: list[Decimal | None]) -> bool:
    lost = [place for place, value in enumerate(earlier) if value == 0]
    if not lost:
        return False
    findings = (history.at(visit, lesion) for visit in visits)
    treated = {finding.treated for finding in findings if finding is not None} - {None}
    return True in treated if treated else any(earlier[: lost[-1]])


CRITERION = SumMethod(
    CriterionFacts(
        name="easl",
        title="EASL",
        category="EASL",
        measures="products of the viable axes",
        citation="EASL (S11, PMC3094725 T1); rule book section 3",
        code="E",
        unit="mm2",
    ),
    Easl,
    values,
    amounts.is_gone,
    enhancement.has_disappeared,
    first=new_enhancement,
)
