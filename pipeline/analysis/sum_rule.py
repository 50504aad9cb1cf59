"""The progression rule of a target sum on arrays, in whole steps, so that it is as exact as decimals.

The thresholds are those of pipeline.model.thresholds. The rule is that of pipeline.assess.target
(RECIST 1.1, 4.3.1; rule book, section 2), which a test compares on random histories: the nadir is
the least complete sum of earlier visits; a measured subset is held against the full nadir; CR
comes first.
"""

import hashlib
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from pipeline.model.criteria import Criterion
from pipeline.model.thresholds import Thresholds

Steps = NDArray[np.int64]
Flags = NDArray[np.bool_]

_MOST_DECIMALS = 9
"""Decimal places of a length in mm that stay exact; own choice, so that sums in steps fit 64 bits."""


@dataclass(frozen=True)
class Values:
    """Lengths in mm of several lesions: rows are visits in order, the last one is judged.

    A length is None where the lesion was not measured. nodes: which lesions are nodes.

    Raises:
        ValueError: a row has another number of lesions than `nodes`, or there is no row.
    """

    rows: tuple[tuple[Decimal | None, ...], ...]
    nodes: tuple[bool, ...]

    def __post_init__(self) -> None:
        if not self.rows or any(len(row) != len(self.nodes) for row in self.rows):
            raise ValueError("expected at least one visit, and one value for each lesion in every visit")


@dataclass(frozen=True)
class SumLimits:
    """Thresholds of a sum and the normal short axis of a node, both in steps.

    subset: a measured subset may show PD. cr_first: what is gone is CR, whatever the sum does.
    """

    thresholds: Thresholds
    normal_node: int
    subset: bool = True
    cr_first: bool = True


def steps_per_mm(values: Values, *lengths: Decimal) -> int:
    """Return the steps of 1 mm (at least 10) in which all lengths are whole numbers, up to 9 decimals."""
    every = [*lengths, *(value for row in values.rows for value in row if value is not None)]
    decimals = max(-int(length.normalize().as_tuple().exponent) for length in every)
    return int(10 ** min(max(decimals, 1), _MOST_DECIMALS))


def in_steps(values: Values, scale: int) -> tuple[Steps, Flags]:
    """Return lengths (visits, lesions) in whole steps, 0 where missing, and what is missing."""
    missing = np.array([[value is None for value in row] for row in values.rows], dtype=np.bool_)
    steps = np.array([[_whole(value, scale) for value in row] for row in values.rows], dtype=np.int64)
    return steps, missing


def limits(criterion: Criterion, normal_node_mm: Decimal, scale: int) -> SumLimits:
    """Return the thresholds of a criterion in steps."""
    return SumLimits(
        thresholds=replace(criterion.thresholds, progression_min=_whole(criterion.progression_min_mm, scale)),
        normal_node=_whole(normal_node_mm, scale),
        subset=criterion.pd_from_subset,
        cr_first=criterion.cr_before_pd,
    )


def progressed(sums: Steps, complete: Flags, gone: Flags, limit: SumLimits) -> Flags:
    """Whether the last visit is PD by its sum.

    sums, complete: (visits, cases), of what was measured and whether that was all. gone: cases in
    which every lesion has disappeared at the last visit.
    """
    least, known = nadir(sums[:-1], complete[:-1])
    grown: Flags = known & limit.thresholds.progressed(sums[-1], least)
    if not limit.subset:
        grown = grown & complete[-1]
    return grown & ~gone if limit.cr_first else grown


def nadir(sums: Steps, complete: Flags) -> tuple[Steps, Flags]:
    """Return the least complete sum over the first axis, and whether there is one."""
    known: Flags = np.any(complete, axis=0)
    most = np.iinfo(np.int64).max
    least: Steps = np.where(complete, sums, most).min(axis=0, initial=most)
    return np.where(known, least, 0), known


def gone(values: Steps, missing: Flags, nodes: Flags, limit: SumLimits) -> Flags:
    """Which values (..., lesions) mean a lesion that has disappeared, or a node of normal size."""
    disappeared: Flags = ~missing & np.where(nodes, values < limit.normal_node, values == 0)
    return disappeared


def _whole(value: Decimal | None, scale: int) -> int:
    return 0 if value is None else int((value * scale).to_integral_value())


def stream(seed: int, key: str) -> np.random.Generator:
    """Return the random numbers that belong to a seed and a key, whatever else is drawn."""
    digest = hashlib.sha256(key.encode()).digest()
    return np.random.default_rng([seed, *(int.from_bytes(digest[at : at + 8]) for at in (0, 8, 16, 24))])
