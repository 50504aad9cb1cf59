"""Lesions from a drawn axis on the phantom, without a network."""

from pathlib import Path

import numpy as np
import pytest

from pipeline.model.transform import Transform
from tests.benchmarks.accuracy import kept, looks, phantom, prompted, shapes, table
from tests.benchmarks.accuracy.cases import Case, Family
from tests.benchmarks.accuracy.lesions import Fate, Lesion
from tests.benchmarks.accuracy.looks import Kind
from tests.benchmarks.accuracy.rows import Rows
from tests.benchmarks.accuracy.visits import Setting


def test_two_balls_are_outlined_from_their_axes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """50 HU darker than liver in noise of 12 HU: Dice above 0.8 and axes within 3 mm, as the bars ask."""
    monkeypatch.setattr(kept, "FOLDER", tmp_path)
    look = looks.Look(Kind.HYPODENSE, (-20.0, -50.0))
    places = (((-20.0, 10.0, 0.0), 12.0), ((20.0, -10.0, 10.0), 8.0))
    lesions = tuple(
        Lesion(f"L{number}", "inside", Fate.UNCHANGED, ((shapes.ball(center, radius),),), (look,))
        for number, (center, radius) in enumerate(places, start=1)
    )
    setting = (Setting(Transform.identity(), seed=1),)
    case = Case("P-single-1", Family.SINGLE, 1, phantom.prepared(), lesions, setting, treated=False)
    rows = prompted.prompted(case, None)
    assert [round(row.long_axis_mm) for row in rows.prompts] == [24, 16]
    assert all(row.dice > 0.8 for row in rows.prompts)
    assert np.abs([row.measured_mm - row.long_axis_mm for row in rows.prompts]).max() < 3
    lines = {line.what: line for line in table.lines(Rows(prompts=rows.prompts))}
    assert lines["from one drawn axis, >= 10 mm, Dice"].reached is True
    assert len(list((tmp_path / "pictures").glob("*.png"))) == 2
