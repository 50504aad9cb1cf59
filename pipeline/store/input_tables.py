"""Tables that people write beside the images: events, masks, arms; their columns and what a row holds."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from operator import attrgetter
from pathlib import Path

from pipeline.export.column import Column, Layout
from pipeline.export.form import DATE, TEXT, TEXT_OR_EMPTY, Form, choice
from pipeline.model.events import Event, EventKind


class MaskKind(StrEnum):
    """Permitted values of the column `what` in the masks table."""

    LIVER = "liver"
    LESION = "lesion"


@dataclass(frozen=True)
class MaskRow:
    """One row of the masks table; once read, path is resolved against the folder of the table.

    lesion is empty for a liver; acquisition is empty where the date has one only.
    """

    subject: str
    date: dt.date
    acquisition: str
    what: MaskKind
    lesion: str
    path: Path


@dataclass(frozen=True)
class ArmRow:
    """One row of the arms table."""

    subject: str
    arm: str


def _path(text: str) -> Path:
    return Path(TEXT.parse(text))


PATH = Form("path", TEXT.allowed, Path.as_posix, _path)

EVENTS: Layout[Event] = Layout(
    "events.csv",
    "one dated clinical fact of a subject; DEATH once per subject",
    (
        Column("subject", "", "Subject identifier of the trial", TEXT, attrgetter("subject"), field="subject"),
        Column(
            "event",
            "",
            "What happened ([what each does](hpfs.md))",
            choice(EventKind),
            attrgetter("kind"),
            field="kind",
        ),
        Column("date", "", "Day it happened", DATE, attrgetter("date"), field="date"),
        Column(
            "detail",
            "",
            "Free text; of an EMBOLIZATION it may name the lobe or segments; the column may be left out",
            TEXT,
            attrgetter("detail"),
            field="detail",
        ),
    ),
    required=("subject", "event", "date"),
    key=("subject", "event", "date"),
)
"""Clinical events (`--events`)."""

MASKS: Layout[MaskRow] = Layout(
    "masks.csv",
    "one outline made elsewhere, of a liver or a lesion",
    (
        Column("subject", "", "Subject identifier of the trial", TEXT, attrgetter("subject"), field="subject"),
        Column("date", "", "Day of the scan that was outlined", DATE, attrgetter("date"), field="date"),
        Column(
            "acquisition",
            "",
            "Acquisition of the outlined volume by its AcquisitionNumber (0020,0012); empty where only one volume fits",
            TEXT_OR_EMPTY,
            attrgetter("acquisition"),
            field="acquisition",
        ),
        Column("what", "", "What is outlined", choice(MaskKind), attrgetter("what"), field="what"),
        Column(
            "lesion", "", "Name of the lesion; empty for a liver", TEXT_OR_EMPTY, attrgetter("lesion"), field="lesion"
        ),
        Column(
            "path",
            "",
            "NIfTI file, relative to the folder of the table; it must exist",
            PATH,
            attrgetter("path"),
            field="path",
        ),
    ),
    required=("subject", "date", "acquisition", "what", "lesion", "path"),
    key=("subject", "date", "acquisition", "what", "lesion"),
)
"""Masks from outside (`--masks`)."""

ARMS: Layout[ArmRow] = Layout(
    "arms.csv",
    "one subject; only unblinded commands read this table",
    (
        Column("subject", "", "Subject identifier of the trial", TEXT, attrgetter("subject"), field="subject"),
        Column("arm", "", "Arm that the subject was randomized to", TEXT, attrgetter("arm"), field="arm"),
    ),
    required=("subject", "arm"),
    key=("subject",),
)
"""Arms (`--arms`)."""
