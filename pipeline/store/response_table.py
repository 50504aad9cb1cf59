"""Read the overall responses (OVRLRESP) of an RS table of others."""

from collections.abc import Sequence
from pathlib import Path

from pipeline.endpoint.reported import Reported
from pipeline.model.errors import InputError
from pipeline.model.response import Response
from pipeline.store import datasets
from pipeline.store.csv_rows import Row

REQUIRED = ("USUBJID", "RSTESTCD", "RSDTC")

NUMERIC = ("VISITNUM",)
"""Columns that hold a number or nothing."""

SPELLINGS = {
    "CR": Response.CR,
    "PR": Response.PR,
    "SD": Response.SD,
    "PD": Response.PD,
    "NE": Response.NE,
    "NON-CR/NON-PD": Response.NON_CR_NON_PD,
    "NOT EVALUABLE": Response.NE,
    "INEVALUABLE": Response.NE,
    "COMPLETE RESPONSE": Response.CR,
    "PARTIAL RESPONSE": Response.PR,
    "STABLE DISEASE": Response.SD,
    "PROGRESSIVE DISEASE": Response.PD,
}
"""What a response may be called, case aside; the first six are the terms of RS."""


def read(path: Path) -> tuple[Reported, ...]:
    """Return the rows with RSTESTCD = OVRLRESP; those of a visit that was not done have no response and are left out.

    The response is RSSTRESC, else RSORRES, in any case of letters.

    Raises:
        InputError: the table cannot be read, an unknown response, text in VISITNUM, a date that does not exist
            or is missing, a row of one reader, visit and date twice; the message names file, row, column, what
            was found and what is allowed.
    """
    rows = datasets.read(path, REQUIRED, NUMERIC)
    found = tuple(_reported(row) for row in rows if row.text("RSTESTCD").upper() == "OVRLRESP" and _done(row))
    _check_unique(found)
    return found


def _check_unique(found: Sequence[Reported]) -> None:
    first: dict[tuple[str, ...], str] = {}
    for said in found:
        reader = (said.evaluator, said.evaluator_id, said.criterion, said.scope)
        known = first.setdefault((said.subject, *reader, said.visit, said.date.text), said.where)
        if known != said.where:
            raise InputError(
                f"{said.where}, columns USUBJID, RSEVAL, RSEVALID, VISITNUM, RSDTC: found OVRLRESP of {said.subject} "
                f"at visit {said.visit} on {said.date.text} as in {known}; allowed: each once. Remove one of the rows."
            )


def _done(row: Row) -> bool:
    said = row.text("RSSTRESC") or row.text("RSORRES")
    return bool(said) or row.text("RSSTAT").upper() != "NOT DONE"


def _reported(row: Row) -> Reported:
    date = row.partial_date("RSDTC")
    if date is None:
        raise row.wrong("RSDTC", "the date of the scan, as 2014-02-03")
    visit = row.text("VISITNUM") or row.text("VISIT") or date.text[: len("2014-02-03")]
    return Reported(
        where=f"{row.file} row {row.number}",
        subject=row.required("USUBJID"),
        visit=visit,
        is_baseline=row.text("VISIT").upper() == "BASELINE",
        date=date,
        response=_response(row),
        evaluator=row.text("RSEVAL"),
        evaluator_id=row.text("RSEVALID"),
        accepted=row.text("RSACPTFL").upper() == "Y",
        criterion=row.text("RSCAT"),
        scope=row.text("RSSCAT"),
        sequence=row.integer("RSSEQ"),
        name=row.text("VISIT"),
    )


def _response(row: Row) -> Response:
    column = "RSSTRESC" if row.text("RSSTRESC") else "RSORRES"
    found = SPELLINGS.get(row.text(column).upper())
    if found is None:
        raise row.wrong(column if row.text(column) else "RSSTRESC", ", ".join(list(SPELLINGS)[:6]))
    return found
