"""Define-XML: well-formed, in its namespaces, and every reference resolves."""

import datetime as dt
import xml.etree.ElementTree as ET
from decimal import Decimal

import pytest

from pipeline.export import dataset, define
from pipeline.export.dataset import Dataset, Model
from pipeline.export.define_nodes import DEFINE, ODM, XLINK
from pipeline.export.domains import every
from pipeline.export.domains.tr import TR

CREATED = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
STUDY = define.Trial("RETNET", "A trial of embolization & more")
REFERENCES = {
    "ItemOID": "ItemDef",
    f"{{{DEFINE}}}ItemOID": "ItemDef",
    "CodeListOID": "CodeList",
    "MethodOID": "MethodDef",
    "WhereClauseOID": "WhereClauseDef",
    "ValueListOID": "ValueListDef",
    f"{{{DEFINE}}}CommentOID": "CommentDef",
    f"{{{DEFINE}}}StandardOID": "Standard",
    f"{{{DEFINE}}}ArchiveLocationID": "leaf",
}
"""Attributes that refer, and the element they refer to."""
ROWS = dataset.of(TR, [{"USUBJID": "S-1", "TRSEQ": 1, "TRTESTCD": "LDIAM", "TRSTRESN": Decimal("23.45")}])


def parsed(model: Model) -> ET.Element:
    found = [ROWS if domain is TR else Dataset(domain, ()) for domain in every.DOMAINS if domain.model is model]
    files = {each.domain.name: f"{each.domain.name.lower()}.xpt" for each in found}
    return ET.fromstring(define.document(found, STUDY, files, CREATED))


def local(node: ET.Element) -> str:
    return node.tag.rpartition("}")[2]


@pytest.mark.parametrize("model", list(Model))
def test_every_reference_resolves_and_every_definition_is_used(model: Model) -> None:
    nodes = list(parsed(model).iter())
    defined: dict[str, list[str]] = {}
    for node in nodes:
        oid = node.get("OID") or (node.get("ID") if local(node) == "leaf" else None)
        if oid:
            defined.setdefault(local(node), []).append(oid)
    used: dict[str, set[str]] = {}
    for node in nodes:
        for attribute, target in REFERENCES.items():
            if attribute in node.attrib:
                used.setdefault(target, set()).add(node.attrib[attribute])
    for target, oids in used.items():
        assert oids <= set(defined[target]), target
    for target, found in defined.items():
        assert len(set(found)) == len(found), target
        if target in set(REFERENCES.values()):
            assert set(found) == used[target], target


@pytest.mark.parametrize("model", list(Model))
def test_the_parts_stand_in_the_order_of_the_schema(model: Model) -> None:
    version = parsed(model).find(f"{{{ODM}}}Study/{{{ODM}}}MetaDataVersion")
    assert version is not None
    assert version.get(f"{{{DEFINE}}}DefineVersion") == "2.1.0"
    order = "Standards ValueListDef WhereClauseDef ItemGroupDef ItemDef CodeList MethodDef CommentDef".split()  # noqa: SIM905
    places = [order.index(local(child)) for child in version]
    assert places == sorted(places)


def test_every_variable_has_type_label_length_and_origin() -> None:
    for item in parsed(Model.SDTM).iter(f"{{{ODM}}}ItemDef"):
        assert item.findtext(f"{{{ODM}}}Description/{{{ODM}}}TranslatedText"), item.attrib
        assert item.find(f"{{{DEFINE}}}Origin") is not None
        assert (item.get("DataType") == "date") == ("Length" not in item.attrib)
        assert (item.get("DataType") == "float") == ("SignificantDigits" in item.attrib)


def test_a_dataset_names_its_file_class_and_keys() -> None:
    groups = {node.get("Name"): node for node in parsed(Model.SDTM).iter(f"{{{ODM}}}ItemGroupDef")}
    assert list(groups) == ["PR", "TU", "TR", "RS", "SUPPTU", "SUPPTR", "RELREC"]
    tr = groups["TR"]
    leaf = tr.find(f"{{{DEFINE}}}leaf")
    assert leaf is not None
    assert leaf.get(f"{{{XLINK}}}href") == "tr.xpt"
    assert tr.find(f"{{{DEFINE}}}Class").get("Name") == "FINDINGS"  # type: ignore[union-attr]
    keys = {r.get("KeySequence"): r.get("ItemOID") for r in tr.iter(f"{{{ODM}}}ItemRef") if r.get("KeySequence")}
    assert [keys[str(n)] for n in range(1, len(TR.keys) + 1)] == [f"IT.TR.{name}" for name in TR.keys]
    assert groups["SUPPTR"].get("Domain") == "TR"
    assert groups["SUPPTR"].get(f"{{{DEFINE}}}HasNoData") == "Yes"
    assert tr.get(f"{{{DEFINE}}}HasNoData") is None


def test_the_hepatic_scope_is_documented() -> None:
    document = parsed(Model.SDTM)
    scope = next(node for node in document.iter(f"{{{ODM}}}CodeList") if node.get("OID") == "CL.RSSCAT")
    assert [item.get("CodedValue") for item in scope] == ["WHOLE BODY", "LIVER"]
    assert scope.get(f"{{{DEFINE}}}IsNonStandard") == "Yes"
    said = next(n for n in document.iter(f"{{{DEFINE}}}CommentDef") if n.get("OID") == "COM.RS.RSSCAT")
    assert "hepatic response" in "".join(said.itertext())


def test_decimal_places_come_from_the_data_and_bytes_are_equal() -> None:
    item = next(node for node in parsed(Model.SDTM).iter(f"{{{ODM}}}ItemDef") if node.get("OID") == "IT.TR.TRSTRESN")
    assert item.get("SignificantDigits") == "2"
    files = {"TR": "tr.xpt"}
    assert define.document([ROWS], STUDY, files, CREATED) == define.document([ROWS], STUDY, files, CREATED)


def test_datasets_of_two_models_are_refused() -> None:
    both = [Dataset(TR, ()), Dataset(every.ADSL, ())]
    with pytest.raises(ValueError, match="datasets of 2 models; expected those of one"):
        define.document(both, STUDY, {"TR": "tr.xpt", "ADSL": "adsl.xpt"}, CREATED)
