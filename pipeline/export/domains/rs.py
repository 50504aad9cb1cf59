"""SDTM RS: responses per visit and reader; the hepatic read is told apart by RSSCAT (rule book, section 6)."""

from pipeline.export.dataset import Core, DataType, Domain, Model, Origin, Variable
from pipeline.export.domains import common

RS = Domain(
    "RS",
    "Disease Response and Clin Classification",
    Model.SDTM,
    "FINDINGS",
    "One record per response assessment per visit per criterion and scope per reader",
    ("STUDYID", "USUBJID", "RSEVAL", "RSEVALID", "RSCAT", "RSSCAT", "VISITNUM", "RSTESTCD"),
    (
        common.STUDYID,
        common.domain_code("RS"),
        common.USUBJID,
        common.sequence("RS"),
        Variable(
            "RSLNKGRP",
            "Link Group ID",
            DataType.TEXT,
            48,
            Core.PERM,
            Origin.ASSIGNED,
            comment="Reader prefix, A and VISITNUM (R1-A2); equals TRLNKGRP.",
        ),
        Variable("RSTESTCD", "Assessment Short Name", DataType.TEXT, 8, Core.REQ, Origin.ASSIGNED, codelist="RSTESTCD"),
        Variable("RSTEST", "Assessment Name", DataType.TEXT, 40, Core.REQ, Origin.ASSIGNED),
        Variable("RSCAT", "Category for Assessment", DataType.TEXT, 40, Core.EXP, Origin.ASSIGNED, codelist="RSCAT"),
        Variable(
            "RSSCAT",
            "Subcategory for Assessment",
            DataType.TEXT,
            40,
            Core.PERM,
            Origin.ASSIGNED,
            codelist="RSSCAT",
            comment="Scope of the read, a sponsor list: terminology has no code for a hepatic response.",
        ),
        Variable(
            "RSORRES",
            "Result or Finding in Original Units",
            DataType.TEXT,
            40,
            Core.EXP,
            Origin.DERIVED,
            codelist="RSRESP",
            method="RESPONSE",
        ),
        Variable(
            "RSSTRESC",
            "Character Result/Finding in Std Format",
            DataType.TEXT,
            40,
            Core.EXP,
            Origin.DERIVED,
            codelist="RSRESP",
            method="RESPONSE",
        ),
        *common.status("RS"),
        *common.reader("RS"),
        *common.timing("RS", "Response Assessment"),
    ),
)
"""Disease Response."""
