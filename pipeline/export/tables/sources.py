"""sources.csv: what the keys in citations stand for, so that a result can be audited far from our pages."""

from pipeline.export.column import Layout, own
from pipeline.export.form import TEXT
from pipeline.model.citations import Meaning

SOURCES: Layout[Meaning] = Layout(
    "sources.csv",
    "one key that a citation can hold: a section of the rule book, a source, a mark",
    (
        own(
            "key",
            "",
            "As citations write it: rule book and the section's number, S1 to S28, author and year, [D]",
            TEXT,
        ),
        own(
            "text", "", "What it stands for: the section's heading and gist, the source, the meaning of the mark", TEXT
        ),
        own("where", "", "DOI, PMID, PMC, NCT, CFR or document number, site, or our page; several joined by `;`", TEXT),
        own("read", "", "How far we read a source; empty of sections and marks", TEXT),
    ),
    key=("key",),
)
"""The same rows in every export of one version."""
