"""A chart as part of an HTML page: SVG without style, in the page's colors, described for those who cannot see it.

The page forbids inline style, so style becomes attributes; colors become the variables of its style
sheet, which knows light, dark and print. Text stays text, in the font of the page. The same chart
gives the same bytes: no date, no random name, coordinates at 0.01 point.
"""

import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from xml.etree import ElementTree as ET

from matplotlib.figure import Figure

from pipeline.report.figures import drawn, style

_LEFT_OUT = frozenset({"metadata", "style"})
_LONG_NUMBER = re.compile(r"-?\d+\.\d+")
_NO_TURN = re.compile(r"rotate\(-?0 .*\)")


@dataclass(frozen=True, eq=False)
class Chart:
    """A figure of a page, its name, its values in words, and by gid what a pointer shows at each mark of a line."""

    figure: Figure
    title: str
    description: str
    hover: Mapping[str, Sequence[str]] = field(default_factory=dict)


def svg(chart: Chart, name: str, kind: str) -> str:
    """Return the SVG element of a chart. name: begins every id, once on a page. kind: its class beside 'plot'."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")  # the browser has its own fonts
        drawing = ET.fromstring(drawn.svg(chart.figure))  # noqa: S314  (our own drawing of a moment ago)
    page = ET.Element(
        "svg",
        {
            "class": f"plot {kind}",
            "viewBox": _rounded(drawing.attrib["viewBox"]),
            "role": "img",
            "aria-labelledby": f"{name}-t {name}-d",
            "stroke-linejoin": "round",
        },
    )
    for tag, place, words in (("title", "t", chart.title), ("desc", "d", chart.description)):
        ET.SubElement(page, tag, id=f"{name}-{place}").text = style.plain(words)
    for node in drawing:
        page.extend(_plain(node, name, chart.hover))
    return ET.tostring(page, encoding="unicode")


def _plain(node: ET.Element, name: str, hover: Mapping[str, Sequence[str]]) -> Iterator[ET.Element]:
    """Give the shapes of a node without groups, and titles to the marks of its line."""
    tag = node.tag.rpartition("}")[2]
    if tag in _LEFT_OUT:
        return
    inside = [shape for child in node for shape in _plain(child, name, hover)]
    if tag == "g":
        marks = [shape for shape in inside if shape.tag == "use"]
        words = hover.get(node.get("id", ""), ())
        for mark, title in zip(marks, words, strict=True) if words else ():
            ET.SubElement(mark, "title").text = style.plain(title)
        yield from inside
    elif tag != "defs" or inside:
        shape = ET.Element(tag, dict(_attributes(node, name)))
        shape.text = (node.text or "").strip() or None
        shape.extend(inside)
        yield shape


def _attributes(node: ET.Element, name: str) -> Iterator[tuple[str, str]]:
    for key, value in node.attrib.items():
        match key.rpartition("}")[2]:
            case "style":
                for pair in value.split(";"):
                    what, _, how = pair.partition(":")
                    if what.strip() != "font-family":
                        yield what.strip(), style.PAGE_COLORS.get(how.strip(), how.strip())
            case "id":
                yield "id", f"{name}-{value}"
            case "href":
                yield "href", f"#{name}-{value.removeprefix('#')}"
            case "clip-path":
                yield "clip-path", value.replace("#", f"#{name}-")
            case "transform" if _NO_TURN.fullmatch(value):
                pass
            case plain:
                yield plain, _rounded(value)


def _rounded(value: str) -> str:
    """Numbers at 0.01, one blank between parts."""
    short = _LONG_NUMBER.sub(lambda match: f"{float(match[0]):.2f}".rstrip("0").rstrip("."), value)
    return " ".join(short.split())
