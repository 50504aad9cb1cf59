"""A chart in a page: no inline style, the colors of the page, ids of its own, words for those who cannot see it."""

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from pipeline.model.response import Response
from pipeline.report import pages
from pipeline.report.figures import burden, inline, style, subject_course
from pipeline.report.figures.inline import Chart
from tests.report import builder

SUBJECT = builder.progressing()
WEIRD = "A$1_2$ \x01\n<b>&\u6f22"
"""Mathematics, a control character, a new line, markup, and a letter that the font of the drawing lacks."""


def _chart() -> Chart:
    chart = subject_course.draw(SUBJECT.timepoints, SUBJECT.events, SUBJECT.endpoints[0], builder.protocol())
    assert chart is not None
    return chart


def test_same_chart_same_bytes() -> None:
    assert inline.svg(_chart(), "sums", "sums") == inline.svg(_chart(), "sums", "sums")


def test_no_inline_style_no_font_no_date_and_colors_of_the_page_alone() -> None:
    svg = inline.svg(_chart(), "sums", "sums")
    for unwanted in ("style=", "<style", "font-family", "metadata", "xlink", "xmlns"):
        assert unwanted not in svg
    colors = set(re.findall(r'(?:fill|stroke)="([^"]+)"', svg))
    assert colors <= {"none", *style.PAGE_COLORS.values()}


def test_colors_are_the_light_ones_of_the_style_sheet() -> None:
    sheet = (Path(pages.__file__).parent / "templates" / "report.css").read_text()
    light = dict(re.findall(r"(--[a-z-]+): (#[0-9a-f]{6})", sheet[: sheet.index("@media")]))
    assert {f"var({name})": color for name, color in light.items()}.items() >= {
        variable: color for color, variable in style.PAGE_COLORS.items()
    }.items()


def test_ids_have_the_name_of_the_chart_and_every_reference_leads_to_one() -> None:
    svg = inline.svg(_chart(), "sums", "sums")
    ids = re.findall(r' id="([^"]+)"', svg)
    assert all(name.startswith("sums-") for name in ids)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'(?:href="|url\()#([^")]+)', svg)) <= set(ids)


def test_each_mark_shows_its_words_and_the_chart_is_described() -> None:
    root = ET.fromstring(inline.svg(_chart(), "sums", "sums"))
    titles = [mark.findtext("title") for mark in root.iter("use") if mark.find("title") is not None]
    assert titles == [*_chart().hover["viable"], *_chart().hover["whole"]]
    assert root.findtext("title") == "Sum of diameters over time, S-001"
    assert "W24 2024-06-28: sum 41.8 mm" in (root.findtext("desc") or "")


def test_words_stay_words_whatever_they_hold() -> None:
    course = builder.Course("S-1")
    for day in (0, 90):
        course.visit(WEIRD, day, "30.0", None, Response.SD, Response.NE)
    chart = subject_course.draw(course.points, (), None, builder.protocol())
    assert chart is not None
    svg = inline.svg(chart, "a", "sums")
    assert svg.count("A$1_2$   &lt;b&gt;&amp;\u6f22") >= 3
    assert "\x01" not in svg
    assert "<b>" not in svg
    assert "<tspan" not in svg


@pytest.mark.parametrize("name", ["sums", "burden", "trend"])
def test_a_chart_stays_small(name: str) -> None:
    """In bytes; the page of a subject holds two of them, a row of the index one."""
    charts = {
        "sums": _chart(),
        "burden": burden.draw(SUBJECT.timepoints, SUBJECT.events),
        "trend": subject_course.trend(SUBJECT.timepoints, builder.protocol()),
    }
    chart = charts[name]
    assert chart is not None
    assert len(inline.svg(chart, name, name)) < {"sums": 12_000, "burden": 7_000, "trend": 2_000}[name]
