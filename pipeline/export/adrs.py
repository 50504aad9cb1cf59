"""Rows of ADRS for the best overall response of a subject (rule book, section 6)."""

import datetime as dt
from collections.abc import Mapping

from pipeline.export.case import study_day
from pipeline.export.dataset import Cell
from pipeline.export.table import mark
from pipeline.model.parameters import BEST_RESPONSES, RESPONSES
from pipeline.model.response import Explained, Response

ORDER = {
    response.value: place
    for place, response in enumerate(
        (Response.CR, Response.PR, Response.SD, Response.NON_CR_NON_PD, Response.PD, Response.NE), start=1
    )
} | {"MISSING": 7}
"""AVAL of each AVALC, the best first; MISSING is no assessment at all, where it is told apart from NE (S25)."""
YES_NO = {"Y": 1, "N": 0}
"""AVAL of a parameter that is answered by yes or no (S25)."""


def best(
    subject: str,
    paramcd: str,
    response: Explained | None,
    study: str,
    *,
    start: dt.date | None = None,
    imputed: str = "",
    missing: bool = False,
    sequence: int | None = None,
    evaluator: Mapping[str, Cell] | None = None,
) -> dict[str, Cell]:
    """Return the row of one subject's best response by variable name, without its sequence number.

    ADT is the visit that shows the response; it and the source are missing where there was no visit. response is
    None where the subject has no start: AVAL, AVALC and ADT are then missing. start: day 1 of
    ADY. imputed: ADTF. missing: a subject without any visit is MISSING, not NE. sequence: RSSEQ.
    evaluator: EVAL, EVALID and ACPTFL, where they are known.
    """
    date, answer = (None, "") if response is None else (response.date, response.response.value)
    if missing and response is not None and date is None:
        answer = "MISSING"
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
        "SRCDOM": "" if date is None else "RS",
        "SRCVAR": "" if date is None else "RSSTRESC",
        "SRCSEQ": sequence,
        **(evaluator or {}),
    }


def answer(subject: str, paramcd: str, value: str, study: str, start: dt.date | None, **more: Cell) -> dict[str, Cell]:
    """Return the row of a parameter that one visit or one date answers; more: what else is known, by variable name.

    value: Y, N or a response; empty where the subject has no start.
    """
    date = more.get("ADT")
    return {
        "STUDYID": study,
        "USUBJID": subject,
        "PARAM": RESPONSES[paramcd],
        "PARAMCD": paramcd,
        "ADY": study_day(start, date if isinstance(date, dt.date) else None),
        "AVAL": (YES_NO | ORDER).get(value),
        "AVALC": value,
        **more,
    }
