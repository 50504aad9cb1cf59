"""Motion: sizes as asked, invertible, without folds."""

import numpy as np
import pytest

from pipeline.simulate import motion
from pipeline.simulate.motion import Motion


def _largest(found: Motion, step: float = 8.0) -> float:
    u, v, w = found.displacement(motion.lattice((-130, -90, -90), (110, 90, 90), step))
    return float(np.sqrt(u * u + v * v + w * w).max())


@pytest.mark.parametrize("seed", range(5))
def test_draw_reaches_the_size_and_no_more(seed: int) -> None:
    found = motion.draw(np.random.default_rng(seed), 14.0, 0.0)
    assert 13.0 < _largest(found) < 15.0


@pytest.mark.parametrize("seed", range(5))
def test_find_inverts_the_map(seed: int) -> None:
    found = motion.draw(np.random.default_rng(seed), 14.0, 7.0)
    point = found.find((-60.0, 10.0, 20.0))
    u, v, w = found.displacement(
        (np.array([[[point[0]]]]), np.array([[[point[1]]]]), np.array([[[point[2]]]]))  # one sample
    )
    reached = (point[0] + u[0, 0, 0], point[1] + v[0, 0, 0], point[2] + w[0, 0, 0])
    assert reached == pytest.approx((-60.0, 10.0, 20.0), abs=1e-3)


@pytest.mark.parametrize("seed", range(5))
def test_no_folds(seed: int) -> None:
    rng = np.random.default_rng(seed)
    found = motion.draw(rng, 12.0, 0.0).then(motion.draw(rng, 14.0, 9.0))
    step = 6.0
    fields = found.displacement(motion.lattice((-130, -90, -90), (110, 90, 90), step))
    jacobian = np.stack([np.stack(np.gradient(field, step), axis=-1)[..., ::-1] for field in fields], axis=-2)
    assert float(np.linalg.det(jacobian + np.eye(3)).min()) > 0.1


def test_the_same_seed_draws_the_same_motion() -> None:
    assert motion.draw(np.random.default_rng(3), 9, 1) == motion.draw(np.random.default_rng(3), 9, 1)
