"""SDTM SUPPTU and SUPPTR: what TU and TR have no variable for (rule book, section 6).

Series, reader, signing time and version, phase, segment, flags and the two end points of a diameter.
"""

from pipeline.export.dataset import Core, DataType, Domain, Model, Origin, ValueLevel, Variable
from pipeline.export.domains import common
from pipeline.export.qualifiers import QUALIFIERS


def supplemental(parent: Domain) -> Domain:
    """Return the metadata of SUPP-- of a domain."""
    return Domain(
        f"SUPP{parent.name}",
        f"Supplemental Qualifiers for {parent.name}",
        Model.SDTM,
        "RELATIONSHIP",
        f"One record per qualifier of a {parent.name} record",
        ("STUDYID", "USUBJID", "IDVAR", "IDVARVAL", "QNAM"),
        (
            common.STUDYID,
            Variable("RDOMAIN", "Related Domain Abbreviation", DataType.TEXT, 2, Core.REQ, Origin.ASSIGNED),
            common.USUBJID,
            Variable("IDVAR", "Identifying Variable", DataType.TEXT, 8, Core.EXP, Origin.ASSIGNED),
            Variable("IDVARVAL", "Identifying Variable Value", DataType.TEXT, 40, Core.EXP, Origin.ASSIGNED),
            Variable("QNAM", "Qualifier Variable Name", DataType.TEXT, 8, Core.REQ, Origin.ASSIGNED, codelist="QNAM"),
            Variable("QLABEL", "Qualifier Variable Label", DataType.TEXT, 40, Core.REQ, Origin.ASSIGNED),
            Variable("QVAL", "Data Value", DataType.TEXT, 200, Core.REQ, Origin.COLLECTED),
            Variable("QORIG", "Origin", DataType.TEXT, 20, Core.REQ, Origin.ASSIGNED),
            Variable("QEVAL", "Evaluator", DataType.TEXT, 40, Core.EXP, Origin.ASSIGNED, codelist="EVAL"),
        ),
        values=tuple(
            ValueLevel("QVAL", "QNAM", (each.name,), DataType.TEXT, 200, each.origin, comment=each.meaning)
            for each in QUALIFIERS
        ),
    )
