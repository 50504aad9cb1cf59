"""Sources of a page: each known key of a citation leads to its line, anything else is text."""

import re
from pathlib import Path

import pytest

from pipeline.assess.criteria import recist11
from pipeline.model.response import Explained, Response
from pipeline.report import pages, sources
from tests.report import builder


@pytest.mark.parametrize(
    ("citation", "html"),
    [
        (
            "RECIST 1.1, Eisenhauer 2009, 4.3.1 (S5); rule book section 2 [D]",
            (
                'RECIST 1.1, <a href="#source-s5">Eisenhauer 2009</a>, 4.3.1 (<a href="#source-s5">S5</a>); '
                '<a href="#source-rule-book-2">rule book section 2</a> <a href="#source-d">[D]</a>'
            ),
        ),
        ("S99 & <b>", "S99 &amp; &lt;b&gt;"),
        ("S7-S9", '<a href="#source-s7">S7-S9</a>'),
        ("", ""),
    ],
)
def test_a_citation_as_html(citation: str, html: str) -> None:
    assert str(sources.linked(citation)) == html


def test_the_sources_of_a_page_are_those_of_its_citations() -> None:
    citations = (recist11.CRITERION.facts.citation, "S8 [M]", "nothing")
    said = [Explained(Response.SD, "rule", "Why.", citation) for citation in citations]
    assert [m.key for m in sources.of_page(said)] == ["rule book 2", "S5", "S6", "S8", "[M]"]


def test_every_link_to_a_key_leads_to_its_line(tmp_path: Path) -> None:
    pages.write(builder.study(), tmp_path)
    linked = 0
    for page in (tmp_path / "report").glob("*.html"):
        text = page.read_text("utf-8")
        targets = set(re.findall(r'href="#(source-[a-z0-9-]+)"', text))
        assert targets <= set(re.findall(r'id="([^"]+)"', text))
        linked += len(targets)
    assert linked
