"""ADaM ADTR: measurements and sums with baseline, nadir and changes; each row keeps its image and points."""

from pipeline.export.dataset import Core, DataType, Domain, Model, Origin, Variable
from pipeline.export.domains import common


def _derived(name: str, label: str, method: str) -> Variable:
    return Variable(name, label, DataType.DECIMAL, 8, Core.COND, Origin.DERIVED, method=method)


def _flag(name: str, label: str, comment: str) -> Variable:
    return Variable(name, label, DataType.TEXT, 1, Core.COND, Origin.DERIVED, codelist="NY_Y", comment=comment)


def _point(name: str, label: str) -> Variable:
    return Variable(name, label, DataType.DECIMAL, 8, Core.PERM, Origin.PREDECESSOR, comment="LPS mm; SUPPTR.")


ADTR = Domain(
    "ADTR",
    "Tumor Results Analysis Dataset",
    Model.ADAM,
    "BASIC DATA STRUCTURE",
    "One record per parameter per lesion or sum per visit per reader",
    ("STUDYID", "USUBJID", "EVAL", "EVALID", "PARAMCD", "TRLNKID", "AVISITN"),
    (
        common.STUDYID,
        common.USUBJID,
        common.sequence("A"),
        *common.adam_parameter(),
        Variable("TRLNKID", "Link ID", DataType.TEXT, 48, Core.PERM, Origin.PREDECESSOR, comment="Empty for a sum."),
        Variable("TRGRPID", "Group ID", DataType.TEXT, 40, Core.PERM, Origin.PREDECESSOR, codelist="TRGRPID"),
        Variable(
            "TULOC", "Location of the Tumor/Lesion", DataType.TEXT, 40, Core.PERM, Origin.PREDECESSOR, codelist="LOC"
        ),
        *common.adam_timing(),
        Variable("AVAL", "Analysis Value", DataType.DECIMAL, 8, Core.COND, Origin.PREDECESSOR, comment="TR.TRSTRESN"),
        Variable("AVALU", "Analysis Value Unit", DataType.TEXT, 8, Core.PERM, Origin.PREDECESSOR, codelist="UNIT"),
        _derived("BASE", "Baseline Value", "BASE"),
        _derived("CHG", "Change from Baseline", "CHG"),
        _derived("PCHG", "Percent Change from Baseline", "PCHG"),
        _derived("NADIR", "Nadir", "NADIR"),
        _derived("CHGNAD", "Change from Nadir", "CHGNAD"),
        _derived("PCHGNAD", "Percent Change from Nadir", "PCHGNAD"),
        _flag("ABLFL", "Baseline Record Flag", "Y on the baseline visit."),
        _flag("PDFL", "Progression Flag", "Y on a sum of a visit whose overall response is PD."),
        _flag("ANL01FL", "Analysis Flag 01", "Y on a value that counts: a sum has all its targets."),
        _flag("ANL02FL", "Analysis Flag 02", "Y on the smallest sum after baseline, the first of equal ones."),
        _flag("ANL03FL", "Analysis Flag 03", "Y on sums before the first PD; without one on all."),
        *common.ADAM_READER,
        Variable(
            "READER", "Reader Identifier", DataType.TEXT, 64, Core.PERM, Origin.PREDECESSOR, comment="SUPPTR.READER"
        ),
        Variable("SIGNDTC", "Date/Time of Signature", DataType.TEXT, 32, Core.PERM, Origin.PREDECESSOR),
        Variable("READVER", "Version of the Read", DataType.INTEGER, 8, Core.PERM, Origin.DERIVED, method="READVER"),
        Variable("SERIESID", "Series Instance UID", DataType.TEXT, 64, Core.PERM, Origin.PREDECESSOR),
        Variable("SOPUID", "SOP Instance UID", DataType.TEXT, 80, Core.PERM, Origin.PREDECESSOR, comment="TR.TRREFID"),
        _point("X1", "Start Point x, LPS mm"),
        _point("Y1", "Start Point y, LPS mm"),
        _point("Z1", "Start Point z, LPS mm"),
        _point("X2", "End Point x, LPS mm"),
        _point("Y2", "End Point y, LPS mm"),
        _point("Z2", "End Point z, LPS mm"),
        *common.ADAM_SOURCE,
    ),
)
"""Tumor results for analysis."""

PARAMETERS: tuple[tuple[str, str], ...] = (
    ("LDIAM", "Longest Diameter (mm)"),
    ("LPERP", "Longest Perpendicular (mm)"),
    ("VDIAM", "Longest Viable Diameter (mm)"),
    ("VPERP", "Longest Viable Perpendicular (mm)"),
    ("VOLUME", "Volume (mL)"),
    ("VVOLUME", "Viable Volume (mL)"),
    ("RADIODEN", "Radiodensity (HU)"),
    ("SDIAM", "Sum of Target Diameters (mm)"),
    ("SVDIAM", "Sum of Viable Diameters (mm)"),
    ("SVOL", "Sum of Target Volumes (mL)"),
)
"""PARAMCD and PARAM."""
