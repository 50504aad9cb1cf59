"""Checks of Define-XML against the datasets beside it."""

from collections.abc import Iterator

from pipeline.export.conformance.breach import Breach
from pipeline.export.conformance.cdisc_tables import CdiscTable, CdiscTables
from pipeline.export.conformance.definition import DefinedDataset

FILE = "DEFINE"
"""What a finding about the document itself calls its dataset."""


def document(tables: CdiscTables) -> Iterator[Breach]:
    """Define-XML can be read, and defines the datasets of its folder and no others."""
    for each in tables.defined:
        if each.unreadable:
            yield Breach(FILE, "", None, each.unreadable, "a well-formed Define-XML document")
            continue
        names = {dataset.name for dataset in each.datasets}
        for name in sorted(each.of - names):
            yield Breach(name, "", None, "not in Define-XML", "an ItemGroupDef")
        for name in sorted(names - each.of):
            yield Breach(name, "", None, "in Define-XML alone", "a dataset of the folder")


def variables(tables: CdiscTables) -> Iterator[Breach]:
    """Define-XML has the variables of a dataset in their order, with their labels."""
    for table, defined in _both(tables):
        names = tuple(each.name for each in defined.variables)
        if names != table.columns:
            odd = [name for name in (*table.columns, *names) if (name in names) != (name in table.columns)]
            value = ", ".join(odd) or "another order"
            yield Breach(table.name, "", None, value, "the same variables in data and Define-XML, in one order")
        labels = {} if table.labels is None else table.labels
        for each in defined.variables:
            if each.name in labels and labels[each.name] != each.label:
                yield Breach(table.name, each.name, None, labels[each.name], f"{each.label!r}, as Define-XML has it")
        if table.label is not None and table.label != defined.label:
            yield Breach(table.name, "", None, table.label, f"{defined.label!r}, as Define-XML has it")


def lengths(tables: CdiscTables) -> Iterator[Breach]:
    """Text is no longer than the Length that Define-XML declares."""
    for table, defined in _both(tables):
        declared = {each.name: each.length for each in defined.variables if each.name in table.columns}
        for row, record in table.numbered():
            for name, length in declared.items():
                if length is not None and len(record[name].encode()) > length and not record[name][:1].isdigit():
                    yield Breach(table.name, name, row, f"{len(record[name].encode())} bytes", f"Length {length}")


def terms(tables: CdiscTables) -> Iterator[Breach]:
    """Every value is a term of the code list that Define-XML gives its variable, also under a condition."""
    for table, defined in _both(tables):
        listed = {each.name: each.terms for each in defined.variables if each.terms and each.name in table.columns}
        for row, record in table.numbered():
            for name, allowed in listed.items():
                if allowed is not None and record[name] and record[name] not in allowed:
                    yield Breach(table.name, name, row, record[name], "a term of its code list in Define-XML")
            for value in defined.values:
                here = record.get(value.by, "") in value.among and record.get(value.variable)
                if here and record[value.variable] not in value.terms:
                    name = f"{value.variable} ({record[value.by]})"
                    yield Breach(table.name, name, row, record[value.variable], "a term of its code list in Define-XML")


def _both(tables: CdiscTables) -> Iterator[tuple[CdiscTable, DefinedDataset]]:
    for each in tables.defined:
        for defined in each.datasets:
            if defined.name in tables.by_name:
                yield tables.by_name[defined.name], defined
