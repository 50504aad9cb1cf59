"""Response figures draw what the tables beside them say."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from pipeline.assess.criteria import recist11
from pipeline.model.standard_protocol import STANDARD
from pipeline.model.thresholds import Thresholds
from pipeline.report.figures import drawn, spider, sums, swimmer, waterfall
from pipeline.report.figures.drawn import Drawn
from pipeline.store import arm_table, course_tables, tables
from pipeline.store.course_tables import SubjectCourse
from tests.builders import courses

SUBJECTS = 24
RECIST11 = recist11.CRITERION.rules(STANDARD).thresholds
OTHER = Thresholds(65, 73, progression_above=True)


def _read(folder: Path, by_arm: bool) -> tuple[SubjectCourse, ...]:
    files = courses.write(folder, SUBJECTS)
    return course_tables.read(
        files.timepoints,
        files.endpoint,
        "HPFS",
        recist11.CRITERION.facts,
        events=tables.read_events(files.events),
        arms=arm_table.read(files.arms).by_subject if by_arm else None,
    )


@pytest.fixture
def trial(tmp_path: Path) -> tuple[SubjectCourse, ...]:
    return _read(tmp_path, by_arm=True)


@pytest.fixture
def blinded(tmp_path: Path) -> tuple[SubjectCourse, ...]:
    return _read(tmp_path, by_arm=False)


def _waterfall(trial: tuple[SubjectCourse, ...]) -> Drawn:
    return waterfall.draw(trial, "sum of diameters", RECIST11)


def _spider(trial: tuple[SubjectCourse, ...]) -> Drawn:
    return spider.draw(trial, "sum of diameters", RECIST11)


def _swimmer(trial: tuple[SubjectCourse, ...]) -> Drawn:
    return swimmer.draw(trial, "HPFS", "first embolization", events_known=True)


def _sums(trial: tuple[SubjectCourse, ...]) -> Drawn:
    return sums.draw(trial, "sum of diameters", RECIST11)


FIGURES = [_waterfall, _spider, _swimmer, _sums]


def _column(found: Drawn, name: str) -> list[str]:
    place = found.data.columns.index(name)
    return [row[place] for row in found.data.rows]


def _lines(found: Drawn, panel: int = 0) -> dict[str, np.ndarray]:
    return {str(line.get_label()): np.asarray(line.get_xydata()) for line in found.figure.axes[panel].lines}


@pytest.mark.parametrize("draw", FIGURES)
def test_bytes_repeat_and_text_stays_text(
    trial: tuple[SubjectCourse, ...], draw: Callable[[tuple[SubjectCourse, ...]], Drawn]
) -> None:
    one, two = draw(trial), draw(trial)
    assert drawn.svg(one.figure) == drawn.svg(two.figure)
    assert drawn.png(one.figure) == drawn.png(two.figure)
    assert b"Days from" in drawn.svg(one.figure) or draw is _waterfall
    assert b"<text" in drawn.svg(one.figure)


@pytest.mark.parametrize("draw", FIGURES)
def test_no_arm_is_shown_while_blinded(
    blinded: tuple[SubjectCourse, ...], draw: Callable[[tuple[SubjectCourse, ...]], Drawn]
) -> None:
    found = draw(blinded)
    assert set(_column(found, "arm")) == {""}
    assert b"cTACE" not in drawn.svg(found.figure)


@pytest.mark.parametrize("draw", FIGURES)
def test_a_trial_without_follow_up_is_drawn_empty(draw: Callable[[tuple[SubjectCourse, ...]], Drawn]) -> None:
    assert drawn.svg(draw(()).figure)
    assert draw(()).data.rows == ()


def test_waterfall_bars_fall_and_equal_the_table(trial: tuple[SubjectCourse, ...]) -> None:
    found = _waterfall(trial)
    heights = [float(bar.get_height()) for bar in found.figure.axes[0].patches]
    assert heights == sorted(heights, reverse=True)
    assert heights == pytest.approx([float(value) for value in _column(found, "best_change_pct")], abs=1e-4)
    names = [text.get_text() for text in found.figure.axes[0].get_xticklabels()]
    assert names == _column(found, "subject")
    assert "3 of 24 subjects" in found.figure.axes[0].get_title(loc="left")


def test_best_change_ends_before_progression(tmp_path: Path) -> None:
    """S-1 falls to -40 % only after progression by a new lesion; S-2 starts with progression."""
    timepoints = tmp_path / "timepoints.csv"
    lines = [
        courses.TIMEPOINTS,
        "S-1,BASELINE,2024-01-01,100,,,no,,Y",
        "S-1,W12,2024-03-25,80,100,100,no,SD,Y",
        "S-1,W24,2024-06-17,85,100,80,yes,PD,Y",
        "S-1,W36,2024-09-09,60,100,80,yes,PD,Y",
        "S-2,BASELINE,2024-01-01,50,,,no,,Y",
        "S-2,W12,2024-03-25,64.5,50,50,yes,PD,Y",
        "S-2,W24,2024-06-17,50,50,50,yes,PD,Y",
    ]
    timepoints.write_text("\n".join(lines) + "\n", encoding="utf-8")
    endpoint = tmp_path / "endpoint.csv"
    endpoint.write_text(f"{courses.ENDPOINT}\nS-1,HPFS,2024-01-10,2024-06-17,160,0,Y\n", encoding="utf-8")
    found = _waterfall(course_tables.read(timepoints, endpoint, "HPFS", recist11.CRITERION.facts))
    assert found.data.rows == (("1", "S-2", "", "29.0000", "84", "Y"), ("2", "S-1", "", "-20.0000", "84", ""))


def test_spider_lines_equal_the_table(trial: tuple[SubjectCourse, ...]) -> None:
    found = _spider(trial)
    lines = _lines(found)
    subjects = list(dict.fromkeys(_column(found, "subject")))
    assert len(subjects) == 21
    for subject in subjects:
        rows = [row for row in found.data.rows if row[0] == subject]
        assert lines[subject] == pytest.approx(np.array([(float(r[2]), float(r[3])) for r in rows]), abs=1e-4)
        crosses = [float(r[2]) for r in rows if r[4] == "PD"]
        assert lines[f"_{subject}"][:, 0].tolist() == crosses
    assert found.figure.axes[0].get_ylabel() == "Change of sum of diameters from baseline (%)"


def test_swimmer_marks_and_bars_equal_the_table(trial: tuple[SubjectCourse, ...]) -> None:
    found = _swimmer(trial)
    axes = found.figure.axes[0]
    rows = found.data.rows
    ends = [[float(row[4]) for row in rows if row[3] == what] for what in ("last", "endpoint")]
    widths = [float(bar.get_width()) for bar in axes.patches]
    assert [widths[::2], widths[1::2]] == ends
    assert ends[0] == sorted(ends[0][:12], reverse=True) + sorted(ends[0][12:], reverse=True)
    for name, points in _lines(found).items():
        expected = sorted((float(row[4]), float(row[0]) - 1) for row in rows if row[3] == name)
        assert sorted(map(tuple, points.tolist())) == expected, name
    assert "death" in _lines(found)
    assert [text.get_text() for text in axes.get_yticklabels()] == [row[1] for row in rows if row[3] == "last"]


def test_swimmer_says_still_followed_only_where_events_are_known(trial: tuple[SubjectCourse, ...]) -> None:
    dead = {course.subject for course in trial if any(event.kind == "DEATH" for event in course.events)}
    marked = {row[1] for row in _swimmer(trial).data.rows if row[3] == "still followed"}
    assert marked == {course.subject for course in trial} - dead
    unknown = swimmer.draw(trial, "HPFS", "first embolization", events_known=False)
    assert not [row for row in unknown.data.rows if row[3] == "still followed"]


def test_sums_panels_equal_the_table(trial: tuple[SubjectCourse, ...]) -> None:
    found = _sums(trial)
    assert len(found.figure.axes) == SUBJECTS
    for panel, course in enumerate(trial):
        rows = [row for row in found.data.rows if row[0] == course.subject]
        drawn_lines = {line.get_gid(): line for line in found.figure.axes[panel].lines}
        line, response, progression = (drawn_lines[name] for name in ("sum", "response", "progression"))
        assert np.asarray(line.get_xydata()) == pytest.approx(np.array([(float(r[2]), float(r[3])) for r in rows]))
        assert np.asarray(response.get_ydata())[0] == pytest.approx(float(rows[0][4]), abs=0.005)
        levels = np.array([float(r[5] or "nan") for r in rows])
        assert np.asarray(progression.get_ydata()) == pytest.approx(levels, abs=0.005, nan_ok=True)


@pytest.mark.parametrize(("nadir", "level"), [("100", "120.00"), ("25", "30.00"), ("24.9", "29.90"), ("0", "5.00")])
def test_progression_level_needs_20_percent_and_5_mm(tmp_path: Path, nadir: str, level: str) -> None:
    timepoints, endpoint = tmp_path / "timepoints.csv", tmp_path / "endpoint.csv"
    visits = ["S-1,BASELINE,2024-01-01,100,,,no,,Y", f"S-1,W12,2024-03-25,110,100,{nadir},no,SD,Y"]
    timepoints.write_text("\n".join([courses.TIMEPOINTS, *visits]) + "\n", encoding="utf-8")
    endpoint.write_text(f"{courses.ENDPOINT}\nS-1,HPFS,2024-01-10,2024-06-17,160,0,Y\n", encoding="utf-8")
    found = _sums(course_tables.read(timepoints, endpoint, "HPFS", recist11.CRITERION.facts))
    assert found.data.rows[1][4:6] == ("70.00", level)


def test_other_thresholds_move_lines_and_captions(blinded: tuple[SubjectCourse, ...]) -> None:
    for draw in (waterfall.draw, spider.draw):
        figure = draw(blinded, "sum of diameters", OTHER).figure
        heights = {
            float(np.asarray(line.get_ydata())[0]) for line in figure.axes[0].lines if line.get_linestyle() == "--"
        }
        assert heights == {-65.0, 73.0}
        assert b"Dashed: -65 % and +73 %" in drawn.svg(figure)
    sides = waterfall.draw(blinded, "sum of diameters", OTHER).figure.axes[0].get_legend()
    assert sides is not None
    assert [text.get_text() for text in sides.get_texts()] == ["above +73 %", "between", "-65 % or less"]
    panels = sums.draw(blinded, "sum of diameters", OTHER)
    words = b"Dashed: 65 % below baseline. Dotted: sum above which it is progression at that visit."
    assert words in drawn.svg(panels.figure)
    for row in panels.data.rows:
        assert float(row[4]) == pytest.approx(0.35 * float(_baseline_of(row[0], panels)), abs=0.006)


def _baseline_of(subject: str, panels: Drawn) -> str:
    return next(row[3] for row in panels.data.rows if row[0] == subject)


def test_a_bar_at_a_line_is_beyond_it_unless_progression_lies_above(tmp_path: Path) -> None:
    timepoints, endpoint = tmp_path / "timepoints.csv", tmp_path / "endpoint.csv"
    visits = [
        f"S-{n},{visit},{date},{mm},,,no,{response},Y"
        for n, at in enumerate(("70", "70.1", "119.9", "120"), 1)
        for visit, date, mm, response in (("BASELINE", "2024-01-01", "100", ""), ("W12", "2024-03-25", at, "SD"))
    ]
    timepoints.write_text("\n".join([courses.TIMEPOINTS, *visits]) + "\n", encoding="utf-8")
    endpoint.write_text(f"{courses.ENDPOINT}\nS-1,HPFS,2024-01-10,2024-06-17,160,0,Y\n", encoding="utf-8")
    read = course_tables.read(timepoints, endpoint, "HPFS", recist11.CRITERION.facts)
    at = waterfall.draw(read, "sum", RECIST11).figure.axes[0].patches
    above = waterfall.draw(read, "sum", Thresholds(30, 20, progression_above=True)).figure.axes[0].patches
    assert [bar.get_facecolor() == at[1].get_facecolor() for bar in at] == [False, True, True, False]
    assert [bar.get_facecolor() == at[1].get_facecolor() for bar in above] == [True, True, True, False]
