"""Tables that people write beside the images: events, masks, arms; their columns and what a row holds."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from operator import attrgetter
from pathlib import Path

from pipeline.export.column import Column, Layout, own
from pipeline.export.form import DATE, TEXT, TEXT_OR_EMPTY, Form, choice
from pipeline.export.tables import common
from pipeline.model.events import Event, EventKind
from pipeline.model.lesion import Organ


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


@dataclass(frozen=True)
class WordRow:
    """One row of the table of words: a location of TULOC, in capital letters, and its organ."""

    word: str
    organ: Organ


def _path(text: str) -> Path:
    return Path(TEXT.parse(text))


PATH = Form("path", TEXT.allowed, Path.as_posix, _path)

EVENTS: Layout[Event] = Layout(
    "events.csv",
    "one dated clinical fact of a subject; DEATH once per subject",
    (
        common.SUBJECT,
        Column(
            "event",
            "",
            "What happened ([what each does](hpfs.md))",
            choice(EventKind),
            attrgetter("kind"),
            field="kind",
        ),
        own("date", "", "Day it happened", DATE),
        own(
            "detail",
            "",
            "Free text; of an EMBOLIZATION it may name the lobe or segments; the column may be left out",
            TEXT,
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
        common.SUBJECT,
        own("date", "", "Day of the scan that was outlined", DATE),
        own(
            "acquisition",
            "",
            "Acquisition of the outlined volume by its AcquisitionNumber (0020,0012); empty where only one volume fits",
            TEXT_OR_EMPTY,
        ),
        own("what", "", "What is outlined", choice(MaskKind)),
        own("lesion", "", "Name of the lesion; empty for a liver", TEXT_OR_EMPTY),
        own("path", "", "NIfTI file, relative to the folder of the table; it must exist", PATH),
    ),
    required=("subject", "date", "acquisition", "what", "lesion", "path"),
    key=("subject", "date", "acquisition", "what", "lesion"),
)
"""Masks from outside (`--masks`)."""

ARMS: Layout[ArmRow] = Layout(
    "arms.csv",
    "one subject; only unblinded commands read this table",
    (
        common.SUBJECT,
        own("arm", "", "Arm that the subject was randomized to", TEXT),
    ),
    required=("subject", "arm"),
    key=("subject",),
)
"""Arms (`--arms`)."""

ANATOMY: Layout[WordRow] = Layout(
    "anatomy.csv",
    "one location of TULOC; a read of the liver regards `liver` alone, and only a `lymph node` has a short axis",
    (
        own("word", "", "The whole location as TULOC has it, in any case of letters", TEXT),
        own("organ", "", "The organ that it is", choice(Organ)),
    ),
    required=("word", "organ"),
    key=("word",),
)
"""Locations of other systems (`respond --anatomy`)."""
