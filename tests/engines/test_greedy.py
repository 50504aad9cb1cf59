"""The engine: direction of its transform, same bytes on every run, and its refusals."""

import importlib.metadata
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from pipeline.engines import greedy
from pipeline.model.engine import DeformableEngine
from pipeline.model.errors import EngineError
from pipeline.model.image import Image, Mask
from pipeline.model.transform import Transform
from pipeline.register import prepare
from pipeline.volume import points
from tests.register import phantom

QUICK = replace(greedy.between_visits(), iterations=(30, 20))


@pytest.fixture(scope="module")
def pair() -> tuple[Image, Image, Mask, Transform]:
    moving, liver = phantom.abdomen()
    truth = phantom.motion(8.0)
    fixed, fixed_liver = phantom.moved(moving, liver, truth)
    return prepare.windowed(fixed), prepare.windowed(moving), fixed_liver, truth


@pytest.mark.image
def test_points_go_from_the_fixed_to_the_moving_image(pair: tuple[Image, Image, Mask, Transform]) -> None:
    fixed, moving, liver, truth = pair
    start = Transform(truth.linear)
    engine: DeformableEngine = QUICK
    found = engine(fixed, moving, prepare.grown(liver, 12.0), start)
    assert found.displacement_grid == fixed.grid
    assert np.array_equal(found.linear, truth.linear)
    before = phantom.errors_mm(start, truth, liver).mean()
    assert phantom.errors_mm(found, truth, liver).mean() < before / 2


@pytest.mark.image
def test_every_run_gives_the_same_bytes(pair: tuple[Image, Image, Mask, Transform]) -> None:
    fixed, moving, liver, truth = pair
    fields = [
        replace(QUICK, iterations=(8, 4))(fixed, moving, liver, Transform(truth.linear)).displacement for _ in range(2)
    ]
    assert fields[0] is not None
    assert np.abs(fields[0]).max() > 0
    assert len({field.tobytes() for field in fields if field is not None}) == 1


NOISE_ON_A_PEDESTAL = """
import numpy as np
from pipeline.engines.greedy import GreedyEngine
from pipeline.model.grid import Grid
from pipeline.model.image import Image
from pipeline.model.transform import Transform

grid = Grid((24, 24, 24), (3.0, 3.0, 3.0), (0.0, 0.0, 0.0), ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)))
random = np.random.default_rng(0)
fixed, moving = (Image((1e6 + random.normal(0, 0.1, grid.shape)).astype(np.float32), grid) for _ in range(2))
field = GreedyEngine(iterations=(5, 5, 5))(fixed, moving, None, Transform(np.eye(4))).displacement
assert np.isfinite(field).all()
"""
"""Gradients above 10000, which greedy prints; with two threads this never ended."""


@pytest.mark.image
def test_greedy_ends_where_it_has_much_to_say() -> None:
    done = subprocess.run(
        [sys.executable, "-c", NOISE_ON_A_PEDESTAL], timeout=120, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.image
def test_between_phases_is_stiffer_than_between_visits(pair: tuple[Image, Image, Mask, Transform]) -> None:
    fixed, moving, liver, truth = pair
    stiff, free = (
        replace(engine, iterations=(30, 15))(fixed, moving, liver, Transform(truth.linear)).displacement
        for engine in (greedy.between_phases(), greedy.between_visits())
    )
    assert stiff is not None
    assert free is not None
    inside = liver.array[1:-1]
    rough = [float(np.abs(np.diff(field, 2, axis=0))[inside].mean()) for field in (stiff, free)]
    assert rough[0] < 0.7 * rough[1]


def test_an_image_far_away_is_an_error(pair: tuple[Image, Image, Mask, Transform]) -> None:
    fixed, moving, liver, _ = pair
    away = np.eye(4)
    away[:3, 3] = 5000.0
    with pytest.raises(EngineError, match="covered by both"):
        QUICK(fixed, moving, liver, Transform(away))


def test_a_start_with_a_displacement_is_refused(pair: tuple[Image, Image, Mask, Transform]) -> None:
    fixed, moving, liver, truth = pair
    with pytest.raises(ValueError, match="linear"):
        QUICK(fixed, moving, liver, truth)


def test_a_failure_inside_greedy_is_an_engine_error(pair: tuple[Image, Image, Mask, Transform]) -> None:
    fixed, moving, liver, truth = pair
    with pytest.raises(EngineError, match="greedy failed"):
        replace(QUICK, iterations=())(fixed, moving, liver, Transform(truth.linear))


def test_the_installed_version_is_free() -> None:
    assert greedy.available() == importlib.metadata.version("picsl-greedy")


def test_releases_under_the_gpl_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.metadata, "version", lambda _: "0.0.11")
    with pytest.raises(EngineError, match="GPL"):
        greedy.available()


def test_a_missing_engine_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> str:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "version", missing)
    with pytest.raises(EngineError, match="not installed"):
        greedy.available()


def test_identity_keeps_points() -> None:
    assert points.apply(Transform.identity(), np.array([[1.0, 2.0, 3.0]])).tolist() == [[1.0, 2.0, 3.0]]
