"""Sources of a page: each key in a citation leads to a list of what the keys of that page stand for."""

import re
from collections.abc import Iterable

from markupsafe import Markup, escape

from pipeline.model import citations
from pipeline.model.citations import Meaning
from pipeline.model.response import Explained


def of_page(explained: Iterable[Explained]) -> tuple[Meaning, ...]:
    """Return what the keys in the citations of a page stand for: sections, sources, marks."""
    return citations.meanings(each.citation for each in explained)


def linked(citation: str) -> Markup:
    """Return a citation as HTML, each key that is known a link to its line in the page's list."""
    parts, end = [], 0
    for place in citations.locate(citation):
        meaning = citations.resolve(place.key)
        if meaning is None or place.start < end:
            continue
        words = citation[place.start : place.end]
        parts += [
            escape(citation[end : place.start]),
            Markup('<a href="#{}">{}</a>').format(anchor(meaning.key), words),
        ]
        end = place.end
    return Markup("").join([*parts, escape(citation[end:])])


def anchor(key: str) -> str:
    """Return the id of a key's line: source-s5, source-rule-book-2, source-d."""
    return f"source-{re.sub(r'[^a-z0-9]+', '-', key.lower()).strip('-')}"
