"""Does the 95 % interval of the hazard ratio cover the truth, and what do sparse visits do to it?

python -m tests.benchmarks.coverage [TRIALS] prints one line a scenario, as docs/methods/coverage.md
shows them. Each trial goes the whole way in memory: simulated measurements, the engine's RECIST 1.1,
the endpoint's rules, Cox. Trials of one number share courses and lesions in every scenario.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from math import exp, log, sqrt

import numpy as np

from pipeline.analysis import cox, kaplan_meier
from pipeline.analysis.sample import Sample
from pipeline.endpoint import derive
from pipeline.model.parameters import HPFSR
from pipeline.model.protocol import Protocol
from pipeline.simulate.trial import subject
from pipeline.simulate.trial.design import Design
from tests.builders import simulated
from tests.builders.trials import retnet

SEED, TRIALS, SUBJECTS, TRUTH = 20_240_501, 500, 180, 1.78
Z = 1.959964


@dataclass(frozen=True)
class Scenario:
    """A schedule, how often visits are missed, whether readers err, and the rule set."""

    every_days: int
    missed: float = 0.0
    missed_second: float | None = None
    exact: bool = True
    rules: str = "PLAIN"

    @property
    def name(self) -> str:
        """The scenario in words."""
        readers = "exact" if self.exact else "two readers' error"
        missed = f"{self.missed:.0%}" if self.missed_second is None else f"{self.missed:.0%} / {self.missed_second:.0%}"
        return f"every {self.every_days} d, {missed} missed, {readers}, {self.rules}"

    def design(self, trial: int) -> Design:
        """Return the design of one trial."""
        return Design(
            SUBJECTS,
            TRUTH,
            SEED + trial,
            every_days=self.every_days,
            jitter_days=min(5.0, self.every_days / 10),
            visit_missed=self.missed,
            visit_missed_second=self.missed_second,
            exact=self.exact,
            visits_after=8 if self.every_days < 28 else 4,
        )

    def protocol(self) -> Protocol:
        """Return the protocol with this schedule and rule set."""
        values = retnet().model_dump()
        values["schedule"] |= {"every_days": self.every_days, "window_days": min(14, self.every_days // 3)}
        values["endpoint"]["rule_set"] = self.rules
        return Protocol.model_validate(values)


SCENARIOS = (
    Scenario(14),
    Scenario(84),
    Scenario(168),
    Scenario(84, missed=0.3),
    Scenario(84, missed=0.3, rules="FDA-A"),
    Scenario(168, missed=0.3),
    Scenario(168, missed=0.3, rules="FDA-A"),
    Scenario(84, missed=0.1, missed_second=0.5),
    Scenario(84, missed=0.1, missed_second=0.5, rules="FDA-A"),
    Scenario(14, exact=False),
    Scenario(84, exact=False),
)


@dataclass(frozen=True)
class Estimate:
    """What one trial estimates: log hazard ratio, its standard error, median of the first arm, events."""

    log_ratio: float
    se: float
    median_days: float
    events: int

    @property
    def covers(self) -> bool:
        """Whether the 95 % interval holds the truth."""
        return abs(self.log_ratio - log(TRUTH)) <= Z * self.se


@dataclass(frozen=True)
class Summary:
    """One scenario over many trials; bias on the log scale, se its standard error; errors of each trial."""

    trials: int
    coverage: float
    bias: float
    bias_se: float
    spread: float
    mean_se: float
    median_days: float
    events: float
    errors: tuple[float, ...] = ()

    @property
    def ratio(self) -> float:
        """The typical estimate of the hazard ratio."""
        return exp(log(TRUTH) + self.bias)

    @property
    def coverage_limits(self) -> tuple[float, float]:
        """Wilson's 95 % limits of the coverage."""
        n, p = self.trials, self.coverage
        center, half = p + Z**2 / (2 * n), Z * sqrt(p * (1 - p) / n + Z**2 / (4 * n**2))
        return (center - half) / (1 + Z**2 / n), (center + half) / (1 + Z**2 / n)


def estimate(design: Design, protocol: Protocol) -> Estimate:
    """Simulate one trial and estimate its hazard ratio."""
    rows = np.array(list(_rows(design, protocol)), dtype=np.int64)
    arms = [rows[rows[:, 2] == arm] for arm in (0, 1)]
    first, second = (Sample(found[:, 0].astype(np.float64), found[:, 1]) for found in arms)
    ratio = cox.compare(first, second)
    assert ratio is not None
    median = kaplan_meier.median(kaplan_meier.estimate(first)).days
    return Estimate(ratio.log_ratio, ratio.log_se, median, int(rows[:, 1].sum()))


def _rows(design: Design, protocol: Protocol) -> Iterator[tuple[int, int, int]]:
    for number in range(design.subjects):
        made = subject.draw(design, number)
        history = simulated.followed(made, made.accepted, protocol)
        row = derive.row(history, HPFSR, schedule=protocol.schedule, endpoint=protocol.endpoint, whole_body=False)
        assert row.days is not None
        yield row.days, int(row.cnsr == 0), made.course.arm


def summarize(scenario: Scenario, trials: int) -> Summary:
    """Run one scenario."""
    protocol = scenario.protocol()
    found = [estimate(scenario.design(trial), protocol) for trial in range(trials)]
    errors = np.array([one.log_ratio for one in found]) - log(TRUTH)
    return Summary(
        trials=trials,
        coverage=float(np.mean([one.covers for one in found])),
        bias=float(errors.mean()),
        bias_se=float(errors.std(ddof=1) / sqrt(trials)),
        spread=float(errors.std(ddof=1)),
        mean_se=float(np.mean([one.se for one in found])),
        median_days=float(np.median([one.median_days for one in found])),
        events=float(np.mean([one.events for one in found])),
        errors=tuple(errors.tolist()),
    )


def shift(summary: Summary, dense: Summary) -> tuple[float, float]:
    """Return the mean shift of the log ratio against dense visits in the same trials, and its standard error."""
    differences = np.array(summary.errors) - np.array(dense.errors)
    return float(differences.mean()), float(differences.std(ddof=1) / sqrt(len(differences)))


def line(scenario: Scenario, summary: Summary, dense: Summary) -> str:
    """Return a row of the table in docs/methods/coverage.md."""
    low, high = summary.coverage_limits
    moved, moved_se = shift(summary, dense)
    return (
        f"| {scenario.name} | {summary.coverage:.1%} ({low:.1%} to {high:.1%}) | {summary.ratio:.3f} "
        f"| {summary.bias:+.3f} ± {Z * summary.bias_se:.3f} | {moved:+.3f} ± {Z * moved_se:.3f} "
        f"| {summary.spread:.3f} | {summary.mean_se:.3f} "
        f"| {summary.median_days:.0f} | {summary.events:.0f} |\n"
    )


def main(trials: int) -> None:
    """Print every scenario; the first has dense visits."""
    dense = summarize(SCENARIOS[0], trials)
    for scenario in SCENARIOS:
        summary = dense if scenario is SCENARIOS[0] else summarize(scenario, trials)
        sys.stdout.write(line(scenario, summary, dense))
        sys.stdout.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else TRIALS)
