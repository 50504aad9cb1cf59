"""Dates and moments as a person types them after an option."""

import datetime as dt

from pipeline.model.errors import InputError
from pipeline.store.table_forms import dates


def day(text: str | None, option: str) -> dt.date | None:
    """Return a date in any form that a table may have it in (table_forms.dates), None for no text.

    Raises:
        InputError: it is no date that exists.
    """
    if text is None:
        return None
    iso, _ = dates.converted(text) or (text, "")
    try:
        date = dt.date.fromisoformat(iso)
    except ValueError:
        raise InputError(f"{option}: found {text!r}; allowed: a date that exists, as 2024-03-31 or 31MAR2024") from None
    return date


def moment(text: str | None, option: str) -> dt.datetime | None:
    """Return an ISO date and time, None for no text; without a time zone it is UTC.

    Raises:
        InputError: it is no date and time that exist.
    """
    if text is None:
        return None
    try:
        instant = dt.datetime.fromisoformat(text)
    except ValueError:
        instant = None
    if instant is None or len(text) <= len("2024-03-31"):
        raise InputError(f"{option}: found {text!r}; allowed: a date and time, as 2024-03-31T14:05:00+00:00")
    return instant if instant.tzinfo else instant.replace(tzinfo=dt.UTC)
