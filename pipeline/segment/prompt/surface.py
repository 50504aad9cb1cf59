"""The star-shaped surface that evidence along rays and the expected shape agree on.

Each ray says how likely each radius is; neighbors are tied by the covariance. Expectation propagation (Minka 2001;
Rasmussen and Williams 2006, 3.6) finds the Gaussian nearest to both, so that a ray with two edges listens to its
neighbors and one without any is filled in.
"""

import numpy as np

from pipeline.segment.prompt import sphere
from pipeline.segment.prompt.expected import ExpectedSurface
from pipeline.segment.prompt.sphere import Vectors

ROUNDS = 8
"""Sweeps over all rays; own choice: later ones move the surface by less than 0.1 mm."""
DAMPING = 0.6
"""Share of each step that is taken; own choice."""
LEAST_PRECISION = 1e-4
"""Least precision of a ray's message: one that makes its neighbors less sure is not listened to."""
JITTER = 1e-6
"""Added to the variances, so that the covariance can be inverted."""


class Surfaces:
    """All surfaces around an expected one; what only depends on that is computed once."""

    def __init__(self, expected: ExpectedSurface, rays: Vectors) -> None:
        self._rays = len(rays)
        every = np.concatenate([rays, expected.ends()])
        self._covariance = expected.covariance(every, every) + JITTER * np.eye(len(every))
        table = sphere.table()
        self._carry = np.linalg.solve(self._covariance, expected.covariance(every, table)).T
        self._ends_sd = expected.ends_sd or 1.0
        self.mean_mm = expected.mean_mm(table)

    def agreed(self, cost: Vectors, departures: Vectors) -> Vectors:
        """Return the table of the radius in mm that rays and expectation agree on.

        cost: [ray, departure], minus the log likelihood. departures: evenly spaced.
        """
        precision = np.full(len(self._covariance), LEAST_PRECISION)
        precision[self._rays :] = 1 / self._ends_sd**2
        shift = np.zeros(len(precision))
        mean, variance = _posterior(self._covariance, precision, shift)
        rays = slice(self._rays)
        for _ in range(ROUNDS):
            left = np.maximum(1 / variance[rays] - precision[rays], 1e-3)
            center = (mean[rays] / variance[rays] - shift[rays]) / left
            energy = cost + 0.5 * left[:, None] * (departures - center[:, None]) ** 2
            weight = np.exp(energy.min(axis=1, keepdims=True) - energy)
            weight /= weight.sum(axis=1, keepdims=True)
            first = weight @ departures
            second = np.maximum((weight * (departures - first[:, None]) ** 2).sum(axis=1), 1e-6)
            new = np.maximum(1 / second - left, LEAST_PRECISION)
            precision[rays] += DAMPING * (new - precision[rays])
            shift[rays] += DAMPING * (first * (new + left) - center * left - shift[rays])
            mean, variance = _posterior(self._covariance, precision, shift)
        return np.asarray(self.mean_mm * np.exp(self._carry @ mean))


def _posterior(covariance: Vectors, precision: Vectors, shift: Vectors) -> tuple[Vectors, Vectors]:
    """Mean and variance by direction, with messages of a precision and a precision times mean."""
    root = np.sqrt(precision)
    scaled = root[:, None] * covariance
    part = np.linalg.solve(np.eye(len(root)) + scaled * root, scaled)
    whole = covariance - (covariance * root) @ part
    return whole @ shift, np.maximum(np.diag(whole), 1e-9)
