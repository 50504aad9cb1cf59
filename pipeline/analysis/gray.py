"""Gray's test of equal cumulative incidence in two or more groups (rho = 0).

Gray, Annals of Statistics 1988;16:1141, with ties corrected as cmprsk's cuminc does. Own code;
no Python library has it.

At each time, group k weighs R_k = n_k (1 - I_k) / S_k: those at risk and, in proportion, those
whom a competing event took. The score compares its events with its share in all. The
variance splits into the groups' martingales of the event and of the competing event, carried
from each time to the end.
"""

from dataclasses import dataclass

import numpy as np
from scipy.stats import chi2

from pipeline.analysis.comparison import Comparison
from pipeline.analysis.cumulative_incidence import tie_corrected
from pipeline.analysis.sample import Counts, Ending, Floats, Sample, at_risk, pool


@dataclass(frozen=True, eq=False)
class _RiskTable:
    """At each time of an event (row) in each group (column).

    n at risk, events, competing; before and after: probability of neither event; incidence
    before; scaled: n / before, 0 where nobody is at risk.
    """

    n: Floats
    events: Counts
    competing: Counts
    before: Floats
    after: Floats
    incidence: Floats
    scaled: Floats


def compare(samples: tuple[Sample, ...]) -> Comparison | None:
    """Test whether the groups have one cumulative incidence; None without an event or with a singular variance."""
    freedom = len(samples) - 1
    if not any(sample.events.any() for sample in samples):
        return None
    table = _follow(samples)
    score = _score(table)[:freedom]
    variance = _variance(table)[:freedom, :freedom]
    if not freedom or np.linalg.matrix_rank(variance) < freedom:
        return None
    statistic = float(score @ np.linalg.solve(variance, score))
    return Comparison(statistic, freedom, float(chi2.sf(statistic, freedom)))


def _follow(samples: tuple[Sample, ...]) -> _RiskTable:
    joined, _ = pool(samples)
    time = np.unique(joined.days[joined.ending != Ending.CENSORED])

    def count(ending: Ending) -> Counts:
        places = [np.searchsorted(time, s.days[s.ending == ending]) for s in samples]
        return np.stack([np.bincount(place, minlength=len(time)) for place in places], axis=1)

    n = np.array([at_risk(s, time) for s in samples], dtype=np.float64).T
    events, competing = count(Ending.EVENT), count(Ending.COMPETING)
    present = n > 0
    after = np.cumprod(1 - np.divide(events + competing, n, out=np.zeros_like(n), where=present), axis=0)
    before = np.vstack([np.ones(len(samples)), after[:-1]])
    gain = np.divide(before * events, n, out=np.zeros_like(n), where=present)
    scaled = np.divide(n, before, out=np.zeros_like(n), where=present)
    return _RiskTable(n, events, competing, before, after, np.cumsum(gain, axis=0) - gain, scaled)


def _score(table: _RiskTable) -> Floats:
    """Return events less their share in all events, for each group."""
    weight = table.scaled * (1 - table.incidence)
    total = weight.sum(axis=1, keepdims=True)
    share = np.divide(weight, total, out=np.zeros_like(weight), where=total > 0)
    return np.asarray((table.events - share * table.events.sum(axis=1, keepdims=True)).sum(axis=0))


def _variance(table: _RiskTable) -> Floats:
    """Return the covariance of the scores under one common incidence (Gray 1988, section 3)."""
    total = table.scaled.sum(axis=1)
    events = table.events.sum(axis=1)
    common = np.cumsum(events / total)
    hazard = events / total / (1 - (common - events / total))
    groups = table.n.shape[1]
    spread = table.scaled[:, :, None] * (np.eye(groups) - table.scaled[:, None, :] / total[:, None, None])
    carried = np.cumsum(spread * hazard[:, None, None], axis=0)
    rest = carried[-1:] - carried
    alive = table.after > 0
    ahead = np.divide(1 - common[:, None], table.after, out=np.zeros_like(table.after), where=alive)
    own = spread + (1 - ahead)[:, None, :] * rest
    other = ahead[:, None, :] * rest
    effective = total[:, None] * table.before
    own_size = np.divide(
        tie_corrected(np.broadcast_to(events[:, None], effective.shape), effective),
        total[:, None] * table.scaled,
        out=np.zeros_like(effective),
        where=table.n > 0,
    )
    other_size = np.divide(
        tie_corrected(table.competing, table.n),
        table.scaled**2,
        out=np.zeros_like(effective),
        where=(table.n > 0) & alive,
    )
    return np.asarray(
        np.einsum("tig,tjg,tg->ij", own, own, own_size) + np.einsum("tig,tjg,tg->ij", other, other, other_size)
    )
