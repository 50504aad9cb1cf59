"""Checks of what leads from one dataset to another: sources of ADaM, qualifiers, relations, links."""

from collections.abc import Iterator

from pipeline.export.conformance.breach import Breach
from pipeline.export.conformance.cdisc_tables import CdiscTable, CdiscTables, Cells
from pipeline.export.conformance.records import decimal

MOVED = frozenset({"FDA-B", "INTERVAL-MID", "INTERVAL-LOWER"})
"""Rule sets (RULESET) that move a date away from that of its source: scheduled visits, ends of an interval."""


def sources(tables: CdiscTables) -> Iterator[Breach]:
    """SRCDOM, SRCVAR, SRCSEQ: a variable of a dataset, and the record of the subject with that number.

    SRCSEQ is empty where the source is DM or ADSL, which have one record a subject. Datasets that are not there
    cannot be looked at.
    """
    for table, row, record, source in _sourced(tables):
        variable, sequence = record.get("SRCVAR", ""), record.get("SRCSEQ", "")
        if not variable or variable not in source.columns:
            value = f"{source.name}.{variable}" if variable else f"{source.name} alone"
            yield Breach(table.name, "SRCDOM, SRCVAR", row, value, f"a variable of {source.name}")
        elif source.name in {"DM", "ADSL"}:
            if sequence or record["USUBJID"] not in tables.subject_level[source.name]:
                value = f"{record['USUBJID']} {sequence}".strip()
                yield Breach(table.name, "SRCDOM, SRCSEQ", row, value, f"the one record of a subject of {source.name}")
        elif (record["USUBJID"], sequence) not in source.by_sequence:
            value = f"{source.name} {sequence}" if sequence else f"{source.name} without a number"
            yield Breach(table.name, "SRCDOM, SRCSEQ", row, value, f"a record of {source.name} of the subject")


def source_values(tables: CdiscTables) -> Iterator[Breach]:
    """The record that a row is from holds its value: the date, the number, of one visit the response.

    A date that was imputed, or that the rule set moves, is not its source's.
    """
    for table, row, record, source in _sourced(tables):
        origin = _origin(tables, record, source)
        variable = record.get("SRCVAR", "")
        if origin is None or variable not in source.columns:
            continue
        value = origin[variable]
        if _is_date(variable) and not record.get("ADTF") and record.get("RULESET") not in MOVED:
            mine, name = record.get("ADT", ""), "ADT"
            same = mine == value[:10]
        elif variable.endswith("STRESN"):
            mine, name = record.get("AVAL", ""), "AVAL"
            same = decimal(mine) == decimal(value)
        elif variable.endswith("STRESC") and record.get("AVISIT") and _is_of_visit(record):
            mine, name = record.get("AVALC", ""), "AVALC"
            same = mine == value
        else:
            continue
        if not same:
            allowed = f"{source.name}.{variable} of its source, {value or 'empty'}"
            yield Breach(table.name, name, row, mine or "empty", allowed)


def _is_date(variable: str) -> bool:
    return variable.endswith(("DTC", "DT"))


def _is_of_visit(record: Cells) -> bool:
    """Whether a row holds the response of a visit, and no answer (Y, N) that rests on it."""
    return record.get("AVALC") not in {"Y", "N", "MISSING"}


def _sourced(tables: CdiscTables) -> Iterator[tuple[CdiscTable, int, Cells, CdiscTable]]:
    """Yield the rows of ADaM that name a source which is there."""
    for table in tables.every:
        for row, record in table.numbered() if {"SRCDOM", "USUBJID"} <= set(table.columns) else ():
            source = tables.by_name.get(record["SRCDOM"])
            if source is not None:
                yield table, row, record, source


def _origin(tables: CdiscTables, record: Cells, source: CdiscTable) -> Cells | None:
    if source.name in {"DM", "ADSL"}:
        return tables.subject_level[source.name].get(record["USUBJID"])
    return source.by_sequence.get((record["USUBJID"], record.get("SRCSEQ", "")))


def source_is_whole(tables: CdiscTables) -> Iterator[Breach]:
    """SRCVAR and SRCSEQ: only beside SRCDOM, and SRCVAR wherever SRCDOM is."""
    for table in tables.every:
        for row, record in table.numbered() if "SRCDOM" in table.columns else ():
            named = [bool(record.get(name)) for name in ("SRCDOM", "SRCVAR")]
            if named[0] != named[1] or (record.get("SRCSEQ") and not named[0]):
                value = " ".join(record.get(name) or "-" for name in ("SRCDOM", "SRCVAR", "SRCSEQ"))
                yield Breach(table.name, "SRCDOM, SRCVAR", row, value, "both or neither")


def qualifiers(tables: CdiscTables) -> Iterator[Breach]:
    """SUPP--: its record is there (RDOMAIN, IDVAR, IDVARVAL), and QVAL is not empty."""
    for table in tables.every:
        for row, record in table.numbered() if table.name.startswith("SUPP") else ():
            if not record.get("QVAL"):
                yield Breach(table.name, "QVAL", row, "empty", "a value")
            parent = tables.by_name.get(record.get("RDOMAIN", ""))
            if parent is None:
                yield Breach(
                    table.name, "RDOMAIN", row, record.get("RDOMAIN", "") or "empty", "a dataset of the folder"
                )
            elif record.get("IDVAR") == parent.sequence:
                place = (record.get("USUBJID", ""), record.get("IDVARVAL", ""))
                if place not in parent.by_sequence:
                    yield Breach(table.name, "IDVAR, IDVARVAL", row, " ".join(place), f"a record of {parent.name}")
            elif record.get("IDVAR") and record["IDVAR"] not in parent.columns:
                yield Breach(table.name, "IDVAR", row, record["IDVAR"], f"a variable of {parent.name}")


def relations(tables: CdiscTables) -> Iterator[Breach]:
    """RELREC: a variable of a dataset, and values of it in both datasets where whole datasets are related."""
    table = tables.by_name.get("RELREC")
    for row, record in () if table is None else table.numbered():
        other = tables.by_name.get(record.get("RDOMAIN", ""))
        value = f"{record.get('RDOMAIN')}.{record.get('IDVAR')}"
        if other is None or record.get("IDVAR") not in other.columns:
            yield Breach("RELREC", "RDOMAIN, IDVAR", row, value, "a variable of a dataset of the folder")
        elif record.get("IDVARVAL") and not any(r[record["IDVAR"]] == record["IDVARVAL"] for r in other.records):
            yield Breach("RELREC", "IDVARVAL", row, f"{value} {record['IDVARVAL']}", f"a value in {other.name}")


def links(tables: CdiscTables) -> Iterator[Breach]:
    """TRLNKID: the lesion is identified in TU (TULNKID), where both datasets are there."""
    identified, measured = tables.by_name.get("TU"), tables.by_name.get("TR")
    if identified is None or measured is None or "TULNKID" not in identified.columns:
        return
    known = {(each.get("USUBJID"), each["TULNKID"]) for each in identified.records}
    for row, record in measured.numbered() if "TRLNKID" in measured.columns else ():
        if record["TRLNKID"] and (record.get("USUBJID"), record["TRLNKID"]) not in known:
            yield Breach("TR", "TRLNKID", row, f"{record.get('USUBJID')} {record['TRLNKID']}", "a TULNKID of TU")
