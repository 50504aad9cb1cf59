"""ItemDef of every variable and of every value-level entry."""

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from decimal import Decimal

from pipeline.export import oids
from pipeline.export.dataset import Dataset, DataType, Domain, Origin, ValueLevel, Variable
from pipeline.export.define_nodes import d, described, od

_TYPES = {
    DataType.TEXT: "text",
    DataType.ISO_DATE: "date",
    DataType.INTEGER: "integer",
    DataType.DECIMAL: "float",
    DataType.DATE: "integer",
}
_SOURCES = {
    Origin.ASSIGNED: "Sponsor",
    Origin.COLLECTED: "Vendor",
    Origin.DERIVED: "Sponsor",
    Origin.PROTOCOL: "Sponsor",
}
"""def:Origin Source: what is collected comes from the imaging core laboratory, hence a vendor."""


def items(dataset: Dataset) -> Iterator[ET.Element]:
    """Yield the ItemDefs of a dataset in the order of its variables, then of its values."""
    domain = dataset.domain
    with_values = {value.variable for value in domain.values}
    for variable in domain.variables:
        node = _item(oids.item(domain, variable), variable, _places(dataset, variable))
        node.set("SASFieldName", variable.name)
        if variable.kind is DataType.DATE:
            node.set(d("DisplayFormat"), "DATE9.")
        if variable.comment:
            node.set(d("CommentOID"), oids.comment(domain.name, variable.name))
        node.insert(0, described(variable.label))
        if variable.name in with_values:
            ET.SubElement(node, d("ValueListRef"), ValueListOID=oids.value_list(domain, variable.name))
        yield node
    for value in domain.values:
        yield _value(dataset, domain, value)


def _value(dataset: Dataset, domain: Domain, value: ValueLevel) -> ET.Element:
    parent = domain.variable(value.variable)
    node = _item(oids.value(domain, value), value, _places(dataset, parent))
    if value.comment:
        node.set(d("CommentOID"), oids.comment(domain.name, value.variable, value.among[0]))
    node.insert(0, described(f"{parent.label} ({', '.join(value.among)})"))
    return node


def _item(oid: str, what: Variable | ValueLevel, places: int) -> ET.Element:
    name = what.name if isinstance(what, Variable) else what.among[0]
    node = od("ItemDef", OID=oid, Name=name, DataType=_TYPES[what.kind])
    if what.kind is not DataType.ISO_DATE:
        node.set("Length", str(what.length))
    if what.kind is DataType.DECIMAL:
        node.set("SignificantDigits", str(places))
    if what.codelist:
        node.append(od("CodeListRef", CodeListOID=oids.code_list(what.codelist)))
    origin = ET.SubElement(node, d("Origin"), Type=what.origin.value)
    if what.origin in _SOURCES:
        origin.set("Source", _SOURCES[what.origin])
    else:
        origin.append(described(what.comment or "The variable of the same meaning in the source dataset."))
    return node


def _places(dataset: Dataset, variable: Variable) -> int:
    """The largest number of decimal places in the data."""
    cells = dataset.column(variable.name)
    return max((-exponent(cell) for cell in cells if isinstance(cell, Decimal)), default=0)


def exponent(value: Decimal) -> int:
    """Return the exponent of the last recorded digit, at most 0."""
    last = value.as_tuple().exponent
    return min(last, 0) if isinstance(last, int) else 0
