"""How well a model does on livers that it was not learned from."""

import livers
import numpy as np

from pipeline.measure.couinaud import ShapeModel
from pipeline.measure.liver_shape import describe

LESIONS = 40
"""Lesions that are laid at random into each liver."""
LEAST_MM, MOST_MM = 10.0, 40.0
"""Diameters of the lesions, evenly drawn."""


class Table:
    """What was judged so far."""

    def __init__(self) -> None:
        self.voxels: dict[str, list[float]] = {"as it is": [], "bulged": [], "cut": [], "roughened": []}
        self.confusion = np.zeros((8, 8))
        self.lesions: list[tuple[int, np.ndarray]] = []

    def add(self, labels: livers.LabelMap, model: ShapeModel, rng: np.random.Generator) -> None:
        """Judge one liver, as it is and damaged."""
        kinds = {
            "as it is": labels,
            "bulged": livers.bulged(labels, rng),
            "cut": livers.cut(labels, rng),
            "roughened": livers.roughened(labels, rng),
        }
        for kind, changed in kinds.items():
            liver = changed > 0
            shares = model.probabilities(describe(liver))
            truth = changed[liver] - 1
            self.voxels[kind].append(float((shares.argmax(axis=1) == truth).mean()))
            if kind == "as it is":
                np.add.at(self.confusion, (truth, shares.argmax(axis=1)), 1 / len(truth))
                self._lay(liver, truth, shares, rng)

    def _lay(self, liver: np.ndarray, truth: np.ndarray, shares: np.ndarray, rng: np.random.Generator) -> None:
        at = np.argwhere(liver) * livers.STEP_MM
        for place in rng.integers(len(at), size=LESIONS):
            radius = rng.uniform(LEAST_MM, MOST_MM) / 2
            held = ((at - at[place]) ** 2).sum(axis=1) <= radius**2
            most = int(np.bincount(truth[held], minlength=8).argmax())
            self.lesions.append((most, shares[held].mean(axis=0)))

    def show(self) -> None:
        """Print the tables."""
        for kind, shares in self.voxels.items():
            low, ten, mid = np.quantile(shares, [0, 0.1, 0.5])
            print(
                f"voxels, {kind}: n {len(shares)}, mean {np.mean(shares):.3f}, median {mid:.3f}, "
                f"10th {ten:.3f}, worst {low:.3f}"
            )
        print("confusion, rows truth 1 to 8, in percent of the row")
        print((100 * self.confusion / self.confusion.sum(axis=1, keepdims=True)).round(0).astype(int))
        truth = np.array([pair[0] for pair in self.lesions])
        shares = np.array([pair[1] for pair in self.lesions])
        best = shares.max(axis=1)
        right = shares.argmax(axis=1) == truth
        print(f"lesions: n {len(truth)}, segment right {right.mean():.3f}")
        lobe = np.array([0, 1, 1, 1, 2, 2, 2, 2])
        print(f"lobe right {(lobe[shares.argmax(axis=1)] == lobe[truth]).mean():.3f}")
        top2 = np.argsort(shares, axis=1)[:, -2:]
        for least in (0.4, 0.5, 0.6, 0.7, 0.8, 0.9):
            held = best >= least
            print(
                f"best >= {least}: {held.mean():.3f} of lesions, right {right[held].mean():.3f}; "
                f"rest one of two {(top2[~held] == truth[~held, None]).any(axis=1).mean():.3f}"
            )
        for low in np.arange(0.3, 1.0, 0.1):
            held = (best >= low) & (best < low + 0.1)
            if held.any():
                print(f"  said {best[held].mean():.2f}, right {right[held].mean():.2f}, n {held.sum()}")
