"""Checks of records: keys, sequence numbers, subjects, visits, dates, terms, results that contradict each other."""

import datetime as dt
import itertools
import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from pipeline.export.conformance.breach import Breach
from pipeline.export.conformance.cdisc_tables import CdiscTable, CdiscTables
from pipeline.export.conformance.structure import one_to_one
from pipeline.export.domains import every

_WHOLE = re.compile(r"[1-9][0-9]*")
_DTC = re.compile(
    r"(?P<year>\d{4}|-)(-(?P<month>\d{2}|-)(-(?P<day>\d{2}|-)"
    r"(T([01]\d|2[0-3]|-)(:([0-5]\d|-)(:[0-5]\d([.,]\d+)?)?)?(Z|[+-]\d{2}:\d{2})?)?)?)?"
)
"""ISO 8601 as SDTMIG 3.3, 4.4 has it: parts may lack at the end, or stand as a hyphen before one that is known."""
_KEYS = {domain.name: domain.keys for domain in every.DOMAINS} | {"DM": ("STUDYID", "USUBJID")}
_FLAGS = ("BLFL", "LOBXFL", "DRVFL")
"""Flags of SDTM that hold Y or nothing; --ACPTFL may say N."""


def keys(tables: CdiscTables) -> Iterator[Breach]:
    """Keys (of Define-XML, else those of our dataset of that name): no two records agree in them."""
    defined = {each.name: each.keys for document in tables.defined for each in document.datasets}
    for table in tables.every:
        chosen = defined.get(table.name) or _KEYS.get(table.name, ())
        earlier: dict[tuple[str, ...], int] = {}
        for row, record in table.numbered() if chosen and set(chosen) <= set(table.columns) else ():
            value = tuple(record[key] for key in chosen)
            if earlier.setdefault(value, row) != row:
                yield Breach(table.name, ", ".join(chosen), row, " ".join(value), f"once; row {earlier[value]} has it")


def sequences(tables: CdiscTables) -> Iterator[Breach]:
    """--SEQ and ASEQ: a whole number from 1 on that stands once in a subject."""
    for table in tables.every:
        earlier: set[tuple[str, str]] = set()
        for row, record in table.numbered() if table.sequence in table.columns else ():
            number = record[table.sequence]
            place = (record.get("USUBJID", ""), number)
            if not _WHOLE.fullmatch(number):
                yield Breach(table.name, table.sequence, row, number or "empty", "a whole number from 1 on")
            elif place in earlier:
                yield Breach(table.name, table.sequence, row, " ".join(place), "each number once in a subject")
            earlier.add(place)


def subjects(tables: CdiscTables) -> Iterator[Breach]:
    """USUBJID: of DM, and in ADaM of ADSL, where the folder has them."""
    for table in tables.every:
        levels = ["DM", "ADSL"] if table.is_adam else ["DM"] if "DM" in tables.subject_level else ["ADSL"]
        for level in (each for each in levels if each in tables.subject_level and "USUBJID" in table.columns):
            for row, record in table.numbered():
                if record["USUBJID"] and record["USUBJID"] not in tables.subject_level[level]:
                    yield Breach(table.name, "USUBJID", row, record["USUBJID"], f"a subject of {level}")


def visits(tables: CdiscTables) -> Iterator[Breach]:
    """VISITNUM and VISIT over all of SDTM, AVISITN and AVISIT over all of ADaM: one to one."""
    for code, name in (("VISITNUM", "VISIT"), ("AVISITN", "AVISIT")):
        yield from one_to_one([t for t in tables.every if {code, name} <= set(t.columns)], code, name)


def visit_order(tables: CdiscTables) -> Iterator[Breach]:
    """VISITNUM: rises with the dates of a subject."""
    for table in tables.every:
        date = f"{table.prefix}DTC"
        if not table.prefix or not {"VISITNUM", date} <= set(table.columns):
            continue
        latest: dict[tuple[str, Decimal], str] = {}
        for record in table.records:
            number, day = decimal(record["VISITNUM"]), record[date][:10]
            if number is not None and len(day) == len("2014-02-03"):
                place = (record.get("USUBJID", ""), number)
                latest[place] = max(day, latest.get(place, day))
        ordered = sorted(latest)
        for (subject, number), (other, following) in itertools.pairwise(ordered):
            before, after = latest[subject, number], latest[other, following]
            if subject == other and before > after:
                value = f"{subject}: {number:f} on {before}, {following:f} on {after}"
                yield Breach(table.name, f"VISITNUM, {date}", None, value, "visits in the order of their dates")


def dates(tables: CdiscTables) -> Iterator[Breach]:
    """Dates: --DTC is ISO 8601, perhaps in part; a date of ADaM (--DT) a whole date that exists."""
    for table in tables.every:
        partial = [name for name in table.columns if name.endswith("DTC") and len(name) > len("DTC")]
        whole = [name for name in table.columns if table.is_adam and name.endswith("DT") and len(name) > len("DT")]
        for row, record in table.numbered():
            for name in partial:
                if record[name] and not all(map(_is_date_time, record[name].split("/"))):
                    yield Breach(table.name, name, row, record[name], "ISO 8601: 2014-02-03, 2014-02, 2014-02-03T10:30")
            for name in whole:
                if record[name] and day(record[name]) is None:
                    yield Breach(table.name, name, row, record[name], "a date that exists, with a date format")


