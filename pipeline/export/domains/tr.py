"""SDTM TR: what was measured of the lesions, and their sums (rule book, section 6; S23, S24)."""

from pipeline.export.dataset import Core, DataType, Domain, Model, Origin, ValueLevel, Variable
from pipeline.export.domains import common

MEASUREMENTS = ("LDIAM", "LPERP", "VDIAM", "VPERP", "VOLUME", "VVOLUME", "RADIODEN")
"""Tests of one lesion that have a number."""
SUMS = ("SUMDIAM", "SUMNLNLD", "SUMVDIAM", "SUMVOL", "ACNSD", "PCBSD", "PCNSD", "PCBSV")
"""Tests over the target lesions of a visit."""

TR = Domain(
    "TR",
    "Tumor/Lesion Results",
    Model.SDTM,
    "FINDINGS",
    "One record per measurement of a lesion, or sum over lesions, per visit per reader",
    ("STUDYID", "USUBJID", "TREVAL", "TREVALID", "VISITNUM", "TRLNKID", "TRTESTCD"),
    (
        common.STUDYID,
        common.domain_code("TR"),
        common.USUBJID,
        common.sequence("TR"),
        Variable("TRGRPID", "Group ID", DataType.TEXT, 40, Core.PERM, Origin.ASSIGNED, codelist="TRGRPID"),
        Variable(
            "TRREFID",
            "Reference ID",
            DataType.TEXT,
            80,
            Core.PERM,
            Origin.COLLECTED,
            comment="SOP Instance UID of the measured image; /frames/N follows for a frame.",
        ),
        Variable(
            "TRLNKID",
            "Link ID",
            DataType.TEXT,
            48,
            Core.EXP,
            Origin.ASSIGNED,
            comment="Reader prefix and lesion name (R1-T01); empty for a sum.",
        ),
        Variable(
            "TRLNKGRP",
            "Link Group ID",
            DataType.TEXT,
            48,
            Core.PERM,
            Origin.ASSIGNED,
            comment="Reader prefix, A and VISITNUM (R1-A2); equals RSLNKGRP.",
        ),
        Variable(
            "TRTESTCD",
            "Tumor/Lesion Assessment Short Name",
            DataType.TEXT,
            8,
            Core.REQ,
            Origin.ASSIGNED,
            codelist="TRTESTCD",
        ),
        Variable("TRTEST", "Tumor/Lesion Assessment Test Name", DataType.TEXT, 40, Core.REQ, Origin.ASSIGNED),
        Variable("TRORRES", "Result or Finding in Original Units", DataType.TEXT, 40, Core.EXP, Origin.COLLECTED),
        Variable("TRORRESU", "Original Units", DataType.TEXT, 8, Core.EXP, Origin.COLLECTED, codelist="UNIT"),
        Variable(
            "TRSTRESC",
            "Character Result/Finding in Std Format",
            DataType.TEXT,
            40,
            Core.EXP,
            Origin.DERIVED,
            method="STDRES",
        ),
        Variable(
            "TRSTRESN",
            "Numeric Result/Finding in Standard Units",
            DataType.DECIMAL,
            8,
            Core.EXP,
            Origin.DERIVED,
            method="STDRES",
        ),
        Variable("TRSTRESU", "Standard Units", DataType.TEXT, 8, Core.EXP, Origin.ASSIGNED, codelist="UNIT"),
        *common.status("TR"),
        Variable(
            "TRMETHOD",
            "Method Used to Identify the Tumor/Lesion",
            DataType.TEXT,
            40,
            Core.EXP,
            Origin.COLLECTED,
            codelist="METHOD",
        ),
        *common.reader("TR"),
        *common.timing("TR", "Tumor/Lesion Measurement"),
    ),
    comment="Sums and their changes from baseline and nadir are derived; all else is collected.",
    values=(
        ValueLevel("TRSTRESC", "TRTESTCD", ("TUMSTATE",), DataType.TEXT, 40, Origin.COLLECTED, codelist="TRSTATE"),
        ValueLevel(
            "TRSTRESC",
            "TRTESTCD",
            ("LNSTATE",),
            DataType.TEXT,
            40,
            Origin.DERIVED,
            codelist="TRSTATE",
            method="LNSTATE",
        ),
        ValueLevel("TRSTRESN", "TRTESTCD", MEASUREMENTS, DataType.DECIMAL, 8, Origin.COLLECTED, method="STDRES"),
        ValueLevel("TRSTRESN", "TRTESTCD", SUMS, DataType.DECIMAL, 8, Origin.DERIVED, method="SUMS"),
    ),
)
"""Tumor/Lesion Results."""
