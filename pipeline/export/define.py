"""Define-XML 2.1 over the datasets of one folder: what each dataset, variable, value, term and derivation is.

ODM 1.3.2 with the extension of Define 2.1. Every reference in it resolves, and nothing is defined
that nothing refers to (tests/export/test_define.py).
"""

import datetime as dt
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.export import define_items, define_terms, oids
from pipeline.export.dataset import Core, Dataset, Domain, Model, ValueLevel
from pipeline.export.define_nodes import XLINK, d, described, od
from pipeline.model.criterion import CriterionFacts

STANDARDS: dict[Model, tuple[tuple[str, str, str, str, str], ...]] = {
    Model.SDTM: (
        ("STD.SDTMIG", "SDTMIG", "IG", "3.3", ""),
        (define_terms.CT, "CDISC/NCI", "CT", "2015-12-18", "SDTM"),
    ),
    Model.ADAM: (
        ("STD.ADAMIG", "ADaMIG", "IG", "1.1", ""),
        (define_terms.CT, "CDISC/NCI", "CT", "2015-12-18", "SDTM"),
    ),
}
"""OID, Name, Type, Version and PublishingSet of the standards that the datasets of a model follow."""


@dataclass(frozen=True)
class Trial:
    """The trial: its name (STUDYID), its title, and the criteria that its responses are by."""

    name: str
    title: str
    criteria: tuple[CriterionFacts, ...] = ()


def document(datasets: Sequence[Dataset], trial: Trial, files: Mapping[str, str], created: dt.datetime) -> bytes:
    """Return define.xml in UTF-8; files names the file of each dataset, relative to define.xml.

    Raises:
        ValueError: no dataset, or datasets of both models.
    """
    models = {dataset.domain.model for dataset in datasets}
    if len(models) != 1:
        raise ValueError(f"datasets of {len(models)} models; expected those of one")
    (model,) = models
    moment = created.astimezone(dt.UTC).isoformat(timespec="seconds")
    root = od(
        "ODM",
        FileType="Snapshot",
        FileOID=f"{trial.name}.{model.value}.define",
        CreationDateTime=moment,
        AsOfDateTime=moment,
        ODMVersion="1.3.2",
        Originator="hepatrack",
    )
    root.set(d("Context"), "Other")
    root.append(_study(datasets, trial, files, model))
    ET.indent(root)
    text: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def _study(datasets: Sequence[Dataset], trial: Trial, files: Mapping[str, str], model: Model) -> ET.Element:
    node = od("Study", OID=f"ST.{trial.name}")
    about = od("GlobalVariables")
    for name, text in (("StudyName", trial.name), ("StudyDescription", trial.title), ("ProtocolName", trial.name)):
        child = od(name)
        child.text = text
        about.append(child)
    node.append(about)
    node.append(_version(datasets, trial, files, model))
    return node


def _version(datasets: Sequence[Dataset], trial: Trial, files: Mapping[str, str], model: Model) -> ET.Element:
    name = f"{trial.name} {model.value.upper()}"
    node = od("MetaDataVersion", OID=f"MDV.{trial.name}.{model.value}", Name=name, Description=f"{name} datasets")
    node.set(d("DefineVersion"), "2.1.0")
    node.append(_standards(model))
    domains = [dataset.domain for dataset in datasets]
    for domain in domains:
        node.extend(_value_list(domain, variable) for variable in _valued(domain))
    for domain in domains:
        node.extend(_where(domain, value) for value in domain.values)
    node.extend(_group(dataset, files[dataset.domain.name], model) for dataset in datasets)
    for dataset in datasets:
        node.extend(define_items.items(dataset))
    node.extend(define_terms.code_lists(domains, trial.criteria))
    node.extend(define_terms.methods(domains))
    node.extend(define_terms.comments(domains))
    return node


def _valued(domain: Domain) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value.variable for value in domain.values))


def _standards(model: Model) -> ET.Element:
    node = ET.Element(d("Standards"))
    for oid, name, kind, version, publishing_set in STANDARDS[model]:
        standard = ET.SubElement(node, d("Standard"), OID=oid, Name=name, Type=kind, Version=version, Status="Final")
        if publishing_set:
            standard.set("PublishingSet", publishing_set)
    return node


def _group(dataset: Dataset, file: str, model: Model) -> ET.Element:
    domain = dataset.domain
    node = od(
        "ItemGroupDef",
        OID=oids.item_group(domain),
        Name=domain.name,
        Repeating="No" if domain.name == "ADSL" else "Yes",
        IsReferenceData="No",
        SASDatasetName=domain.name,
        Purpose="Tabulation" if model is Model.SDTM else "Analysis",
    )
    if model is Model.SDTM:
        node.set("Domain", domain.name.removeprefix("SUPP"))
    node.set(d("Structure"), domain.structure)
    node.set(d("ArchiveLocationID"), oids.leaf(domain))
    node.set(d("StandardOID"), STANDARDS[model][0][0])
    if domain.comment:
        node.set(d("CommentOID"), oids.comment(domain.name))
    if not dataset.rows:
        node.set(d("HasNoData"), "Yes")
    node.append(described(domain.label))
    node.extend(_reference(domain, place) for place in range(len(domain.variables)))
    ET.SubElement(node, d("Class"), Name=domain.observation_class)
    leaf = ET.SubElement(node, d("leaf"), ID=oids.leaf(domain))
    leaf.set(f"{{{XLINK}}}href", file)
    ET.SubElement(leaf, d("title")).text = file
    return node


def _reference(domain: Domain, place: int) -> ET.Element:
    variable = domain.variables[place]
    node = od(
        "ItemRef",
        ItemOID=oids.item(domain, variable),
        OrderNumber=str(place + 1),
        Mandatory="Yes" if variable.core is Core.REQ else "No",
    )
    if variable.name in domain.keys:
        node.set("KeySequence", str(domain.keys.index(variable.name) + 1))
    if variable.method:
        node.set("MethodOID", oids.method(variable.method))
    return node


def _value_list(domain: Domain, variable: str) -> ET.Element:
    node = ET.Element(d("ValueListDef"), OID=oids.value_list(domain, variable))
    own = [value for value in domain.values if value.variable == variable]
    for place, value in enumerate(own, start=1):
        reference = od("ItemRef", ItemOID=oids.value(domain, value), OrderNumber=str(place), Mandatory="No")
        if value.method:
            reference.set("MethodOID", oids.method(value.method))
        ET.SubElement(reference, d("WhereClauseRef"), WhereClauseOID=oids.where(domain, value))
        node.append(reference)
    return node


def _where(domain: Domain, value: ValueLevel) -> ET.Element:
    node = ET.Element(d("WhereClauseDef"), OID=oids.where(domain, value))
    check = od("RangeCheck", SoftHard="Soft", Comparator="EQ" if len(value.among) == 1 else "IN")
    check.set(d("ItemOID"), oids.item(domain, domain.variable(value.by)))
    for term in value.among:
        child = od("CheckValue")
        child.text = term
        check.append(child)
    node.append(check)
    return node
