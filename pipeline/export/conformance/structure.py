"""Checks of names, labels, required variables and text: what a dataset is before what it says."""

import re
from collections.abc import Iterator

from pipeline.export.conformance.breach import Breach
from pipeline.export.conformance.cdisc_tables import CdiscTable, CdiscTables
from pipeline.export.dataset import Core
from pipeline.export.domains import every
from pipeline.export.limits import MAX_LABEL, MAX_NAME, MAX_TEXT

MAX_TEST = 40
"""Characters of --TEST and QLABEL (SDTMIG 3.3, 4.2.1: the label that a transposed value becomes)."""
_NAME = re.compile(r"[A-Z_][A-Z0-9_]*")
_KNOWN = {domain.name: domain for domain in every.DOMAINS}


def names(tables: CdiscTables) -> Iterator[Breach]:
    """Names of datasets and variables: at most 8 letters, digits and underscores, the first no digit."""
    for table in tables.every:
        for name in (table.name, *table.columns):
            if len(name) > MAX_NAME or not _NAME.fullmatch(name):
                yield Breach(table.name, name, None, name, f"at most {MAX_NAME} letters, digits, underscores")


def labels(tables: CdiscTables) -> Iterator[Breach]:
    """Labels of datasets and variables: there, and at most 40 characters; of files that have labels."""
    for table in tables.every:
        known = {} if table.labels is None else dict(table.labels)
        dataset = {} if table.label is None else {"": table.label}
        for name, label in {**dataset, **known}.items():
            if not 0 < len(label) <= MAX_LABEL:
                yield Breach(table.name, name, None, label, f"a label of 1 to {MAX_LABEL} characters")


def required(tables: CdiscTables) -> Iterator[Breach]:
    """Variables that the guide requires: there, and never empty."""
    for table in tables.every:
        for name in _required(table):
            if name not in table.columns:
                yield Breach(table.name, name, None, "no such variable", "a variable that the guide requires")
            else:
                for row, record in table.numbered():
                    if not record.get(name):
                        yield Breach(table.name, name, row, "empty", "a value that the guide requires")


def _required(table: CdiscTable) -> tuple[str, ...]:
    """Of the datasets that we write those of Core Req; of others what every dataset of the kind has."""
    if table.name in _KNOWN:
        return tuple(each.name for each in _KNOWN[table.name].variables if each.core is Core.REQ)
    if table.is_adam:
        return ("STUDYID", "USUBJID", *(("PARAM", "PARAMCD") if "PARAMCD" in table.columns else ()))
    if table.is_related:
        return ("STUDYID", "RDOMAIN")
    return ("STUDYID", "DOMAIN", "USUBJID") if "USUBJID" in table.columns else ("STUDYID", "DOMAIN")


def text_length(tables: CdiscTables) -> Iterator[Breach]:
    """Text: at most 200 bytes, as SAS transport files hold it."""
    for table in tables.every:
        for row, record in table.numbered():
            for name, text in record.items():
                if len(text.encode()) > MAX_TEXT:
                    yield Breach(table.name, name, row, f"{len(text.encode())} bytes", f"at most {MAX_TEXT} bytes")


def domain(tables: CdiscTables) -> Iterator[Breach]:
    """DOMAIN: the name of the dataset, of a split dataset what its name begins with."""
    for table in tables.every:
        if "DOMAIN" in table.columns:
            for row, record in table.numbered():
                if record["DOMAIN"] != table.prefix:
                    yield Breach(table.name, "DOMAIN", row, record["DOMAIN"], table.prefix)


def study(tables: CdiscTables) -> Iterator[Breach]:
    """STUDYID: one value in all datasets."""
    first = ""
    for table in tables.every:
        for row, record in table.numbered() if "STUDYID" in table.columns else ():
            first = first or record["STUDYID"]
            if record["STUDYID"] != first:
                yield Breach(table.name, "STUDYID", row, record["STUDYID"], f"one study: {first}")


def test_codes(tables: CdiscTables) -> Iterator[Breach]:
    """Short names (--TESTCD, PARAMCD, QNAM): at most 8 capital letters, digits, underscores, the first no digit."""
    for table, code, _ in pairs(tables):
        for row, record in table.numbered():
            if record[code] and (len(record[code]) > MAX_NAME or not _NAME.fullmatch(record[code])):
                yield Breach(table.name, code, row, record[code], f"at most {MAX_NAME} letters, digits, underscores")


def test_names(tables: CdiscTables) -> Iterator[Breach]:
    """Test names (--TEST) and QLABEL: at most 40 characters."""
    for table, _, name in pairs(tables):
        for row, record in table.numbered() if name != "PARAM" else ():
            if len(record[name]) > MAX_TEST:
                yield Breach(table.name, name, row, f"{record[name]} ({len(record[name])})", f"at most {MAX_TEST}")


def test_pairs(tables: CdiscTables) -> Iterator[Breach]:
    """Short name and name (--TESTCD and --TEST, PARAMCD and PARAM, QNAM and QLABEL): one to one."""
    for table, code, name in pairs(tables):
        yield from one_to_one([table], code, name)


def pairs(tables: CdiscTables) -> Iterator[tuple[CdiscTable, str, str]]:
    """Yield each pair of a short name and its name that a dataset has."""
    for table in tables.every:
        for code, name in ((f"{table.prefix}TESTCD", f"{table.prefix}TEST"), ("PARAMCD", "PARAM"), ("QNAM", "QLABEL")):
            if code in table.columns and name in table.columns:
                yield table, code, name


def one_to_one(tables: list[CdiscTable], code: str, name: str) -> Iterator[Breach]:
    """Yield where the same value of one variable stands with two of the other, in any of the datasets."""
    names: dict[str, str] = {}
    codes: dict[str, str] = {}
    for table in tables:
        for row, record in table.numbered():
            one, other = record[code], record[name]
            if not one or not other:
                continue
            if names.setdefault(one, other) != other:
                yield Breach(table.name, f"{code}, {name}", row, f"{one} {other}", f"{one} {names[one]}, as before")
            if codes.setdefault(other, one) != one:
                yield Breach(table.name, f"{code}, {name}", row, f"{one} {other}", f"{codes[other]} {other}, as before")
