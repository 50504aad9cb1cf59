"""Rows of ADRS for the best overall response of a subject (rule book, section 6)."""

import datetime as dt
from collections.abc import Mapping

from pipeline.export.dataset import Cell
from pipeline.export.table import mark
from pipeline.model.response import Explained, Response

BEST = {
    "BOR": "Best Overall Response (confirmation not required)",
    "CBOR": "Best Overall Response, Confirmed",
}
"""PARAM of each PARAMCD."""

ORDER = {
    response.value: place
    for place, response in enumerate(
        (Response.CR, Response.PR, Response.SD, Response.NON_CR_NON_PD, Response.PD, Response.NE), start=1
    )
}
"""AVAL of each AVALC, the best first."""


def best(
    subject: str,
    paramcd: str,
    said: Explained | None,
    study: str,
    *,
    start: dt.date | None = None,
    evaluator: Mapping[str, Cell] | None = None,
) -> dict[str, Cell]:
    """Return the row of one subject's best response by variable name, without its sequence number.

    ADT is the visit that shows the response; it is missing where there was no visit. said is
    None where the subject has no start: AVAL, AVALC and ADT are then missing. start: day 1 of
    ADY. evaluator: EVAL, EVALID and ACPTFL, where they are known.
    """
    date, response = (None, "") if said is None else (said.date, said.response.value)
    return {
        "STUDYID": study,
        "USUBJID": subject,
        "PARAM": BEST[paramcd],
        "PARAMCD": paramcd,
        "ADT": date,
        "ADY": _study_day(date, start),
        "AVAL": ORDER.get(response),
        "AVALC": response,
        "ANL01FL": mark(said is not None),
        "SRCDOM": "RS",
        "SRCVAR": "RSSTRESC",
        **(evaluator or {}),
    }


def _study_day(date: dt.date | None, start: dt.date | None) -> int | None:
    if date is None or start is None:
        return None
    days = (date - start).days
    return days + 1 if days >= 0 else days
