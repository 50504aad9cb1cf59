"""ADaM ADTTE: times to event with their censoring (rule book, section 6; S25)."""

from pipeline.export.dataset import Core, DataType, Domain, Model, Origin, Variable
from pipeline.export.domains import common

ADTTE = Domain(
    "ADTTE",
    "Time-to-Event Analysis Dataset",
    Model.ADAM,
    "BASIC DATA STRUCTURE",
    "One record per parameter per subject per reader",
    ("STUDYID", "USUBJID", "PARAMCD", "EVAL", "EVALID", "STARTDT"),
    (
        common.STUDYID,
        common.USUBJID,
        common.sequence("A"),
        *common.adam_parameter(),
        Variable("AVAL", "Analysis Value", DataType.INTEGER, 8, Core.COND, Origin.DERIVED, method="AVAL_DAYS"),
        Variable("AVALU", "Analysis Value Unit", DataType.TEXT, 8, Core.PERM, Origin.ASSIGNED, comment="Always DAYS."),
        Variable("STARTDT", "Time-to-Event Origin Date for Subject", DataType.DATE, 8, Core.PERM, Origin.DERIVED),
        common.imputation("STARTDTF", "Origin Date Imputation Flag"),
        Variable("ADT", "Analysis Date", DataType.DATE, 8, Core.COND, Origin.DERIVED),
        common.imputation("ADTF", "Analysis Date Imputation Flag"),
        Variable("CNSR", "Censor", DataType.INTEGER, 8, Core.COND, Origin.DERIVED, method="CNSR"),
        Variable("EVNTDESC", "Event or Censoring Description", DataType.TEXT, 100, Core.COND, Origin.DERIVED),
        Variable("CNSDTDSC", "Censor Date Description", DataType.TEXT, 100, Core.COND, Origin.DERIVED),
        Variable(
            "ICLDT", "Interval Start Date (exclusive)", DataType.DATE, 8, Core.PERM, Origin.DERIVED, method="INTERVAL"
        ),
        Variable(
            "ICRDT", "Interval End Date (inclusive)", DataType.DATE, 8, Core.PERM, Origin.DERIVED, method="INTERVAL"
        ),
        Variable(
            "ICL", "Interval Start (days, exclusive)", DataType.INTEGER, 8, Core.PERM, Origin.DERIVED, method="INTERVAL"
        ),
        Variable(
            "ICR", "Interval End (days, inclusive)", DataType.INTEGER, 8, Core.PERM, Origin.DERIVED, method="INTERVAL"
        ),
        Variable(
            "RULESET",
            "Rule Set of Events and Censors",
            DataType.TEXT,
            20,
            Core.PERM,
            Origin.ASSIGNED,
            comment="Tables in docs/methods/hpfs.md.",
        ),
        Variable("AVISIT", "Analysis Visit", DataType.TEXT, 40, Core.PERM, Origin.PREDECESSOR),
        *common.ADAM_READER,
        *common.ADAM_SOURCE,
    ),
)
"""Times to event."""
