"""Supplemental qualifiers: what SDTM TU and TR have no variable for, one row of SUPPTU or SUPPTR each."""

from dataclasses import dataclass

from pipeline.export.dataset import Origin


@dataclass(frozen=True)
class Qualifier:
    """A supplemental qualifier: its name (QNAM), label (QLABEL), origin and what it means."""

    name: str
    label: str
    origin: Origin
    meaning: str


QUALIFIERS: tuple[Qualifier, ...] = (
    Qualifier("SERIESID", "Series Instance UID", Origin.COLLECTED, "The series that the image belongs to."),
    Qualifier("READER", "Reader Identifier", Origin.ASSIGNED, "Who signed; empty for a proposal. Never a patient."),
    Qualifier("SIGNDTC", "Date/Time of Signature", Origin.COLLECTED, "When the read was signed, UTC."),
    Qualifier("READVER", "Version of the Read", Origin.DERIVED, "Counts the signings of this lesion at this visit."),
    Qualifier("SOURCE", "Source of the Finding", Origin.ASSIGNED, "SIGNED, ADOPTED (a mask) or PROPOSED."),
    Qualifier("STATE", "State of the Lesion", Origin.COLLECTED, "present, absent, too small, merged, split, ..."),
    Qualifier("PHASE", "Contrast Phase", Origin.COLLECTED, "Phase of the measured volume."),
    Qualifier("SEGMENT", "Couinaud Segment", Origin.COLLECTED, "Segment or lobe; (estimated): a machine's guess."),
    Qualifier("PLANE", "Plane of Measurement", Origin.COLLECTED, "axial, coronal, sagittal or oblique."),
    Qualifier(
        "DTCSRC",
        "Source of the Date",
        Origin.ASSIGNED,
        "The list of visits that the date is from, by its SHA-256; no row where it is from the images.",
    ),
    Qualifier("FLAGS", "Flags", Origin.DERIVED, "Doubts by name (docs/methods/flags.md), joined by ';'."),
    Qualifier("FLAGS2", "Flags, continued", Origin.DERIVED, "The part beyond 200 bytes."),
    Qualifier("FLAGS3", "Flags, continued further", Origin.DERIVED, "The part beyond 400 bytes."),
    Qualifier("FLAGS4", "Flags, continued further still", Origin.DERIVED, "The part beyond 600 bytes."),
    Qualifier("PTX1", "Start Point x, LPS mm", Origin.COLLECTED, "To the left of the patient."),
    Qualifier("PTY1", "Start Point y, LPS mm", Origin.COLLECTED, "To the back."),
    Qualifier("PTZ1", "Start Point z, LPS mm", Origin.COLLECTED, "To the head."),
    Qualifier("PTX2", "End Point x, LPS mm", Origin.COLLECTED, "To the left of the patient."),
    Qualifier("PTY2", "End Point y, LPS mm", Origin.COLLECTED, "To the back."),
    Qualifier("PTZ2", "End Point z, LPS mm", Origin.COLLECTED, "To the head."),
)
"""Every qualifier in the order of its rows."""
