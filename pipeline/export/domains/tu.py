"""SDTM TU: which lesions were identified, by whom, in which role (rule book, section 6; S23, S24)."""

from pipeline.export.dataset import Core, DataType, Domain, Model, Origin, Variable
from pipeline.export.domains import common

TU = Domain(
    "TU",
    "Tumor/Lesion Identification",
    Model.SDTM,
    "FINDINGS",
    "One record per identified, split or merged lesion per reader",
    ("STUDYID", "USUBJID", "TUEVAL", "TUEVALID", "TULNKID", "TUTESTCD", "VISITNUM"),
    (
        common.STUDYID,
        common.domain_code("TU"),
        common.USUBJID,
        common.sequence("TU"),
        Variable(
            "TUREFID",
            "Reference ID",
            DataType.TEXT,
            80,
            Core.PERM,
            Origin.COLLECTED,
            comment="SOP Instance UID of the image on which the lesion was identified; /frames/N follows for a frame.",
        ),
        Variable(
            "TULNKID",
            "Link ID",
            DataType.TEXT,
            200,
            Core.EXP,
            Origin.ASSIGNED,
            comment="Reader prefix and lesion name (R1-T01), equals TRLNKID; of a mass its lesions, R1-T01/R1-T02.",
        ),
        Variable(
            "TUTESTCD",
            "Tumor/Lesion ID Short Name",
            DataType.TEXT,
            8,
            Core.REQ,
            Origin.ASSIGNED,
            codelist="TUTESTCD",
        ),
        Variable("TUTEST", "Tumor/Lesion ID Test Name", DataType.TEXT, 40, Core.REQ, Origin.ASSIGNED),
        Variable("TUORRES", "Tumor/Lesion ID Result", DataType.TEXT, 40, Core.EXP, Origin.COLLECTED, codelist="TUIDRS"),
        Variable(
            "TUSTRESC",
            "Tumor/Lesion ID Result Std. Format",
            DataType.TEXT,
            40,
            Core.EXP,
            Origin.ASSIGNED,
            codelist="TUIDRS",
        ),
        Variable(
            "TULOC", "Location of the Tumor/Lesion", DataType.TEXT, 40, Core.EXP, Origin.COLLECTED, codelist="LOC"
        ),
        Variable(
            "TUMETHOD", "Method of Identification", DataType.TEXT, 40, Core.EXP, Origin.COLLECTED, codelist="METHOD"
        ),
        *common.reader("TU"),
        *common.timing("TU", "Tumor/Lesion Identification"),
    ),
)
"""Tumor/Lesion Identification."""
