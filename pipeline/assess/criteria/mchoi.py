"""Modified Choi: size -10 % and density -15 % is PR, size +10 % without a density response PD (S12)."""

from pipeline.assess import density, target
from pipeline.assess.density import SizeAndDensity
from pipeline.assess.history import History
from pipeline.assess.series import SumMethod
from pipeline.model.criterion import CriterionFacts
from pipeline.model.response import Explained
from pipeline.model.visit import Visit


class Mchoi(SizeAndDensity):
    """Modified Choi: both size and density must respond."""


def by_size_and_density(history: History, visit: Visit, rules: Mchoi, case: target.TargetVisit) -> Explained | None:
    """Return the target response; None where size alone decides as under every other criterion."""
    return density.classify(history, visit, case, rules, both=True)


CRITERION = SumMethod(
    CriterionFacts(
        name="mchoi",
        title="modified Choi",
        category="MODIFIED CHOI",
        measures="long axes; size and density must respond",
        citation=density.CITATION,
        code="MC",
    ),
    Mchoi,
    density.sizes,
    first=by_size_and_density,
)
