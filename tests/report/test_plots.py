"""Plots place every value where its axis says, and name every line."""

import itertools
import re
from decimal import Decimal

import pytest

from pipeline.assess.criteria import recist11
from pipeline.model.protocol import Protocol
from pipeline.model.response import Response
from pipeline.report import burden_plot, overview, plot, sums_plot, timeline
from tests.report import builder

SUBJECT = builder.progressing()


def _sums() -> plot.Plot:
    endpoint = overview.primary(SUBJECT.endpoints, builder.protocol())
    drawn = sums_plot.draw(SUBJECT.timepoints, SUBJECT.events, endpoint, builder.protocol())
    assert drawn is not None
    return drawn


def _mm_at(drawn: plot.Plot, y: float) -> float:
    """Read a height back through the numbers on the axis."""
    (y0, v0), (y1, v1) = [
        (text.y - 4, float(text.text)) for text in drawn.texts if text.role == "tick" and text.anchor == "end"
    ][:2]
    return v0 + (y - y0) * (v1 - v0) / (y1 - y0)


def test_marks_stand_at_their_values() -> None:
    drawn = _sums()
    found = [_mm_at(drawn, mark.y) for mark in drawn.marks if mark.role == "whole"]
    assert found == pytest.approx([61.4, 47.0, 41.8, 52.3], abs=0.1)
    viable = [_mm_at(drawn, mark.y) for mark in drawn.marks if mark.role == "viable"]
    assert viable == pytest.approx([48.2, 21.5, 0.0, 24.0], abs=0.1)


def test_response_line_is_30_percent_below_baseline() -> None:
    drawn = _sums()
    (line,) = [line for line in drawn.lines if line.role == "response"]
    assert _mm_at(drawn, line.y1) == pytest.approx(0.7 * 61.4, abs=0.1)


def test_progression_line_steps_with_the_nadir() -> None:
    drawn = _sums()
    (path,) = [path for path in drawn.paths if path.role == "progression"]
    heights = [float(pair.split()[1]) for pair in re.split("[ML]", path.data)[1:]]
    levels = [_mm_at(drawn, y) for y in heights]
    assert levels[::2] == pytest.approx([61.4 * 1.2, 47.0 * 1.2, 41.8 * 1.2, 41.8 * 1.2], abs=0.2)


def test_progression_line_respects_the_minimum_in_mm() -> None:
    criterion = recist11.CRITERION.rules(builder.protocol())
    assert sums_plot.progression_level(Decimal(20), criterion) == 25.0
    assert sums_plot.progression_level(Decimal(50), criterion) == 60.0
    assert sums_plot.progression_level(None, criterion) is None


def test_every_event_the_endpoint_and_every_line_is_named() -> None:
    words = [text.text for text in _sums().texts]
    for word in ("randomized", "other therapy", "death", "HPFS event", "baseline −30 %", "nadir +20 %, ≥5 mm"):
        assert word in words
    assert words.count("embolization") == 2
    assert "days since first embolization (2024-01-15)" in words
    assert "sum of diameters (mm)" in words


def test_a_missing_sum_breaks_the_line_and_shows_its_response() -> None:
    drawn = _sums()
    (whole,) = [path.data for path in drawn.paths if path.role == "whole"]
    assert whole.count("M") == 2
    assert "NE" in [text.text for text in drawn.texts]


def test_words_of_events_do_not_overlap() -> None:
    shown = [text for text in _sums().texts if text.role in {"event", "endpoint"}]
    for n, a in enumerate(shown):
        for b in shown[n + 1 :]:
            apart = abs(a.x - b.x) >= (len(a.text) + len(b.text)) * timeline.LETTER_PX / 2
            assert a.y != b.y or apart


def test_burden_has_a_mark_for_each_visit() -> None:
    drawn = burden_plot.draw(SUBJECT.timepoints, SUBJECT.events)
    assert drawn is not None
    assert len(drawn.marks) == 5
    assert "tumor / liver (%)" in [text.text for text in drawn.texts]


def test_no_time_points_no_plots() -> None:
    assert sums_plot.draw((), (), None, builder.protocol()) is None
    assert burden_plot.draw((), ()) is None
    assert sums_plot.trend((), builder.protocol()) is None


def test_a_single_visit_is_drawn_in_the_middle() -> None:
    subject = builder.without_start()
    drawn = sums_plot.draw(subject.timepoints, (), None, builder.protocol())
    assert drawn is not None
    assert "days since the first scan (2024-01-15)" in [text.text for text in drawn.texts]


@pytest.mark.parametrize(
    ("highest", "ticks"),
    [(0, [0, 1]), (7, [0, 2, 4, 6, 8]), (61, [0, 20, 40, 60, 80]), (0.4, [0, 0.1, 0.2, 0.3, 0.4])],
)
def test_ticks_are_round_and_reach_the_highest_value(highest: float, ticks: list[float]) -> None:
    assert plot.nice_ticks(highest) == pytest.approx(ticks)


def test_labels_are_spread_in_order() -> None:
    placed = plot.spread([50, 50, 10, 98], gap=10, low=0, high=100)
    assert placed == [50, 60, 10, 98]
    crowded = plot.spread([99, 99, 99], gap=10, low=0, high=100)
    assert crowded == [80, 90, 100]


def _mrecist() -> Protocol:
    protocol = builder.protocol()
    return protocol.model_copy(update={"criteria": protocol.criteria.model_copy(update={"primary": "mrecist"})})


def test_under_mrecist_the_viable_sum_carries_lines_and_responses() -> None:
    drawn = sums_plot.draw(SUBJECT.timepoints, SUBJECT.events, None, _mrecist())
    assert drawn is not None
    (line,) = [line for line in drawn.lines if line.role == "response"]
    assert _mm_at(drawn, line.y1) == pytest.approx(0.7 * 48.2, abs=0.1)
    words = [text.text for text in drawn.texts if text.role == "value"]
    assert words == ["PR", "CR", "NE", "PD"]
    assert "nadir +20 %" in [text.text for text in drawn.texts]


def test_names_and_values_give_way_to_their_neighbors() -> None:
    course = builder.Course("S-009")
    for week in range(0, 156, 12):
        course.visit(f"W{week}", week * 7, "50.0", "20.0", Response.SD, Response.SD)
    drawn = burden_plot.draw(course.points, ())
    assert drawn is not None
    assert len(drawn.marks) == 13
    for role in ("visit", "value"):
        shown = [text for text in drawn.texts if text.role == role]
        assert 3 < len(shown) < 13
        for a, b in itertools.pairwise(shown):
            assert b.x - a.x >= (len(a.text) + len(b.text)) * timeline.LETTER_PX / 2