def _is_date_time(text: str) -> bool:
    match = _DTC.fullmatch(text)
    if match is None:
        return False
    year, month, of_month = (match[name] for name in ("year", "month", "day"))
    parts = [part for part in (year, month, of_month) if part is not None]
    return "-" in parts or day("-".join([*parts, *("01", "01")][:3])) is not None


def study_days(tables: CdiscTables) -> Iterator[Breach]:
    """Study days (--DY, ADY): never 0, and in a subject one and the same day for one date in all of a model."""
    known: dict[tuple[bool, str, str], str] = {}
    for table in tables.every:
        for date, number in _study_day_columns(table):
            for row, record in table.numbered():
                place = (table.is_adam, record.get("USUBJID", ""), record[date][:10])
                if not record[number] or len(place[2]) < len("2014-02-03"):
                    continue
                if record[number] == "0":
                    yield Breach(table.name, number, row, "0", "day 1 is that of the reference; there is no day 0")
                elif known.setdefault(place, record[number]) != record[number]:
                    value = f"{place[1]} {place[2]} day {record[number]}"
                    yield Breach(
                        table.name, number, row, value, f"day {known[place]}, as in another record of that date"
                    )


def _study_day_columns(table: CdiscTable) -> Iterator[tuple[str, str]]:
    for date, number in ((f"{table.prefix}{of}DTC", f"{table.prefix}{of}DY") for of in ("", "ST", "EN")):
        if table.prefix and {date, number} <= set(table.columns):
            yield date, number
    if {"ADT", "ADY"} <= set(table.columns):
        yield "ADT", "ADY"


def closed_terms(tables: CdiscTables) -> Iterator[Breach]:
    """Terms of closed lists: flags Y, N or empty; --STAT NOT DONE; imputation flags Y, M, D; RELTYPE ONE, MANY."""
    for table in tables.every:
        for name in table.columns:
            allowed = _closed(table, name)
            for row, record in table.numbered() if allowed else ():
                if record[name] and record[name] not in allowed:
                    yield Breach(table.name, name, row, record[name], f"{', '.join(sorted(allowed))} or empty")


def _closed(table: CdiscTable, name: str) -> set[str]:
    if name == "RELTYPE":
        return {"ONE", "MANY"}
    if table.prefix and name == f"{table.prefix}STAT":
        return {"NOT DONE"}
    if table.prefix and name in {f"{table.prefix}{flag}" for flag in _FLAGS}:
        return {"Y"}
    if table.prefix and name == f"{table.prefix}ACPTFL":
        return {"Y", "N"}
    if table.is_adam and name.endswith("DTF"):
        return {"Y", "M", "D"}
    return {"Y", "N"} if table.is_adam and name.endswith("FL") and len(name) > len("FL") else set()


def not_done(tables: CdiscTables) -> Iterator[Breach]:
    """NOT DONE: without a result; a reason (--REASND) only beside NOT DONE."""
    for table in tables.every:
        status, reason = f"{table.prefix}STAT", f"{table.prefix}REASND"
        results = [f"{table.prefix}{name}" for name in ("ORRES", "STRESC", "STRESN")]
        for row, record in table.numbered() if table.prefix and status in table.columns else ():
            filled = [name for name in results if record.get(name)]
            if record[status] and filled:
                yield Breach(table.name, f"{status}, {filled[0]}", row, record[filled[0]], "no result where NOT DONE")
            if record.get(reason) and not record[status]:
                yield Breach(table.name, f"{status}, {reason}", row, record[reason], "no reason without NOT DONE")


def numbers(tables: CdiscTables) -> Iterator[Breach]:
    """Numbers: --STRESN is the number that --STRESC holds, and empty where that is none; with its unit."""
    for table in tables.every:
        character, number, unit = (f"{table.prefix}{name}" for name in ("STRESC", "STRESN", "STRESU"))
        for row, record in table.numbered() if {character, number} <= set(table.columns) else ():
            if decimal(record[number]) != decimal(record[character]):
                value = f"{record[character] or 'empty'}, {record[number] or 'empty'}"
                yield Breach(table.name, f"{character}, {number}", row, value, "the same number in both")
            if record[number] and record[number] != "0" and not record.get(unit, "-"):
                yield Breach(table.name, unit, row, "empty", "the unit of the number")


def decimal(text: str) -> Decimal | None:
    """Return a number; None of anything else."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def day(text: str) -> dt.date | None:
    """Return a whole date; None of anything else."""
    try:
        return dt.date.fromisoformat(text) if len(text) == len("2014-02-03") else None
    except ValueError:
        return None
