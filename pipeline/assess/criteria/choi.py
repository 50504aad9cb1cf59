"""Choi: size -10 % or density -15 % is PR, size +10 % without a density response PD (S12)."""

from pipeline.assess import density, target
from pipeline.assess.density import SizeAndDensity
from pipeline.assess.history import History
from pipeline.assess.series import SumMethod
from pipeline.model.criterion import CriterionFacts
from pipeline.model.response import Explained
from pipeline.model.visit import Visit


class Choi(SizeAndDensity):
    """Choi: size or density may respond."""


def by_size_or_density(history: History, visit: Visit, rules: Choi, case: target.TargetVisit) -> Explained | None:
    """Return the target response; None where size alone decides as under every other criterion."""
    return density.classify(history, visit, case, rules, both=False)


CRITERION = SumMethod(
    CriterionFacts(
        name="choi",
        title="Choi",
        category="CHOI",
        measures="long axes; size or density may respond",
        citation=density.CITATION,
        code="C",
    ),
    Choi,
    density.sizes,
    first=by_size_or_density,
)
