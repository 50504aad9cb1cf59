"""Checks of the arithmetic of ADaM: changes from baseline, days to an event, one baseline."""

from collections.abc import Iterator
from decimal import Decimal

from pipeline.export.conformance.breach import Breach
from pipeline.export.conformance.cdisc_tables import CdiscTables, Cells
from pipeline.export.conformance.records import day, decimal

_ROUNDING = Decimal("0.051")
"""How far a percentage at 0.1 may lie from the exact one: half a step, and a little for other rules of rounding."""


def changes(tables: CdiscTables) -> Iterator[Breach]:
    """CHG is AVAL - BASE, PCHG 100 x CHG / BASE, to the decimals that are given."""
    for table in tables.every:
        for row, record in table.numbered() if {"AVAL", "BASE"} <= set(table.columns) and table.is_adam else ():
            value, base = (decimal(record[name]) for name in ("AVAL", "BASE"))
            if value is None or base is None:
                continue
            change, percent = (decimal(record.get(name, "")) for name in ("CHG", "PCHG"))
            if change is not None and abs(change - (value - base)) > Decimal("0.000001"):
                yield Breach(table.name, "CHG", row, f"{change}", f"{value} - {base}")
            if percent is not None and base and abs(percent - 100 * (value - base) / base) > _ROUNDING:
                yield Breach(table.name, "PCHG", row, f"{percent}", f"100 x ({value} - {base}) / {base}")


def baselines(tables: CdiscTables) -> Iterator[Breach]:
    """ABLFL: Y once in a subject, evaluator, parameter and lesion; BASE of all its records is that AVAL."""
    for table in tables.every:
        if not table.is_adam or not {"ABLFL", "AVAL", "PARAMCD", "USUBJID"} <= set(table.columns):
            continue
        base: dict[tuple[str, ...], str] = {}
        for row, record in table.numbered():
            if record["ABLFL"] == "Y" and base.setdefault(_series(record), record["AVAL"]) != record["AVAL"]:
                yield Breach(table.name, "ABLFL", row, " ".join(_series(record)), "one baseline")
        for row, record in table.numbered() if "BASE" in table.columns else ():
            known = base.get(_series(record))
            if known is not None and record["BASE"] and decimal(record["BASE"]) != decimal(known):
                yield Breach(table.name, "BASE", row, record["BASE"], f"{known}, AVAL of the baseline")


def _series(record: Cells) -> tuple[str, ...]:
    return tuple(record.get(name, "") for name in ("USUBJID", "EVAL", "EVALID", "PARAMCD", "TRLNKID"))


def times(tables: CdiscTables) -> Iterator[Breach]:
    """Times to event (CNSR): a whole number from 0 on, with EVNTDESC; AVAL in days is ADT - STARTDT + 1, from 1 on."""
    for table in tables.every:
        for row, record in table.numbered() if {"CNSR", "AVAL"} <= set(table.columns) else ():
            if record["CNSR"] and not record["CNSR"].isdigit():
                yield Breach(table.name, "CNSR", row, record["CNSR"], "a whole number from 0 on")
            if record["CNSR"] and not record.get("EVNTDESC", "-"):
                yield Breach(table.name, "EVNTDESC", row, "empty", "what the event or the censoring is")
            first, last = day(record.get("STARTDT", "")), day(record.get("ADT", ""))
            if first is None or last is None or record.get("AVALU", "DAYS") != "DAYS":
                continue
            days = (last - first).days + 1
            if days < 1:
                yield Breach(table.name, "STARTDT, ADT", row, f"{first}, {last}", "ADT on or after STARTDT")
            elif decimal(record["AVAL"]) != days:
                yield Breach(table.name, "AVAL", row, record["AVAL"] or "empty", f"{days}, ADT - STARTDT + 1")
