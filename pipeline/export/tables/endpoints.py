"""endpoint.csv: date and event or censoring of each time-to-event parameter of a subject."""

from operator import attrgetter
from typing import Any

from pipeline.export.column import Column, Layout
from pipeline.export.form import DATE, INTEGER, MARK, TEXT
from pipeline.model.endpoint import EndpointRow


def _order(row: EndpointRow) -> tuple[Any, ...]:
    return row.subject, row.paramcd, row.reader


ENDPOINTS: Layout[EndpointRow] = Layout(
    "endpoint.csv",
    "one parameter of one subject; sorted by subject and parameter",
    (
        Column("subject", "", "Subject identifier of the trial", TEXT, attrgetter("subject")),
        Column("paramcd", "", "Code of the parameter ([list](rule-sets.md))", TEXT, attrgetter("paramcd")),
        Column(
            "start_date",
            "",
            "Day 1 of the parameter's clock; empty where it is not known",
            DATE,
            attrgetter("start_date"),
        ),
        Column("date", "", "Day of the event, or of censoring; empty without a start", DATE, attrgetter("date")),
        Column("days", "d", "date - start_date + 1; empty without a start", INTEGER, attrgetter("days")),
        Column(
            "cnsr",
            "",
            "0 for an event, else the number of the censoring reason ([list](rule-sets.md)); empty without a start",
            INTEGER,
            attrgetter("cnsr"),
        ),
        Column("event", "", "What happened, in capitals; empty if censored", TEXT, attrgetter("event")),
        Column("reason", "", "Why the row ends, in capitals ([list](rule-sets.md))", TEXT, attrgetter("reason")),
        Column(
            "source_visit",
            "",
            "Visit that the date was taken from; empty where it was not taken from a visit",
            TEXT,
            attrgetter("source_visit"),
        ),
        Column("provisional", "", "Whether an unsigned finding stands behind the row", MARK, attrgetter("provisional")),
        Column(
            "reader", "", "Who read; several are joined by `;`; empty where nobody signed", TEXT, attrgetter("reader")
        ),
        Column("accepted", "", "Whether the row counts", MARK, attrgetter("accepted")),
    ),
    order=_order,
)
"""Days are whole."""
