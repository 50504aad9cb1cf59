"""Simulate double reads and hold the predicted chance to flip against what the second reader says.

Truth: targets of the simulated trial (pipeline.simulate.trial) at 84-day visits. Two readers err
independently about it; the difference of two has the published limits of agreement. A PD of
reader 1 by the target sum is the call (World.which says which one). The chance to flip is
predicted from reader 1's values alone; it flips where reader 2's own values are not PD then.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import sqrt
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from pipeline.analysis import certainty, sum_rule
from pipeline.analysis.sum_rule import Values
from pipeline.assess.criteria import recist11
from pipeline.model.lesion import Role
from pipeline.model.protocol import Protocol
from pipeline.simulate.trial import subject
from pipeline.simulate.trial.design import Design
from tests.builders.trials import retnet

Floats = NDArray[np.float64]
Errors = Callable[[np.random.Generator, tuple[int, int]], Floats]

SEED = 77
EDGES = (0.0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8)


@dataclass(frozen=True)
class World:
    """How readers really err, and which calls count.

    rho: correlation of a reader's errors. tails: degrees of freedom of Student's t, 0 for normal
    errors; the SD is the same. factor: on the SD. about_first: reader 2 errs about reader 1's
    values, as the model says literally. which: every PD of reader 1, the first one, or the one
    at the first visit after true progression.
    """

    name: str
    rho: float = 0.5
    tails: int = 0
    factor: float = 1.0
    about_first: bool = False
    which: Literal["first", "every", "after truth"] = "first"


WORLDS = (
    World("the model itself: reader 2 about reader 1", about_first=True),
    World("double reads, first PD"),
    World("double reads, every PD", which="every"),
    World("double reads, PD at the visit after truth", which="after truth"),
    World("first PD, rho 0.2", rho=0.2),
    World("first PD, rho 0.8", rho=0.8),
    World("first PD, heavy tails (t, 3 degrees)", tails=3),
    World("first PD, errors x sqrt 2", factor=sqrt(2)),
)


@dataclass(frozen=True)
class Call:
    """One PD of reader 1: the predicted chance to flip, and whether reader 2 says no PD."""

    predicted: float
    flipped: bool


@dataclass(frozen=True)
class Bin:
    """Calls whose predicted chance lies in [low, high)."""

    low: float
    high: float
    calls: int
    predicted: float
    observed: float

    @property
    def se(self) -> float:
        """Standard error of the observed share, by the predicted one where all or none flipped."""
        share = self.observed if 0 < self.observed < 1 else self.predicted
        return sqrt(max(share * (1 - share), 1e-9) / self.calls)


def calls(world: World, subjects: int, draws: int = 2000) -> list[Call]:
    """Return the calls of PD by reader 1 that the world asks for, over all subjects."""
    protocol = _protocol(draws)
    design = Design(subjects, 1.0, SEED, lesion_missed=0.0, visit_missed=0.0)
    return [call for number in range(subjects) for call in _calls(world, design, number, protocol)]


def binned(found: Sequence[Call]) -> Iterator[Bin]:
    """Yield the bins that hold a call."""
    for low, high in zip(EDGES, (*EDGES[1:], 1.0001), strict=True):
        inside = [call for call in found if low <= call.predicted < high]
        if inside:
            predicted = float(np.mean([call.predicted for call in inside]))
            yield Bin(low, min(high, 1.0), len(inside), predicted, float(np.mean([call.flipped for call in inside])))


def _protocol(draws: int) -> Protocol:
    values = retnet().model_dump()
    values["certainty"]["draws"] = draws
    return Protocol.model_validate(values)


def _calls(world: World, design: Design, number: int, protocol: Protocol) -> Iterator[Call]:
    made = subject.draw(design, number)
    targets = [lesion for lesion in made.lesions if lesion.role is Role.TARGET]
    truth = np.array([[lesion.size_mm(scan.day) for lesion in targets] for scan in made.scans], dtype=np.float64)
    random = np.random.default_rng([SEED, number, 99])
    both = certainty.error_sd(protocol.certainty)
    first = _recorded(truth, _errors(world, both / sqrt(2), random, truth.shape))
    basis, sd = (first, both) if world.about_first else (truth, both / sqrt(2))
    second = _recorded(basis, _errors(world, sd, random, truth.shape))
    progressed = [v for v in range(1, len(first)) if _is_pd(first[: v + 1], protocol)]
    if world.which == "first":
        progressed = progressed[:1]
    elif world.which == "after truth":
        after = [v for v, scan in enumerate(made.scans) if scan.day >= made.course.crossing_days]
        progressed = [v for v in progressed if v in after[:1]]
    for at in progressed:
        values, key = _values(first[: at + 1]), f"{made.name}/{at}"
        predicted = certainty.flip_chance(
            values, recist11.CRITERION.rules(protocol), protocol, f"recist11/{key}"
        ).chance
        yield Call(predicted, not _is_pd(second[: at + 1], protocol))


def _errors(world: World, sd: float, random: np.random.Generator, shape: tuple[int, int]) -> Floats:
    stays, fresh = _deviates(world, random, (1, shape[1])), _deviates(world, random, shape)
    mixed: Floats = world.factor * sd * (sqrt(world.rho) * stays + sqrt(1 - world.rho) * fresh)
    return mixed


def _deviates(world: World, random: np.random.Generator, shape: tuple[int, int]) -> Floats:
    if world.tails == 0:
        return random.standard_normal(shape)
    return random.standard_t(world.tails, shape) * sqrt((world.tails - 2) / world.tails)


def _recorded(sizes: Floats, errors: Floats) -> Floats:
    tenths: Floats = np.floor(np.maximum(sizes * (1 + errors), 0.1) * 10 + 0.5)
    return tenths / 10


def _values(sizes: Floats) -> Values:
    rows = tuple(tuple(Decimal(round(size * 10)) / 10 for size in row) for row in sizes.tolist())
    return Values(rows, (False,) * sizes.shape[1])


def _is_pd(sizes: Floats, protocol: Protocol) -> bool:
    criterion, normal = recist11.CRITERION.rules(protocol), protocol.targets.normal_node_short_axis_mm
    steps = np.round(sizes * 10).astype(np.int64)
    limit = sum_rule.limits(criterion, normal, 10)
    none = np.zeros(steps.shape, dtype=np.bool_)
    return bool(certainty.progressed(steps[None], none, none[0], limit)[0])
