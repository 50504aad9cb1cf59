"""The rule book's sections and marks in short, for those who read a citation far from docs/rules.md.

The rules themselves, each with its mark, sources and protocol key, stand in docs/rules.md; tests hold its headings
and this list equal.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Section:
    """One section of the rule book: its number, heading and what it decides in a sentence or two."""

    number: int
    title: str
    summary: str

    @property
    def anchor(self) -> str:
        """The heading's anchor on the page docs/rules.md."""
        words = "".join(c for c in f"{self.number} {self.title}".lower() if c.isalnum() or c in " -")
        return words.replace(" ", "-")


SECTIONS: tuple[Section, ...] = (
    Section(
        1,
        "The trial",
        "RETNET as published, and what the sponsor's protocol has to settle: clock, schedule, event. Our defaults are "
        "settings of the protocol.",
    ),
    Section(
        2,
        "RECIST 1.1",
        "Measurable lesions and targets; the value of a lesion; target response in the order NE, CR, PD (+20 % and "
        "+5 mm over nadir), PR (-30 % from baseline), SD; non-target and new lesions; the overall table; best response "
        "and its confirmation; iRECIST.",
    ),
    Section(
        3,
        "Criteria beside RECIST 1.1",
        "mRECIST on the viable arterial axis, lipiodol, WHO, EASL, qEASL and vRECIST, Choi, hepatic burden: values, "
        "thresholds, and which flags bar a lesion.",
    ),
    Section(
        4,
        "Date of progression and times to event",
        "The date of a progression; adequate assessments and missed visits; event or censoring in each of ten "
        "situations under FDA, EMA and our default; intercurrent therapy; intervals; competing death; eligibility; "
        "unsigned proposals.",
    ),
    Section(
        5,
        "Reads and records",
        "Blinded reads, adjudication, signatures and the audit trail; how far readers differ, and why a lesion is "
        "measured in one phase.",
    ),
    Section(
        6,
        "CDISC",
        "Variables and controlled terms of TU, TR, RS, ADTR, ADRS and ADTTE; CNSR; limits of the file formats.",
    ),
    Section(
        7,
        "DICOM",
        "Segmentations, structured reports, codes of tissue, lesion and response; contrast phase from tags.",
    ),
)
"""Every section, in order."""

MARKS: dict[str, str] = {
    "[C]": "confirmed in the source",
    "[A]": "confirmed in an abstract or a table of the source",
    "[M]": "general knowledge, to be confirmed with the sponsor's charter; a setting of the protocol where it matters",
    "[D]": "our own decision",
}
"""What the mark of a rule says of its authority."""

BY_NUMBER = {section.number: section for section in SECTIONS}
"""The section of each number."""
