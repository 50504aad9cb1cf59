"""SDTM PR: embolizations and other procedures on the liver (SDTMIG 3.3, section 6.1)."""

from pipeline.export.dataset import Core, DataType, Domain, Model, Origin, Variable
from pipeline.export.domains import common

PR = Domain(
    "PR",
    "Procedures",
    Model.SDTM,
    "INTERVENTIONS",
    "One record per procedure per subject",
    ("STUDYID", "USUBJID", "PRSTDTC", "PRTRT", "PRSEQ"),
    (
        common.STUDYID,
        common.domain_code("PR"),
        common.USUBJID,
        common.sequence("PR"),
        Variable(
            "PRTRT",
            "Reported Name of Procedure",
            DataType.TEXT,
            40,
            Core.REQ,
            Origin.COLLECTED,
            codelist="PRTRT",
        ),
        Variable("PRCAT", "Category", DataType.TEXT, 40, Core.PERM, Origin.ASSIGNED, codelist="PRCAT"),
        Variable("PRSTDTC", "Start Date/Time of Procedure", DataType.ISO_DATE, 19, Core.EXP, Origin.COLLECTED),
        Variable(
            "PRSTDY",
            "Study Day of Start of Procedure",
            DataType.INTEGER,
            8,
            Core.PERM,
            Origin.DERIVED,
            method="STUDYDAY",
        ),
    ),
    comment="Procedures among the events that were given; systemic and radionuclide therapy are in ADSL (NEWTXDT).",
)
"""Procedures."""
