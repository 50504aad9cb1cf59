"""Survival figures draw the estimates, and their tables hold what is drawn."""

from collections.abc import Callable

import numpy as np
import pytest
from matplotlib.axes import Axes

from pipeline.analysis import estimates
from pipeline.analysis.estimates import Estimates, Group
from pipeline.analysis.sample import pool
from pipeline.report.figures import drawn, style, survival
from pipeline.report.figures.drawn import Drawn
from tests.builders import survival_trials

FIGURES = [survival.kaplan_meier, survival.cumulative_incidence]


def _estimates(seed: int, by_arm: bool = True) -> Estimates:
    trial = survival_trials.trial(seed)
    whole = Group("all", pool(tuple(trial.values()))[0])
    arms = tuple(Group(name, sample) for name, sample in trial.items()) if by_arm else ()
    return estimates.estimate(whole, arms, competing=True)


def _layer(found: Drawn, group: str, layer: str) -> list[tuple[float, float]]:
    rows = [row for row in found.data.rows if row[:2] == (group, layer)]
    return [(float(time), float(value)) for _, _, time, value, _, _ in rows]


def _main(found: Drawn) -> Axes:
    return found.figure.axes[0]


@pytest.mark.parametrize("draw", FIGURES)
def test_lines_and_numbers_are_those_of_the_table(draw: Callable[[Estimates, str], Drawn]) -> None:
    found = draw(_estimates(1), "THP")
    lines = {str(line.get_label())[0]: line for line in _main(found).lines if str(line.get_label())[0] != "_"}
    assert sorted(lines) == ["A", "B"]
    for name, line in lines.items():
        assert np.asarray(line.get_xydata()) == pytest.approx(np.array(_layer(found, name, "curve")), abs=1e-9)
    written = [text.get_text() for text in found.figure.axes[1].texts][1:]
    table = [row[3] for row in found.data.rows if row[1] == "at_risk"]
    assert written == table
    assert written[0] == "90"


def test_survival_starts_at_1_and_marks_sit_on_the_curve() -> None:
    found = survival.kaplan_meier(_estimates(0, by_arm=False), "HPFS")
    curve = _layer(found, "all", "curve")
    assert curve[0] == (0, 1)
    marks = _layer(found, "all", "censored")
    assert len(marks) > 10
    for day, height in marks:
        assert height == [value for time, value in curve if time <= day][-1]


def test_words_name_unit_clock_reference_and_tests() -> None:
    found = survival.kaplan_meier(_estimates(0), "HPFSR")
    assert _main(found).get_xlabel() == "Days from randomization"
    assert _main(found).get_ylim() == (0, 1.02)
    words = _main(found).get_title(loc="left")
    assert "Hazard ratio, B against A: 0.61 (95 % CI 0.43 to 0.86)" in words
    assert "Log-rank: p = 0.005" in words
    (suptitle,) = [found.figure.get_suptitle()]
    assert suptitle == "Hepatic Progression-Free Survival from Randomization (HPFSR)"


def test_long_names_neither_cut_the_plot_nor_get_lost() -> None:
    trial = survival_trials.trial(0)
    name = "transarterial chemoembolization with lipiodol"
    arms = (Group("bland", trial["A"]), Group(name, trial["B"]))
    found = survival.kaplan_meier(estimates.estimate(arms[0], arms, competing=False), "HPFS")
    labels = [text.get_text() for text in found.figure.axes[1].get_yticklabels()]
    assert labels == ["bland", "transarterial c…"]
    (legend,) = found.figure.legends
    assert name in legend.get_texts()[1].get_text()
    assert all(len(line) <= 95 for line in _main(found).get_title(loc="left").splitlines())


def test_without_arms_there_is_one_curve_and_no_comparison() -> None:
    found = survival.cumulative_incidence(_estimates(1, by_arm=False), "THP")
    assert {row[0] for row in found.data.rows} == {"all"}
    assert "Gray" not in _main(found).get_title(loc="left")


@pytest.mark.parametrize("draw", FIGURES)
@pytest.mark.parametrize("seed", [4, 9, 11, 15])
def test_corners_are_drawn_and_bytes_repeat(draw: Callable[[Estimates, str], Drawn], seed: int) -> None:
    one, two = (drawn.svg(draw(_estimates(seed), "XYZ").figure) for _ in range(2))
    assert one == two
    assert b"Number at risk</text>" in one
    assert b"dc:date" not in one


@pytest.mark.parametrize(
    ("last", "ticks"), [(1, [0, 1]), (9, range(10)), (10, range(0, 12, 2)), (366, range(0, 421, 60))]
)
def test_day_ticks_are_round_and_cover(last: float, ticks: list[float]) -> None:
    assert style.day_ticks(last) == list(ticks)


@pytest.mark.parametrize("last", [0.5, 365, 7000, 100000])
def test_day_ticks_are_few(last: float) -> None:
    found = style.day_ticks(last)
    assert 2 <= len(found) <= 11
    assert found[-1] >= last
