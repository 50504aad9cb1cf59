"""Rows of ADRS for the best overall response of a subject (rule book, section 6)."""

import datetime as dt
from collections.abc import Mapping

from pipeline.export.case import study_day
from pipeline.export.dataset import Cell
from pipeline.export.table import mark
from pipeline.model.parameters import BEST_RESPONSES
from pipeline.model.response import Explained, Response

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
    response: Explained | None,
    study: str,
    *,
    start: dt.date | None = None,
    imputed: str = "",
    evaluator: Mapping[str, Cell] | None = None,
) -> dict[str, Cell]:
    """Return the row of one subject's best response by variable name, without its sequence number.

    ADT is the visit that shows the response; it is missing where there was no visit. response is
    None where the subject has no start: AVAL, AVALC and ADT are then missing. start: day 1 of
    ADY. imputed: ADTF. evaluator: EVAL, EVALID and ACPTFL, where they are known.
    """
    date, answer = (None, "") if response is None else (response.date, response.response.value)
    return {
        "STUDYID": study,
        "USUBJID": subject,
        "PARAM": BEST_RESPONSES[paramcd],
        "PARAMCD": paramcd,
        "ADT": date,
        "ADTF": imputed,
        "ADY": study_day(start, date),
        "AVAL": ORDER.get(answer),
        "AVALC": answer,
        "ANL01FL": mark(response is not None),
        "SRCDOM": "RS",
        "SRCVAR": "RSSTRESC",
        **(evaluator or {}),
    }
