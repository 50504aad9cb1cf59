"""Small simulated trials with the corners that break estimators: ties, tiny groups, no events."""

from dataclasses import dataclass

import numpy as np

from pipeline.analysis.interval_censored import Intervals
from pipeline.analysis.sample import Ending, Sample

TRIALS = 20


@dataclass(frozen=True)
class Plan:
    """Subjects per group, days that times are rounded to, share of competing deaths, groups without events."""

    sizes: tuple[int, ...]
    tie_days: int = 1
    competing: float = 0.0
    censored: float = 0.3
    without: tuple[int, ...] = ()


PLANS = (
    Plan((90, 90)),
    Plan((90, 90), competing=0.3),
    Plan((90, 90), tie_days=84, competing=0.3),
    Plan((60, 60, 60), tie_days=28, competing=0.2),
    Plan((5, 4), competing=0.3),
    Plan((3, 40), tie_days=56, competing=0.4),
    Plan((30, 30), competing=0.3, without=(1,)),
    Plan((30, 30), without=(0,)),
    Plan((20, 20, 20), tie_days=84, competing=0.3, without=(2,)),
    Plan((25, 25), without=(0, 1)),
    Plan((40, 40), tie_days=400, competing=0.5, censored=0.1),
    Plan((2, 2), competing=0.3),
    Plan((1, 30), competing=0.2),
    Plan((60, 120), censored=0.0),
    Plan((60, 120), competing=0.6, censored=0.0, tie_days=84),
    Plan((10, 10, 10, 10), tie_days=28, competing=0.3),
    Plan((50, 50), censored=0.8, competing=0.2),
    Plan((200, 200), tie_days=7, competing=0.3),
    Plan((12, 12), tie_days=1000, competing=0.4),
    Plan((8, 9), tie_days=84, censored=0.6),
)


def trial(seed: int) -> dict[str, Sample]:
    """Return the groups of a trial by name, as its plan says."""
    plan = PLANS[seed]
    rng = np.random.default_rng(seed)
    return {chr(ord("A") + k): _group(plan, k, rng) for k in range(len(plan.sizes))}


def _group(plan: Plan, number: int, rng: np.random.Generator) -> Sample:
    size = plan.sizes[number]
    days = rng.exponential(250 + 150 * number, size)
    days = np.ceil(days / plan.tie_days) * plan.tie_days
    chance = rng.random(size)
    ending = np.where(chance < plan.censored, Ending.CENSORED, Ending.EVENT)
    ending = np.where(chance > 1 - plan.competing * (1 - plan.censored), Ending.COMPETING, ending)
    return Sample(days, np.zeros(size, np.int64) if number in plan.without else ending.astype(np.int64))


def visits(seed: int) -> Intervals:
    """Return progression between visits every 84 +- 14 days, some missed, with deaths on known days."""
    rng = np.random.default_rng(seed)
    size = (6, 40, 120)[seed % 3]
    happens = np.ceil(rng.exponential(350, size))
    due = 84 * np.arange(1, 11) + rng.integers(-14, 15, (size, 10))
    due = np.where(rng.random((size, 10)) < 0.15, 0, due)
    left = np.where(due < happens[:, None], due, 0).max(axis=1)
    right = np.where(due >= happens[:, None], due, np.inf).min(axis=1)
    death = rng.random(size) < 0.15
    return Intervals(np.where(death, happens, left).astype(float), np.where(death, happens, right).astype(float))
