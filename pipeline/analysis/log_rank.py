"""Log-rank test of equal hazards in two or more groups.

Mantel 1966; Peto & Peto 1972; hypergeometric variance at ties. The numbers are those of
lifelines.
"""

from lifelines.statistics import multivariate_logrank_test

from pipeline.analysis.comparison import Comparison
from pipeline.analysis.sample import Sample, pool


def compare(samples: tuple[Sample, ...]) -> Comparison | None:
    """Test whether the groups have one hazard; None where their data cannot tell.

    A group of which nobody was at risk at any event carries no information and costs no
    degree of freedom, as in R's survdiff. Nothing can be told from fewer than two groups
    that do, or when all of them have the event at once. Competing endings count as
    censored, so with them the test compares cause-specific hazards.
    """
    first = min((float(s.days[s.events].min()) for s in samples if s.events.any()), default=None)
    if first is None:
        return None
    informative = tuple(s for s in samples if (s.days >= first).any())
    joined, group = pool(informative)
    still_free = (joined.days > first) | ((joined.days == first) & ~joined.events)
    if len(informative) < 2 or not still_free.any():
        return None
    result = multivariate_logrank_test(joined.days, group, joined.events)
    return Comparison(float(result.test_statistic), len(informative) - 1, float(result.p_value))
