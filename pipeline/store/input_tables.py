"""Tables that people write beside the images: events, masks, arms; their columns and what a row holds."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from operator import attrgetter
from pathlib import Path

from pipeline.export.column import Column, Layout, own
from pipeline.export.form import DATE, TEXT, TEXT_OR_EMPTY, Form, choice
from pipeline.export.tables import common
from pipeline.model import subject_name
from pipeline.model.events import Event, EventKind
from pipeline.model.lesion import Organ
from pipeline.model.visit import BASELINE
from pipeline.model.visit_list import ListedVisit


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


LONGEST_VISIT = 32
"""Characters of the name of a visit: what the study database holds; own choice, longer than any usual name."""


def _visit(text: str) -> str:
    if len(text) > LONGEST_VISIT or subject_name.fault(text):
        raise ValueError(text)
    return BASELINE if text.upper() == BASELINE else text


VISIT = Form("text", f"at most {LONGEST_VISIT} characters that can be seen", str, _visit, empty="")


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

VISITS: Layout[ListedVisit] = Layout(
    "visits.csv",
    "which images are which visit, and when; each row names its images by study, series or folder, by at least one",
    (
        common.SUBJECT,
        own("study_uid", "", "Study Instance UID (0020,000D) of the images", TEXT),
        own("series_uid", "", "Series Instance UID (0020,000E) of the images", TEXT),
        own(
            "folder",
            "",
            "Folder of the images, relative to the source folder (`/` is that itself); all below it counts. `2:folder` "
            "is one of the second source",
            TEXT,
        ),
        own(
            "visit",
            "",
            f"Name of the visit, at most {LONGEST_VISIT} characters; the baseline is BASELINE. Empty in all rows of a "
            "subject: the protocol's schedule names them",
            VISIT,
        ),
        own("date", "", "Day of the scan; empty where the headers tell it", DATE),
        own("note", "", "For the reader of the list, not used", TEXT),
    ),
    required=("subject", "visit", "date"),
)
"""A list of visits (`--visits`); `note` and columns of the images may be left out."""

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
