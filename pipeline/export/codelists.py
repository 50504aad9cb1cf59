"""Controlled terms of the exported datasets, each with its meaning (rule book, section 6; S23, S24).

A list from CDISC/NCI terminology names the list it is taken from; a term beyond that list is marked
as extended and Define-XML says so. Lists of ours have no standard.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from pipeline.export.qualifiers import QUALIFIERS
from pipeline.model.criterion import CriterionFacts


@dataclass(frozen=True)
class Term:
    """A permitted value and what it means; extended where a CDISC list does not have it."""

    value: str
    meaning: str
    extended: bool = False


@dataclass(frozen=True)
class CodeList:
    """A closed list of values; source is the submission name of the CDISC list, empty for one of ours."""

    name: str
    label: str
    source: str
    terms: tuple[Term, ...]


SOFTWARE = "SOFTWARE PROPOSAL"
"""--EVAL of what no reader has signed."""
INDEPENDENT = "INDEPENDENT ASSESSOR"
INVESTIGATOR = "INVESTIGATOR"

CODELISTS: tuple[CodeList, ...] = (
    CodeList(
        "TUTESTCD",
        "Tumor or Lesion Identification Test Code",
        "TUTESTCD",
        (
            Term("TUMIDENT", "Tumor Identification"),
            Term("TUSPLIT", "Tumor Split"),
            Term("TUMERGE", "Tumor Merged"),
        ),
    ),
    CodeList(
        "TUIDRS",
        "Tumor or Lesion Identification Test Results",
        "TUIDRS",
        (
            Term("TARGET", "measured at every visit"),
            Term("NON-TARGET", "judged at every visit"),
            Term("NEW", "first seen after baseline"),
        ),
    ),
    CodeList(
        "TRTESTCD",
        "Tumor or Lesion Properties Test Code",
        "TRTESTCD",
        (
            Term("LDIAM", "Longest Diameter"),
            Term("LPERP", "Longest Perpendicular"),
            Term("VDIAM", "Longest Viable Diameter", extended=True),
            Term("VPERP", "Longest Viable Perpendicular", extended=True),
            Term("VOLUME", "Volume"),
            Term("VVOLUME", "Viable Volume", extended=True),
            Term("RADIODEN", "Radiodensity"),
            Term("TUMSTATE", "Tumor State"),
            Term("LNSTATE", "Lymph Node State"),
            Term("SUMDIAM", "Sum of Diameter"),
            Term("SUMNLNLD", "Sum Diameters of Non Lymph Node Tumors"),
            Term("SUMVDIAM", "Sum of Viable Diameter", extended=True),
            Term("SUMVOL", "Sum of Volume"),
            Term("ACNSD", "Absolute Change Nadir in Sum of Diam"),
            Term("PCBSD", "Percent Change Baseline in Sum of Diam"),
            Term("PCNSD", "Percent Change Nadir in Sum of Diam"),
            Term("PCBSV", "Percent Change Baseline in Sum of Volume"),
        ),
    ),
    CodeList(
        "TRSTATE",
        "Tumor or Lesion Properties Test Result",
        "TRPROPRS",
        (
            Term("PRESENT", "seen"),
            Term("ABSENT", "looked for and not seen"),
            Term("UNEQUIVOCAL", "certainly a new lesion"),
            Term("EQUIVOCAL", "doubtful; followed, does not count"),
            Term("UNEQUIVOCAL PROGRESSION", "non-target lesion substantially worse"),
            Term("PATHOLOGICAL", "node not of normal size"),
            Term("NON-PATHOLOGICAL", "node of normal size"),
        ),
    ),
    CodeList(
        "RSTESTCD",
        "Oncology Response Assessment Test Code",
        "ONCRTSCD",
        (
            Term("TRGRESP", "Target Response"),
            Term("NTRGRESP", "Non-target Response"),
            Term("NEWLPROG", "New Lesion Progression"),
            Term("OVRLRESP", "Overall Response"),
            Term("BESTRESP", "Best Response"),
        ),
    ),
    CodeList(
        "RSRESP",
        "Oncology Response Assessment Result",
        "ONCRSR",
        (
            Term("CR", "complete response"),
            Term("PR", "partial response"),
            Term("SD", "stable disease"),
            Term("PD", "progressive disease"),
            Term("NE", "not evaluable"),
            Term("NON-CR/NON-PD", "neither complete response nor progressive disease"),
            Term("NOT ALL EVALUATED", "a non-target lesion was not assessed"),
            Term("UNEQUIVOCAL", "a new lesion is certain", extended=True),
            Term("EQUIVOCAL", "a new lesion is doubtful", extended=True),
            Term("Y", "there is an unequivocal new lesion", extended=True),
            Term("N", "there is no unequivocal new lesion", extended=True),
        ),
    ),
    CodeList(
        "RSCAT",
        "Category of Oncology Response Assessment",
        "ONCRSCAT",
        (
            Term("RECIST 1.1", "Eisenhauer 2009"),
            Term("mRECIST", "viable diameters; spelling not verified against terminology", extended=True),
        ),
    ),
    CodeList(
        "RSSCAT",
        "Scope of the Response Assessment",
        "",
        (
            Term("WHOLE BODY", "all lesions"),
            Term("LIVER", "lesions of the liver only; hilar nodes and peritoneum are outside"),
        ),
    ),
    CodeList(
        "EVAL",
        "Evaluator",
        "EVAL",
        (
            Term(INVESTIGATOR, "the site"),
            Term(INDEPENDENT, "a central reader"),
            Term(SOFTWARE, "proposed by the software or adopted from a mask; no reader has signed it", extended=True),
        ),
    ),
    CodeList("NY_Y", "Yes Only", "NY", (Term("Y", "yes"),)),
    CodeList("NY", "Yes or No", "NY", (Term("Y", "yes"), Term("N", "no"))),
    CodeList(
        "DATEFL",
        "Date Imputation Flag",
        "DATEFL",
        (Term("D", "the day is imputed"), Term("M", "month and day are imputed")),
    ),
    CodeList("ND", "Not Done", "ND", (Term("NOT DONE", "not measured; the reason stands beside it"),)),
    CodeList(
        "LOC",
        "Anatomical Location",
        "LOC",
        (
            Term("LIVER", "liver"),
            Term("LYMPH NODE", "any lymph node; measured by its short axis"),
            Term("BONE", "bone"),
            Term("LUNG", "lung"),
            Term("PERITONEUM", "peritoneum"),
            Term("OTHER", "anywhere else", extended=True),
        ),
    ),
    CodeList("METHOD", "Method", "METHOD", (Term("CT SCAN", "computed tomography"), Term("MRI", "magnetic resonance"))),
    CodeList(
        "UNIT",
        "Unit",
        "UNIT",
        (
            Term("mm", "millimeter"),
            Term("mL", "milliliter"),
            Term("%", "percent"),
            Term("HU", "Hounsfield unit", extended=True),
        ),
    ),
    CodeList(
        "RELTYPE",
        "Relationship Type",
        "RELTYPE",
        (Term("ONE", "one record of the relationship"), Term("MANY", "several records of the relationship")),
    ),
    CodeList(
        "TRGRPID",
        "Group of Measurements",
        "",
        (
            Term("TARGET", "target lesions and their sums"),
            Term("NON-TARGET", "non-target lesions"),
            Term("NEW", "new lesions"),
        ),
    ),
    CodeList(
        "PRTRT",
        "Procedure",
        "",
        (
            Term("EMBOLIZATION", "embolization by protocol"),
            Term("OFF PROTOCOL EMBOLIZATION", "embolization that the protocol does not foresee"),
            Term("ABLATION", "ablation of a lesion"),
            Term("RESECTION", "resection of a lesion"),
            Term("TRANSPLANT", "liver transplantation"),
            Term("PROTOCOL SURGERY", "surgery that the protocol foresees"),
        ),
    ),
    CodeList(
        "PRCAT",
        "Category of Procedure",
        "",
        (
            Term("STUDY TREATMENT", "the treatment that the trial compares"),
            Term("OTHER PROCEDURE", "any other procedure on the liver"),
        ),
    ),
    CodeList("QNAM", "Supplemental Qualifier", "", tuple(Term(each.name, each.label) for each in QUALIFIERS)),
)
"""Every list in the order of Define-XML."""

BY_NAME = {codelist.name: codelist for codelist in CODELISTS}
"""The list of each name."""


def of(criteria: Iterable[CriterionFacts]) -> tuple[CodeList, ...]:
    """Return every list with the categories and responses that criteria add to RSCAT and RSRESP."""
    more: dict[str, list[Term]] = {"RSCAT": [], "RSRESP": []}
    for facts in criteria:
        unverified = "" if facts.in_terminology else "; spelling not verified against terminology"
        more["RSCAT"].append(Term(facts.category, f"{facts.measures}{unverified}", extended=not facts.in_terminology))
        more["RSRESP"] += [Term(value, words, extended=True) for value, words in facts.terms]
    return tuple(_with(each, more.get(each.name, ())) for each in CODELISTS)


def _with(codelist: CodeList, terms: Iterable[Term]) -> CodeList:
    known = {term.value for term in codelist.terms}
    return replace(codelist, terms=(*codelist.terms, *(term for term in terms if term.value not in known)))


def meaning(codelist: str, value: str) -> str:
    """Return what a term means, for a test code its test name.

    Raises:
        KeyError: there is no such list or term.
    """
    return {term.value: term.meaning for term in BY_NAME[codelist].terms}[value]
