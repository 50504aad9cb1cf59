"""Lesions outlined from a reader's axis: the true long axis in the scan's slices, drawn a little off."""

import numpy as np

from pipeline.measure import diameters
from pipeline.model.engine import SegmentationEngine
from pipeline.model.grid import Point
from pipeline.model.lesion import Axis
from pipeline.procedures import prompt
from pipeline.procedures.prompt import OpenCase
from tests.benchmarks.accuracy import overlap, pictures
from tests.benchmarks.accuracy.cases import Case
from tests.benchmarks.accuracy.rows import PromptRow, Rows

OFF_MM = 1.0
"""mm, one standard deviation in x and in y by which a reader misses an end of the axis; own choice."""


def prompted(case: Case, engine: SegmentationEngine | None) -> Rows:
    """Return how the lesions of the first visit come out from their axes; engine has seen the case beforehand."""
    true = case.visit(0)
    share = None if engine is None else engine.lesions(true.image, true.liver, true.phase).share
    opened = OpenCase(true.image, true.phase, true.liver, share)
    rng = np.random.default_rng(case.seed)
    rows = []
    for lesion in true.lesions:
        expected = true.labels.mask(lesion.name)
        axes = diameters.measure(expected)
        if axes is None:
            continue
        drawn = Axis(_missed(rng, axes.long.start), _missed(rng, axes.long.end))
        marked = prompt.outline(opened, drawn)
        mask = None if marked is None else marked.mask
        rows.append(
            PromptRow(
                case.name, case.patient, lesion.name, lesion.kind, round(lesion.long_axis_mm, 2),
                0.0 if mask is None else round(overlap.dice(expected.array, mask.array), 4),
                0.0 if marked is None else round(marked.diameters.long.length_mm, 2),
            )
        )  # fmt: skip
        pictures.keep(f"prompt {case.name} {lesion.name}", true, expected, mask)
    return Rows(prompts=tuple(rows))


def _missed(rng: np.random.Generator, end: Point) -> Point:
    x, y = rng.normal(0, OFF_MM, size=2)
    return end[0] + float(x), end[1] + float(y), end[2]
