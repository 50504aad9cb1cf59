"""ADaM ADSL: one row a subject with the dates that the endpoint rests on; the arm only where it was asked for."""

from dataclasses import replace

from pipeline.export.dataset import Core, DataType, Domain, Model, Origin, Variable
from pipeline.export.domains import common


def _flag(name: str, label: str, comment: str) -> Variable:
    return Variable(name, label, DataType.TEXT, 1, Core.COND, Origin.DERIVED, codelist="NY", comment=comment)


def _date(name: str, label: str, comment: str) -> Variable:
    return Variable(name, label, DataType.DATE, 8, Core.COND, Origin.COLLECTED, comment=comment)


ADSL = Domain(
    "ADSL",
    "Subject-Level Analysis Dataset",
    Model.ADAM,
    "SUBJECT LEVEL ANALYSIS DATASET",
    "One record per subject",
    ("STUDYID", "USUBJID"),
    (
        common.STUDYID,
        common.USUBJID,
        Variable("SUBJID", "Subject Identifier for the Study", DataType.TEXT, 64, Core.REQ, Origin.ASSIGNED),
        _flag("ITTFL", "Intent-To-Treat Population Flag", "Y where the day of randomization is known."),
        _flag("SAFFL", "Safety Population Flag", "Y where an embolization is known."),
        _date("RANDDT", "Date of Randomization", "Event RANDOMIZED."),
        _date("TRTSDT", "Date of First Exposure to Treatment", "First EMBOLIZATION."),
        _date("TRTEDT", "Date of Last Exposure to Treatment", "Last EMBOLIZATION."),
        _date("DTHDT", "Date of Death", "Event DEATH."),
        _flag("DTHFL", "Subject Death Flag", "Y where a death is known, else N."),
        _date("NEWTXDT", "Date of First New Anticancer Therapy", "First new therapy on or after treatment start."),
        _date("WDRAWDT", "Date of Withdrawal", "Event WITHDRAWAL."),
        _date("EOSDT", "End of Study Date", "Event LAST_CONTACT: follow-up ended."),
        Variable("DCSREAS", "Reason for Discontinuation from Study", DataType.TEXT, 40, Core.PERM, Origin.ASSIGNED),
        _date("LSTALVDT", "Date Last Known Alive", "Latest scan or event; the day of death."),
    ),
    comment="Minimal: what the imaging study knows.",
)
"""Subject-level dates."""

_ARMS = (
    Variable("ARMCD", "Planned Arm Code", DataType.TEXT, 20, Core.COND, Origin.ASSIGNED),
    Variable("ARM", "Description of Planned Arm", DataType.TEXT, 200, Core.COND, Origin.ASSIGNED),
    Variable("TRT01P", "Planned Treatment for Period 01", DataType.TEXT, 200, Core.COND, Origin.ASSIGNED),
)
_PLACE = ADSL.names.index("ITTFL")
BY_ARM = replace(ADSL, variables=(*ADSL.variables[:_PLACE], *_ARMS, *ADSL.variables[_PLACE:]))
"""ADSL of an export that was told of the arms."""
