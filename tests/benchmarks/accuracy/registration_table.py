"""What the rows of the registration bench say together: errors by kind, limits and estimates on left-out patients."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from scipy import optimize, stats

from pipeline.register import local_error

Row = dict[str, Any]
RIGHT = ("small", "smooth", "sliding", "large", "other phase", "real visits")
"""Kinds with right outlines of one patient."""
SIGNS = ("strain", "there_mm", "shift_mm", "depth_mm")
"""The signs that the estimate rests on (pipeline/register/local_error.py)."""
RESAMPLES = 2000
"""Draws of the bootstrap of an interval."""


def lines(rows: Sequence[Row]) -> Iterable[str]:
    """The whole table."""
    yield f"{'kind':16s}  n  median mm (interval)   P95 mm (interval)      folded  there+back P95   verdicts"
    for kind in dict.fromkeys(row["kind"] for row in rows):
        yield _kind_line(kind, [row for row in rows if row["kind"] == kind])
    yield ""
    yield from _disputed(rows)
    yield from _local(rows)


def interval(values: Sequence[float]) -> tuple[float, float, float]:
    """Mean and its 95 % interval by bootstrap over cases."""
    array = np.array(values, dtype=float)
    drawn = np.random.default_rng(1).choice(array, (RESAMPLES, len(array))).mean(axis=1)
    low, high = np.percentile(drawn, (2.5, 97.5))
    return float(array.mean()), float(low), float(high)


def _kind_line(kind: str, rows: Sequence[Row]) -> str:
    verdicts = " ".join(f"{name} {sum(r['verdict'] == name for r in rows)}" for name in ("good", "doubtful", "failed"))
    return (
        f"{kind:16s} {len(rows):2d}  {_of(rows, 'median_mm'):22s} {_of(rows, 'p95_mm'):22s} "
        f"{max(row['folded_share'] for row in rows):6.2%}  {_of(rows, 'inverse_p95_mm'):16s} {verdicts}"
    )


def _of(rows: Sequence[Row], key: str) -> str:
    values = [row[key] for row in rows if row.get(key) is not None]
    if not values:
        return "-"
    mean, low, high = interval(values)
    return f"{mean:.2f} ({low:.2f}..{high:.2f})"


def _disputed(rows: Sequence[Row]) -> Iterable[str]:
    """A limit of the disputed share for each patient, set on the others: midway between right and damaged outlines."""
    right = [row for row in rows if row["kind"] in RIGHT]
    wrong = [row for row in rows if row["kind"].startswith("damaged")]
    if not right or not wrong:
        return
    yield f"disputed ml: right outlines at most {_most(right):.0f}, damaged ones at least {_least(wrong):.0f}"
    named = [row for row in wrong if row["doubted"] == row["kind"].removeprefix("damaged ")]
    other = [row for row in wrong if row["doubted"] not in {None, "either", row["kind"].removeprefix("damaged ")}]
    yield f"damaged outlines: {len(wrong)}; the right one doubted {len(named)}, the other one {len(other)}"
    for patient in sorted({row["patient"] for row in wrong}):
        others = (_most(_not(right, patient)) + _least(_not(wrong, patient))) / 2
        own = [row["disputed_ml"] <= others for row in right if row["patient"] == patient]
        hit = [row["disputed_ml"] > others for row in wrong if row["patient"] == patient]
        yield (
            f"  {patient}: limit of the others {others:.0f} ml, right below it {sum(own)}/{len(own)}, "
            f"damaged above {sum(hit)}/{len(hit)}"
        )


def _local(rows: Sequence[Row]) -> Iterable[str]:
    """The estimate of the local error, fitted on the other patients and compared with the truth of the left-out one."""
    spots = [{**spot, "patient": row["patient"]} for row in rows for spot in row.get("spots", ())]
    patients = sorted({spot["patient"] for spot in spots})
    if len(patients) < 2:
        return
    told = np.zeros(len(spots))
    for patient in patients:
        weights = fitted(_not(spots, patient))
        own = [number for number, spot in enumerate(spots) if spot["patient"] == patient]
        told[own] = features([spots[number] for number in own]) @ weights
    true = np.array([spot["error_mm"] for spot in spots])
    yield (
        f"local error, each patient by weights of the others: n {len(spots)}, "
        f"Spearman {stats.spearmanr(told, true).statistic:.2f}"
    )
    for patient in patients:
        own = np.array([spot["patient"] == patient for spot in spots])
        yield f"  {patient}: n {own.sum()}, Spearman {stats.spearmanr(told[own], true[own]).statistic:.2f}"
    for name in SIGNS:
        alone = stats.spearmanr([spot.get(name, 0.0) for spot in spots], true).statistic
        yield f"  {name} alone: Spearman {alone:.2f}"
    yield "  told mm        n  true mean  true P90  true above twice the told"
    for group in np.array_split(np.argsort(told, kind="stable"), 5):
        low, high = told[group].min(), told[group].max()
        yield (
            f"  {low:4.2f} to {high:4.2f} {len(group):4d}  {true[group].mean():9.2f}  "
            f"{np.percentile(true[group], 90):8.2f}  {(true[group] > 2 * told[group]).mean():6.0%}"
        )
    yield f"  weights on all: {np.round(fitted(spots), 3)}"


def features(spots: Sequence[Row]) -> np.ndarray:
    """One row for each spot: nearness to the liver's edge, and what is left to move times the strain."""
    edges = [np.exp(-spot["depth_mm"] / local_error.EDGE_MM) for spot in spots]
    return np.column_stack([edges, [spot["strain"] * spot["there_mm"] for spot in spots]])


def fitted(spots: Sequence[Row]) -> np.ndarray:
    """Weights of at least 0 with the least squared error, each place weighted by 1 / its error (at least 0.3 mm)."""
    true = np.array([spot["error_mm"] for spot in spots])
    weight = 1 / np.sqrt(np.maximum(true, 0.3))
    weights, _ = optimize.nnls(features(spots) * weight[:, None], true * weight)
    return weights


def _most(rows: Sequence[Row]) -> float:
    return max(row["disputed_ml"] for row in rows)


def _least(rows: Sequence[Row]) -> float:
    return min(row["disputed_ml"] for row in rows)


def _not(rows: Sequence[Row], patient: str) -> list[Row]:
    return [row for row in rows if row["patient"] != patient]
