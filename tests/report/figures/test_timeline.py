"""Words of a chart are spread, put in lanes, and give way."""

import pytest
from matplotlib.figure import Figure

from pipeline.report.figures import event_ticks, timeline
from tests.report import builder


def test_labels_are_spread_in_order() -> None:
    assert timeline.spread([50, 50, 10, 98], gap=10, low=0, high=100) == [50, 60, 10, 98]
    assert timeline.spread([99, 99, 99], gap=10, low=0, high=100) == [80, 90, 100]


def test_spans_that_touch_take_different_lanes() -> None:
    assert event_ticks.lanes([(0, 10), (5, 15), (17, 20), (12, 30)], gap=2) == [0, 1, 0, 2]


def test_words_without_room_are_left_out() -> None:
    assert timeline.fitting([0, 10, 20], [10, 10, 10]) == [True, False, True]
    assert timeline.fitting([0, 10, 20], [10, 10, 10], first=[1]) == [False, True, False]


@pytest.mark.parametrize(("highest", "last"), [(0, 1), (7, 8), (61, 80), (0.4, 0.5)])
def test_the_axis_of_values_ends_at_a_round_tick_above_the_highest(highest: float, last: float) -> None:
    days = timeline.days(builder.progressing().timepoints, ())
    axes = timeline.frame(Figure((4, 3)), days, (40, 10, 40, 10), highest=highest, unit="mm")
    assert axes.get_ylim() == (0, pytest.approx(last))
    assert axes.get_yticks()[-1] == pytest.approx(last)
