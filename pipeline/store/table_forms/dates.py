"""Which form a date has, and its ISO text; what has no form or two stays as it is, to be refused where it is used."""

from functools import lru_cache

from pipeline.model import partial_date
from pipeline.store.table_forms import numeric_dates, sas_dates

ALLOWED = "a date that exists: 2014-02-03, 2014-02, 2014, or 2014-02-03T10:30; 03FEB2014 and other forms without doubt"
READ_AS = "read as dates"
_FORMS = (
    ("in the form 23380, days of SAS from 1960-01-01,", sas_dates.of_count),
    ("in the form 05JAN2024", sas_dates.of_text),
    ("of numbers in another order or with other marks than ISO 8601", numeric_dates.of_text),
)


@lru_cache(maxsize=65536)
def converted(text: str) -> tuple[str, str] | None:
    """Return the ISO text of a date that is written otherwise, and the name of its form; else None."""
    try:
        partial_date.parse(text)
    except ValueError:
        for form, read in _FORMS:
            if (iso := read(text)) is not None:
                return iso, form
    return None


def in_order(text: str, first: numeric_dates.DayOrder) -> tuple[str, str]:
    """Return the ISO text of a date with two readings in the order that its column shows, and the name of its form."""
    return numeric_dates.in_order(text, first), f"with the {first} first, as other dates of the column show,"


def allowed(text: str) -> str:
    """Return what may stand where a text is no date, and why this one is none."""
    doubt = numeric_dates.doubt(text)
    return f"{ALLOWED} ({doubt})" if doubt else ALLOWED
