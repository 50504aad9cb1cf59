"""Variables that datasets share, written once."""

from pipeline.export.dataset import Core, DataType, Origin, Variable

STUDYID = Variable("STUDYID", "Study Identifier", DataType.TEXT, 40, Core.REQ, Origin.PROTOCOL)
USUBJID = Variable(
    "USUBJID",
    "Unique Subject Identifier",
    DataType.TEXT,
    64,
    Core.REQ,
    Origin.ASSIGNED,
    comment="The subject identifier of the trial; never a name.",
)


def domain_code(name: str) -> Variable:
    """Return DOMAIN."""
    return Variable(
        "DOMAIN", "Domain Abbreviation", DataType.TEXT, 2, Core.REQ, Origin.ASSIGNED, comment=f"Always {name}."
    )


def sequence(prefix: str) -> Variable:
    """Return --SEQ."""
    return Variable(f"{prefix}SEQ", "Sequence Number", DataType.INTEGER, 8, Core.REQ, Origin.DERIVED, method="SEQ")


def reader(prefix: str) -> tuple[Variable, ...]:
    """Return --EVAL, --EVALID and --ACPTFL."""
    return (
        Variable(f"{prefix}EVAL", "Evaluator", DataType.TEXT, 40, Core.EXP, Origin.ASSIGNED, codelist="EVAL"),
        Variable(
            f"{prefix}EVALID",
            "Evaluator Identifier",
            DataType.TEXT,
            40,
            Core.PERM,
            Origin.ASSIGNED,
            comment="RADIOLOGIST 1, RADIOLOGIST 2, ADJUDICATOR, else the reader's identifier in the trial.",
        ),
        Variable(
            f"{prefix}ACPTFL",
            "Accepted Record Flag",
            DataType.TEXT,
            1,
            Core.PERM,
            Origin.DERIVED,
            codelist="NY_Y",
            method="ACCEPTED",
        ),
    )


def timing(prefix: str, what: str) -> tuple[Variable, ...]:
    """Return VISITNUM, VISIT, --DTC and --DY; what ends their labels."""
    return (
        Variable("VISITNUM", "Visit Number", DataType.DECIMAL, 8, Core.EXP, Origin.DERIVED, method="VISITNUM"),
        Variable("VISIT", "Visit Name", DataType.TEXT, 40, Core.PERM, Origin.PROTOCOL),
        Variable(f"{prefix}DTC", f"Date/Time of {what}", DataType.ISO_DATE, 19, Core.EXP, Origin.COLLECTED),
        Variable(
            f"{prefix}DY", f"Study Day of {what}", DataType.INTEGER, 8, Core.PERM, Origin.DERIVED, method="STUDYDAY"
        ),
    )


def status(prefix: str, codelist: str = "ND") -> tuple[Variable, ...]:
    """Return --STAT and --REASND."""
    return (
        Variable(f"{prefix}STAT", "Completion Status", DataType.TEXT, 8, Core.PERM, Origin.ASSIGNED, codelist=codelist),
        Variable(f"{prefix}REASND", "Reason Not Done", DataType.TEXT, 100, Core.PERM, Origin.ASSIGNED),
    )


ADAM_READER: tuple[Variable, ...] = (
    Variable("EVAL", "Evaluator", DataType.TEXT, 40, Core.COND, Origin.PREDECESSOR, codelist="EVAL"),
    Variable("EVALID", "Evaluator Identifier", DataType.TEXT, 40, Core.PERM, Origin.PREDECESSOR),
    Variable("ACPTFL", "Accepted Record Flag", DataType.TEXT, 1, Core.PERM, Origin.PREDECESSOR, codelist="NY_Y"),
    Variable(
        "PROVFL",
        "Provisional Record Flag",
        DataType.TEXT,
        1,
        Core.PERM,
        Origin.DERIVED,
        codelist="NY_Y",
        comment="Y where an unsigned finding stands behind the row.",
    ),
)
"""Evaluator, acceptance and whether a row is provisional, in ADaM."""

ADAM_SOURCE: tuple[Variable, ...] = (
    Variable("SRCDOM", "Source Data", DataType.TEXT, 8, Core.PERM, Origin.ASSIGNED),
    Variable("SRCVAR", "Source Variable", DataType.TEXT, 8, Core.PERM, Origin.ASSIGNED),
    Variable("SRCSEQ", "Source Sequence Number", DataType.INTEGER, 8, Core.PERM, Origin.PREDECESSOR),
)
"""Where a value comes from, in ADaM."""


def imputation(name: str, label: str) -> Variable:
    """Return --DTF: what of a date is imputed."""
    return Variable(
        name, label, DataType.TEXT, 1, Core.COND, Origin.DERIVED, codelist="DATEFL", comment="Empty of a whole date."
    )


def adam_parameter() -> tuple[Variable, ...]:
    """Return PARAM and PARAMCD."""
    return (
        Variable("PARAM", "Parameter", DataType.TEXT, 100, Core.REQ, Origin.ASSIGNED),
        Variable("PARAMCD", "Parameter Code", DataType.TEXT, 8, Core.REQ, Origin.ASSIGNED),
    )


def adam_timing() -> tuple[Variable, ...]:
    """Return ADT, ADY, AVISIT and AVISITN."""
    return (
        Variable("ADT", "Analysis Date", DataType.DATE, 8, Core.COND, Origin.DERIVED),
        imputation("ADTF", "Analysis Date Imputation Flag"),
        Variable("ADY", "Analysis Relative Day", DataType.INTEGER, 8, Core.PERM, Origin.DERIVED, method="STUDYDAY"),
        Variable("AVISIT", "Analysis Visit", DataType.TEXT, 40, Core.COND, Origin.PREDECESSOR),
        Variable("AVISITN", "Analysis Visit (N)", DataType.DECIMAL, 8, Core.PERM, Origin.PREDECESSOR),
    )
