"""CodeList, MethodDef and def:CommentDef of what the exported domains refer to, in the order of their tables."""

import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence

from pipeline.export import codelists, oids
from pipeline.export.dataset import Domain
from pipeline.export.define_nodes import d, decoded, described, od
from pipeline.export.methods import METHODS
from pipeline.model.criterion import CriterionFacts

CT = "STD.SDTMCT"
"""OID of the terminology standard."""


def code_lists(domains: Sequence[Domain], criteria: Sequence[CriterionFacts]) -> Iterator[ET.Element]:
    """Yield the lists that a variable or value of the domains uses, with the terms of the criteria."""
    used = {entry.codelist for domain in domains for entry in domain.described}
    for codelist in (each for each in codelists.of(criteria) if each.name in used):
        node = od("CodeList", OID=oids.code_list(codelist.name), Name=codelist.label, DataType="text")
        if codelist.source:
            node.set(d("StandardOID"), CT)
        else:
            node.set(d("IsNonStandard"), "Yes")
        for place, term in enumerate(codelist.terms, start=1):
            item = od("CodeListItem", CodedValue=term.value, OrderNumber=str(place))
            if term.extended:
                item.set(d("ExtendedValue"), "Yes")
            item.append(decoded(term.meaning))
            node.append(item)
        yield node


def methods(domains: Sequence[Domain]) -> Iterator[ET.Element]:
    """Yield the derivations that a variable or value of the domains uses."""
    used = {entry.method for domain in domains for entry in domain.described}
    for name, text in METHODS.items():
        if name in used:
            node = od("MethodDef", OID=oids.method(name), Name=f"Derivation of {name}", Type="Computation")
            node.append(described(text))
            yield node


def comments(domains: Sequence[Domain]) -> Iterator[ET.Element]:
    """Yield the comments on domains, variables and values."""
    for domain in domains:
        if domain.comment:
            yield _comment(oids.comment(domain.name), domain.comment)
        for variable in domain.variables:
            if variable.comment:
                yield _comment(oids.comment(domain.name, variable.name), variable.comment)
        for value in domain.values:
            if value.comment:
                yield _comment(oids.comment(domain.name, value.variable, value.among[0]), value.comment)


def _comment(oid: str, text: str) -> ET.Element:
    node = ET.Element(d("CommentDef"), OID=oid)
    node.append(described(text))
    return node
