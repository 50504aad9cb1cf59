"""ADaM ADRS: responses per visit and derived response parameters (rule book, section 6; S25)."""

from pipeline.export.dataset import Core, DataType, Domain, Model, Origin, Variable
from pipeline.export.domains import common

ADRS = Domain(
    "ADRS",
    "Response Analysis Dataset",
    Model.ADAM,
    "BASIC DATA STRUCTURE",
    "One record per parameter per visit per criterion and scope per reader",
    ("STUDYID", "USUBJID", "EVAL", "EVALID", "PARAMCD", "AVISITN"),
    (
        common.STUDYID,
        common.USUBJID,
        common.sequence("A"),
        *common.adam_parameter(),
        Variable("PARCAT1", "Parameter Category 1", DataType.TEXT, 40, Core.PERM, Origin.ASSIGNED, codelist="RSCAT"),
        Variable("PARCAT2", "Parameter Category 2", DataType.TEXT, 40, Core.PERM, Origin.ASSIGNED, codelist="RSSCAT"),
        *common.adam_timing(),
        Variable("AVAL", "Analysis Value", DataType.INTEGER, 8, Core.COND, Origin.DERIVED, comment="Order of AVALC."),
        Variable("AVALC", "Analysis Value (C)", DataType.TEXT, 40, Core.COND, Origin.DERIVED, method="RESPONSE"),
        Variable(
            "ANL01FL",
            "Analysis Flag 01",
            DataType.TEXT,
            1,
            Core.COND,
            Origin.DERIVED,
            codelist="NY_Y",
            comment="Y on a valid assessment after baseline.",
        ),
        Variable(
            "ANL02FL",
            "Analysis Flag 02",
            DataType.TEXT,
            1,
            Core.COND,
            Origin.DERIVED,
            codelist="NY_Y",
            comment="Y on assessments up to and including the first progression.",
        ),
        *common.ADAM_READER,
        *common.ADAM_SOURCE,
    ),
)
"""Responses for analysis."""
