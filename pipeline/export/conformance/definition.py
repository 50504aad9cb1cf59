"""What a Define-XML document says of datasets: variables with label, length and terms (Define-XML 2.0, 2.1)."""

import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class DefinedVariable:
    """One variable; length and terms are None where none is declared."""

    name: str
    label: str
    length: int | None
    terms: frozenset[str] | None


@dataclass(frozen=True)
class DefinedValue:
    """Terms of a variable in those records alone in which another one (by) has one of these values (among)."""

    variable: str
    by: str
    among: frozenset[str]
    terms: frozenset[str]


@dataclass(frozen=True)
class DefinedDataset:
    """One dataset; keys are those of KeySequence, in order."""

    name: str
    label: str
    variables: tuple[DefinedVariable, ...]
    values: tuple[DefinedValue, ...]
    keys: tuple[str, ...]


@dataclass(frozen=True)
class Defined:
    """One document: the datasets that it defines, or why it cannot be read; folder tells whose it is."""

    datasets: tuple[DefinedDataset, ...]
    unreadable: str = ""
    of: frozenset[str] = frozenset()


def read(document: bytes, of: frozenset[str] = frozenset()) -> Defined:
    """Return what a document says; of: the datasets that stand beside it."""
    if b"<!DOCTYPE" in document:
        return Defined((), "has a document type definition, which Define-XML has not", of)
    try:
        root = ET.fromstring(document)  # noqa: S314  without a DTD there are no entities that could grow
    except ET.ParseError as error:
        return Defined((), str(error), of)
    nodes = _Nodes(root)
    return Defined(tuple(nodes.datasets()), "", of)


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _attribute(node: ET.Element, name: str) -> str:
    """An attribute in whatever namespace, so that both versions of Define-XML read alike."""
    return next((value for key, value in node.attrib.items() if _local(key) == name), "")


def _under(node: ET.Element, name: str) -> Iterator[ET.Element]:
    yield from (child for child in node if _local(child.tag) == name)


def _description(node: ET.Element) -> str:
    texts = (text for description in _under(node, "Description") for text in description)
    return next((" ".join((text.text or "").split()) for text in texts), "")


class _Nodes:
    """The definitions of one document by their OID."""

    def __init__(self, root: ET.Element) -> None:
        kinds: dict[str, dict[str, ET.Element]] = {}
        for node in root.iter():
            oid = node.attrib.get("OID")
            if oid:
                kinds.setdefault(_local(node.tag), {})[oid] = node
        self._groups = kinds.get("ItemGroupDef", {})
        self._items: Mapping[str, ET.Element] = kinds.get("ItemDef", {})
        self._lists: Mapping[str, ET.Element] = kinds.get("CodeList", {})
        self._values: Mapping[str, ET.Element] = kinds.get("ValueListDef", {})
        self._conditions: Mapping[str, ET.Element] = kinds.get("WhereClauseDef", {})

    def datasets(self) -> Iterator[DefinedDataset]:
        for group in self._groups.values():
            references = [(ref, self._items.get(ref.attrib.get("ItemOID", ""))) for ref in _under(group, "ItemRef")]
            known = [(ref, item) for ref, item in references if item is not None]
            placed = [(ref.attrib.get("KeySequence", ""), item) for ref, item in known]
            keyed = sorted((int(place), item.attrib.get("Name", "")) for place, item in placed if place.isdigit())
            yield DefinedDataset(
                group.attrib.get("Name", ""),
                _description(group),
                tuple(self._variable(item) for _, item in known),
                tuple(value for _, item in known for value in self._conditional(item)),
                tuple(name for _, name in keyed),
            )

    def _variable(self, item: ET.Element) -> DefinedVariable:
        length = item.attrib.get("Length", "")
        return DefinedVariable(
            item.attrib.get("Name", ""),
            _description(item),
            int(length) if length.isdigit() else None,
            self._terms(item),
        )

    def _terms(self, item: ET.Element) -> frozenset[str] | None:
        for reference in _under(item, "CodeListRef"):
            codelist = self._lists.get(reference.attrib.get("CodeListOID", ""))
            if codelist is not None and not list(_under(codelist, "ExternalCodeList")):
                return frozenset(term.attrib["CodedValue"] for term in codelist if "CodedValue" in term.attrib)
        return None

    def _conditional(self, item: ET.Element) -> Iterator[DefinedValue]:
        for reference in _under(item, "ValueListRef"):
            listed = self._values.get(_attribute(reference, "ValueListOID"))
            for each in () if listed is None else _under(listed, "ItemRef"):
                value = self._items.get(each.attrib.get("ItemOID", ""))
                terms = None if value is None else self._terms(value)
                for clause in () if terms is None else _under(each, "WhereClauseRef"):
                    condition = self._conditions.get(_attribute(clause, "WhereClauseOID"))
                    for check in () if condition is None else _under(condition, "RangeCheck"):
                        by = self._items.get(_attribute(check, "ItemOID"))
                        if by is not None and terms is not None and check.attrib.get("Comparator") in {"EQ", "IN"}:
                            among = frozenset((child.text or "") for child in _under(check, "CheckValue"))
                            yield DefinedValue(item.attrib.get("Name", ""), by.attrib.get("Name", ""), among, terms)
