"""The charts of a subject's page place every value where its axis says, and name every line."""

from decimal import Decimal

import numpy as np
import pytest
from matplotlib.lines import Line2D

from pipeline.model.protocol import Protocol
from pipeline.model.response import NewLesion, Response
from pipeline.report import overview
from pipeline.report.figures import burden, subject_course, timeline
from pipeline.report.figures.inline import Chart
from tests.report import builder

SUBJECT = builder.progressing()


def _sums(protocol: Protocol | None = None) -> Chart:
    protocol = protocol or builder.protocol()
    endpoint = overview.primary(SUBJECT.endpoints, protocol)
    chart = subject_course.draw(SUBJECT.timepoints, SUBJECT.events, endpoint, protocol)
    assert chart is not None
    return chart


def _line(chart: Chart, gid: str) -> Line2D:
    (line,) = [line for line in chart.figure.axes[0].lines if line.get_gid() == gid]
    return line


def _heights(chart: Chart, gid: str) -> list[float]:
    return [float(y) for y in np.asarray(_line(chart, gid).get_ydata())]


def _words(chart: Chart) -> list[str]:
    axes = chart.figure.axes[0]
    texts = [*axes.texts, *chart.figure.texts]
    return [text.get_text() for text in texts] + [axes.get_xlabel(), axes.get_ylabel()]


def test_marks_stand_at_their_days_and_values() -> None:
    chart = _sums()
    assert np.asarray(_line(chart, "whole").get_xdata()).tolist() == [-9, 84, 165, 255, 334]
    assert _heights(chart, "whole") == pytest.approx([61.4, 47.0, 41.8, np.nan, 52.3], nan_ok=True)
    assert _heights(chart, "viable") == pytest.approx([48.2, 21.5, 0.0, np.nan, 24.0], nan_ok=True)


def test_response_line_is_30_percent_below_baseline() -> None:
    assert _heights(_sums(), "response")[0] == pytest.approx(0.7 * 61.4)


def test_progression_line_steps_with_the_nadir() -> None:
    line = _line(_sums(), "progression")
    assert line.get_drawstyle() == "steps-pre"
    assert _heights(_sums(), "progression")[1:] == pytest.approx([61.4 * 1.2, 47.0 * 1.2, 41.8 * 1.2, 41.8 * 1.2])


def test_progression_line_respects_the_minimum_in_mm() -> None:
    course = builder.Course("S-009")
    for day, length in ((0, "20.0"), (84, "20.0")):
        course.visit(f"W{day}", day, length, None, Response.SD, Response.NE)
    assert subject_course.progression_mm(course.points[0], builder.protocol()) is None
    assert subject_course.progression_mm(course.points[1], builder.protocol()) == Decimal(25)


def test_every_event_the_endpoint_and_every_line_is_named() -> None:
    words = _words(_sums())
    for word in ("randomized", "other therapy", "death", "HPFS event", "baseline −30 %", "nadir +20 %, ≥5 mm"):
        assert word in words
    assert words.count("embolization") == 2
    assert "days since first embolization (2024-01-15)" in words
    assert "sum of diameters (mm)" in words


def test_a_missing_sum_is_said_and_bridged_and_keeps_its_response() -> None:
    chart = _sums()
    assert {"no sum", "NE"} <= set(_words(chart))
    bridges = [line for line in chart.figure.axes[0].lines if len(np.asarray(line.get_xdata())) == 4]
    assert len(bridges) == 2


def test_the_smallest_sum_is_named_nadir_and_a_new_lesion_has_a_star() -> None:
    words = _words(_sums())
    assert "nadir 41.8" in words
    assert "PD(*)" in words


def test_a_pointer_shows_what_stands_behind_a_mark() -> None:
    hover = _sums().hover
    assert hover["whole"][2] == "W24 2024-06-28: sum 41.8 mm; Hepatic RECIST 1.1 PR; PHASE_SWITCH, LIPIODOL"
    assert hover["viable"][1] == "W12 2024-04-08: viable sum 21.5 mm"
    assert len(hover["whole"]) == len(hover["viable"]) == 4


def test_words_of_events_do_not_overlap() -> None:
    figure = _sums().figure
    shown = [(text.get_position(), len(text.get_text())) for text in figure.texts]
    width, _ = timeline.size_pt(figure)
    for n, ((x, y), letters) in enumerate(shown):
        for (other, height), more in shown[n + 1 :]:
            assert y != height or abs(x - other) * width >= (letters + more) * timeline.LETTER_PT / 2


def test_burden_has_a_mark_for_each_visit() -> None:
    chart = burden.draw(SUBJECT.timepoints, SUBJECT.events)
    assert chart is not None
    assert len(chart.hover["burden"]) == 5
    assert "tumor / liver (%)" in _words(chart)
    assert chart.description.startswith("BASELINE 6.2 %; W12 ")


def test_no_time_points_no_charts() -> None:
    assert subject_course.draw((), (), None, builder.protocol()) is None
    assert burden.draw((), ()) is None
    assert subject_course.trend((), builder.protocol()) is None


def test_a_single_visit_is_drawn_in_the_middle() -> None:
    subject = builder.without_start()
    chart = subject_course.draw(subject.timepoints, (), None, builder.protocol())
    assert chart is not None
    assert "days since the first scan (2024-01-15)" in _words(chart)
    assert sum(chart.figure.axes[0].get_xlim()) == 0


def test_a_trend_ends_in_a_mark_at_the_last_known_sum() -> None:
    chart = subject_course.trend(SUBJECT.timepoints, builder.protocol())
    assert chart is not None
    last = _line(chart, "last")
    assert (np.asarray(last.get_xdata())[0], np.asarray(last.get_ydata())[0]) == (343, 52.3)
    assert "W24 41.8" in chart.description


def test_under_mrecist_the_viable_sum_carries_lines_and_responses() -> None:
    protocol = builder.protocol()
    protocol = protocol.model_copy(update={"criteria": protocol.criteria.model_copy(update={"primary": "mrecist"})})
    chart = _sums(protocol)
    assert _heights(chart, "response")[0] == pytest.approx(0.7 * 48.2)
    words = _words(chart)
    assert [word for word in words if word in {"PR", "CR", "NE", "PD(*)"}] == ["PR", "CR", "NE", "PD(*)"]
    assert "nadir +20 %" in words
    assert chart.hover["viable"][1].endswith("mm; Hepatic mRECIST PR")
    assert _line(chart, "viable").get_linewidth() > _line(chart, "whole").get_linewidth()


def test_names_and_values_give_way_to_their_neighbors_and_responses_never() -> None:
    course = builder.Course("S-009")
    for week in range(0, 312, 12):
        course.visit(f"W{week}", week * 7, "50.0", "20.0", Response.SD, Response.SD, new=NewLesion.YES)
    chart = subject_course.draw(course.points, (), None, builder.protocol())
    assert chart is not None
    axes = chart.figure.axes[0]
    for shown in ("W", "50.0"):
        texts = [text for text in axes.texts if text.get_text().startswith(shown)]
        assert 3 < len(texts) < 26
        across = [timeline.across_pt(axes, text.get_position()[0]) for text in texts]
        assert min(np.diff(across)) >= 4 * timeline.LETTER_PT
    assert _words(chart).count("SD*") == 26
