"""Would other targets say the same? The share of all legal target choices that are PD at a visit.

RECIST 1.1 leaves the choice of targets to the reader within limits: so many per organ and in all,
all nodes being one organ (Eisenhauer 2009, 3.1; rule book, section 2). A legal choice takes as
many of the lesions measurable at baseline as the limits allow. Every choice is judged with its own
baseline, its own nadir over the visits where all of it was measured, and the rule for a subset
where a chosen lesion is missing now.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from math import comb, prod

import numpy as np

from pipeline.analysis import sum_rule
from pipeline.analysis.sum_rule import Flags, Steps, SumLimits, Values
from pipeline.model.certainty import ChoiceShare
from pipeline.model.criteria import Criterion
from pipeline.model.lesion import Organ
from pipeline.model.protocol import Protocol, Targets


@dataclass(frozen=True)
class Options:
    """The legal choices: per organ its lesions, and how many of each organ a choice may take."""

    by_organ: tuple[tuple[int, ...], ...]
    allocations: tuple[tuple[int, ...], ...]

    @property
    def counts(self) -> tuple[int, ...]:
        """How many choices each allocation allows."""
        return tuple(
            prod(comb(len(members), taken) for members, taken in zip(self.by_organ, taking, strict=True))
            for taking in self.allocations
        )


def options(organs: Sequence[Organ], limits: Targets) -> Options:
    """Return the legal choices among lesions by their organs."""
    named = sorted(set(organs))
    by_organ = tuple(tuple(n for n, organ in enumerate(organs) if organ is one) for one in named)
    room = [min(len(members), limits.max_per_organ) for members in by_organ]
    total = min(sum(room), limits.max_total)
    taking = product(*(range(most + 1) for most in room))
    return Options(by_organ, tuple(each for each in taking if sum(each) == total))


def share_of_pd(values: Values, organs: Sequence[Organ], rules: Criterion, protocol: Protocol, key: str) -> ChoiceShare:
    """Return the share of the legal target choices whose sum is PD at the last visit.

    values: of every lesion that could have been a target, first row the baseline; organs: where
    they lie; rules: the thresholds that count. Up to `certainty.max_choices` choices are
    enumerated; of more, as many are drawn with replacement (seed and key as in
    pipeline.analysis.certainty), with the standard error.

    Raises:
        ValueError: no lesion, or one without a length at baseline.
    """
    if not organs or None in values.rows[0]:
        raise ValueError(f"{key}: expected lesions that all have a length at baseline")
    settings, legal = protocol.certainty, options(organs, protocol.targets)
    number = sum(legal.counts)
    enumerated = number <= settings.max_choices
    if enumerated:
        chosen = _as_flags(_every(legal), len(organs))
    else:
        chosen = _as_flags(
            _drawn(legal, settings.max_choices, sum_rule.stream(settings.seed, f"choices/{key}")),
            len(organs),
        )
    share = float(_judge(values, chosen, rules, protocol).mean())
    se = 0.0 if enumerated else (share * (1 - share) / len(chosen)) ** 0.5
    return ChoiceShare(share, se, len(chosen), enumerated)


def _judge(values: Values, chosen: Flags, rules: Criterion, protocol: Protocol) -> Flags:
    normal = protocol.targets.normal_node_short_axis_mm
    scale = sum_rule.steps_per_mm(values, rules.progression_min_mm, normal)
    steps, missing = sum_rule.in_steps(values, scale)
    return progressed(steps, missing, np.array(values.nodes), chosen, sum_rule.limits(rules, normal, scale))


def progressed(values: Steps, missing: Flags, nodes: Flags, chosen: Flags, limit: SumLimits) -> Flags:
    """Return for every choice (choices, lesions) whether the last visit is PD by its sum."""
    taken = chosen.astype(np.int64)
    sums = values @ taken.T
    complete = missing.astype(np.int64) @ taken.T == 0
    gone = sum_rule.gone(values[-1], missing[-1], nodes, limit)
    all_gone: Flags = np.all(gone | ~chosen, axis=1)
    return sum_rule.progressed(sums, complete, all_gone, limit)


def _every(legal: Options) -> Iterator[tuple[int, ...]]:
    for taking in legal.allocations:
        parts = (combinations(members, taken) for members, taken in zip(legal.by_organ, taking, strict=True))
        for picked in product(*parts):
            yield tuple(n for part in picked for n in part)


def _drawn(legal: Options, number: int, random: np.random.Generator) -> Iterator[tuple[int, ...]]:
    weights = np.array([float(count) for count in legal.counts])
    for which in random.choice(len(weights), size=number, p=weights / weights.sum()):
        taking = legal.allocations[which]
        picked = [random.permutation(m)[:k] for m, k in zip(legal.by_organ, taking, strict=True)]
        yield tuple(int(n) for part in picked for n in part)


def _as_flags(choices: Iterator[tuple[int, ...]], lesions: int) -> Flags:
    rows = list(choices)
    flags = np.zeros((len(rows), lesions), dtype=np.bool_)
    for row, chosen in enumerate(rows):
        flags[row, list(chosen)] = True
    return flags
