"""Read the overall responses (OVRLRESP) of an RS table of others."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from pipeline.endpoint.reported import Reported
from pipeline.model.errors import InputError
from pipeline.model.response import Response
from pipeline.store import datasets
from pipeline.store.csv_rows import Row
from pipeline.store.faults import Faults, recorded
from pipeline.store.table_forms.conversions import Conversions

REQUIRED = ("USUBJID", "RSTESTCD", "RSDTC")

DATES = ("RSDTC",)
"""Columns that hold a date."""

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
_STABLE = {Response.SD, Response.NON_CR_NON_PD}
"""Two words for one thing, where a subject has no target lesion: RSORRES may have the one and RSSTRESC the other."""


def read(path: Path, conversions: Conversions | None = None, faults: Faults | None = None) -> tuple[Reported, ...]:
    """Return the rows with RSTESTCD = OVRLRESP; those of a visit that was not done have no response and are left out.

    The response is RSSTRESC, else RSORRES, in any case of letters. Rows that agree in every column but RSSEQ count
    once. A row is a fault of its subject and left out where its response, flag or number is unknown, its date does not
    exist or is missing, or another row has its reader, visit and date.

    Raises:
        InputError: the table cannot be read; without faults also those of rows: file, row, column, what was found and
            what is allowed.
    """
    with recorded(faults) as kept:
        every = datasets.read(path, REQUIRED, NUMERIC, conversions, kept, dates=DATES)
        rows = _once((row for row in every if row.text("RSTESTCD").upper() == "OVRLRESP" and _done(row)), kept)
        responses = tuple(kept.each(rows, _reported, "USUBJID"))
        repeated = {response.where: error for response, error in _repeated(responses)}
        for response in responses:
            if response.where in repeated:
                kept.add(repeated[response.where], response.subject)
    return tuple(response for response in responses if response.where not in repeated)


def scans(path: Path, conversions: Conversions | None = None) -> tuple[tuple[Reported, ...], tuple[str, ...]]:
    """Return the same rows where only the day of the scan matters (survival), and what is wrong with those left out.

    Their response is NE. A row whose subject, date or VISITNUM cannot be read says nothing of survival.

    Raises:
        InputError: the table cannot be read.
    """
    usable: list[Reported] = []
    faulty: list[str] = []
    unread = Faults()
    for row in datasets.read(path, REQUIRED, conversions=conversions, faults=unread, dates=DATES):
        if row.text("RSTESTCD").upper() == "OVRLRESP" and _done(row):
            try:
                usable.append(_reported(row, Response.NE))
            except InputError as error:
                faulty.append(str(error))
    return tuple(usable), (*faulty, *(str(fault) for fault in unread.all))


def _once(rows: Iterable[Row], faults: Faults) -> Iterator[Row]:
    """Yield the rows without those that agree with an earlier one in every column but RSSEQ."""
    known: set[tuple[str, ...]] = set()
    for row in rows:
        cells = tuple(cell for name, cell in row.cells.items() if name != "RSSEQ")
        if cells in known:
            faults.notes[f"{row.file}: rows that agree with another in every column but RSSEQ count once"] += 1
        else:
            known.add(cells)
            yield row


def _repeated(responses: Sequence[Reported]) -> Iterator[tuple[Reported, InputError]]:
    first: dict[tuple[str, ...], str] = {}
    for response in responses:
        reader = (response.evaluator, response.evaluator_id, response.criterion, response.scope)
        known = first.setdefault((response.subject, *reader, response.visit, response.date.text), response.where)
        if known != response.where:
            error = InputError(
                f"{response.where}, columns USUBJID, RSEVAL, RSEVALID, VISITNUM, RSDTC: found OVRLRESP of "
                f"{response.subject} at visit {response.visit} on {response.date.text} as in {known}; "
                "allowed: each once. Remove one of the rows."
            )
            yield response, error


def _done(row: Row) -> bool:
    result = row.text("RSSTRESC") or row.text("RSORRES")
    return bool(result) or row.text("RSSTAT").upper() != "NOT DONE"


def _reported(row: Row, response: Response | None = None) -> Reported:
    date = row.partial_date("RSDTC")
    if date is None:
        raise row.wrong("RSDTC", "the date of the scan, as 2014-02-03")
    accepted = row.text("RSACPTFL").upper()
    if accepted not in {"", "Y", "N"}:
        raise row.wrong("RSACPTFL", "Y, or empty")
    visit = row.text("VISITNUM") or row.text("VISIT") or date.text[: len("2014-02-03")]
    return Reported(
        where=f"{row.file} row {row.number}",
        subject=row.required("USUBJID"),
        visit=visit,
        is_baseline=row.text("VISIT").upper() == "BASELINE",
        date=date,
        response=response or _response(row),
        evaluator=row.text("RSEVAL"),
        evaluator_id=row.text("RSEVALID"),
        accepted=accepted == "Y",
        criterion=row.text("RSCAT"),
        scope=row.text("RSSCAT"),
        sequence=row.integer("RSSEQ"),
        name=row.text("VISIT"),
        number=row.coordinate("VISITNUM"),
    )


def _response(row: Row) -> Response:
    column = "RSSTRESC" if row.text("RSSTRESC") else "RSORRES"
    response = SPELLINGS.get(row.text(column).upper())
    if response is None:
        raise row.wrong(column if row.text(column) else "RSSTRESC", ", ".join(list(SPELLINGS)[:6]))
    original = SPELLINGS.get(row.text("RSORRES").upper(), response)
    if original is not response and {original, response} != _STABLE:
        raise row.wrong("RSORRES", f"what RSSTRESC says, {response.value}")
    if row.text("RSSTAT").upper() == "NOT DONE" and response is not Response.NE:
        raise row.wrong("RSSTAT", f"empty beside the response {response.value}")
    return response
