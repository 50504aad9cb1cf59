"""endpoint.csv: date and event or censoring of each time-to-event parameter of a subject."""

from typing import Any

from pipeline.export.column import Layout, own
from pipeline.export.form import DATE, INTEGER, TEXT
from pipeline.export.tables import common
from pipeline.model.endpoint import EndpointRow


def _order(row: EndpointRow) -> tuple[Any, ...]:
    return row.subject, row.paramcd, row.reader


ENDPOINTS: Layout[EndpointRow] = Layout(
    "endpoint.csv",
    "one parameter of one subject; sorted by subject and parameter",
    (
        common.SUBJECT,
        own("paramcd", "", "Code of the parameter ([list](rule-sets.md))", TEXT),
        own("start_date", "", "Day 1 of the parameter's clock; empty where it is not known", DATE),
        own("date", "", "Day of the event, or of censoring; empty without a start", DATE),
        own("days", "d", "date - start_date + 1; empty without a start", INTEGER),
        own(
            "cnsr",
            "",
            "0 for an event, else the number of the censoring reason ([list](rule-sets.md)); empty without a start",
            INTEGER,
        ),
        own("event", "", "What happened, in capitals; empty if censored", TEXT),
        own("reason", "", "Why the row ends, in capitals ([list](rule-sets.md))", TEXT),
        own("source_visit", "", "Visit that the date was taken from; empty where it was not taken from a visit", TEXT),
        common.PROVISIONAL,
        common.READER,
        common.ACCEPTED,
    ),
    order=_order,
)
"""Days are whole."""
