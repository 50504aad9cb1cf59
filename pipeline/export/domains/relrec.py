"""SDTM RELREC: which datasets are related by which link, for whole datasets (SDTMIG, section 8.3)."""

from pipeline.export.dataset import Core, DataType, Domain, Model, Origin, Variable
from pipeline.export.domains import common

RELREC = Domain(
    "RELREC",
    "Related Records",
    Model.SDTM,
    "RELATIONSHIP",
    "One record per dataset of a relationship",
    ("STUDYID", "RELID", "RDOMAIN"),
    (
        common.STUDYID,
        Variable("RDOMAIN", "Related Domain Abbreviation", DataType.TEXT, 2, Core.REQ, Origin.ASSIGNED),
        Variable(
            "USUBJID",
            "Unique Subject Identifier",
            DataType.TEXT,
            64,
            Core.EXP,
            Origin.ASSIGNED,
            comment="Empty: the datasets are related as a whole.",
        ),
        Variable("IDVAR", "Identifying Variable", DataType.TEXT, 8, Core.REQ, Origin.ASSIGNED),
        Variable("IDVARVAL", "Identifying Variable Value", DataType.TEXT, 40, Core.EXP, Origin.ASSIGNED),
        Variable("RELTYPE", "Relationship Type", DataType.TEXT, 4, Core.EXP, Origin.ASSIGNED, codelist="RELTYPE"),
        Variable("RELID", "Relationship Identifier", DataType.TEXT, 8, Core.REQ, Origin.ASSIGNED),
    ),
)
"""Related records."""

RELATIONS: tuple[tuple[str, str, str, str], ...] = (
    ("TU", "TULNKID", "ONE", "TUTR"),
    ("TR", "TRLNKID", "MANY", "TUTR"),
    ("TR", "TRLNKGRP", "MANY", "TRRS"),
    ("RS", "RSLNKGRP", "MANY", "TRRS"),
)
"""RDOMAIN, IDVAR, RELTYPE and RELID: a lesion and its measurements, a visit's measurements and its responses."""
