"""What the whole line (ingest, propose, assess, export) makes of a folder of mutated images, and says of each file."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.model.internal import describe
from pipeline.procedures import export, inputs, line
from pipeline.procedures.direct import Direct
from pipeline.procedures.line import OpenStudy
from pipeline.settings import Settings
from tests.builders.command import PROTOCOL
from tests.fuzz import outcome
from tests.fuzz.outcome import Line
from tests.fuzz.read import files

if TYPE_CHECKING:
    from tests.fuzz.chunk import Events

SOUND_SUBJECT = "SOUND"
"""The subject of the sound series, who must be in the report whatever lies beside."""


def read(folder: Path, _names: Sequence[str], events: "Events") -> None:
    """Do what `run` does, one thing after another in this process, and tell what the study says of each file."""
    study = folder.with_name("study")
    study.mkdir()
    with line.stored(study, Settings(), Direct()) as opened:
        try:
            opened.ingest(inputs.read([folder], PROTOCOL, None, None, None))
            opened.propose()
            opened.assess()
            exported = export.export(opened, folder.with_name("out"))
            subjects = [subject.subject for subject in exported.report.subjects]
            events.lines([] if SOUND_SUBJECT in subjects else [Line("(study)", f"{outcome.SOUND_LOST}: {subjects}")])
        except Exception as error:  # noqa: BLE001  one file ended the others: a breach
            internal = describe(error)
            events.lines([Line("(study)", f"{outcome.INTERNAL}: {type(error).__name__}: {error}", internal.trace)])
        events.lines(_lines(opened))


def _lines(opened: OpenStudy) -> Iterator[Line]:
    for file in opened.database.get_files():
        yield Line(file.path, files.told(file.path, file.status.value, file.reason))
    for failure in opened.failures():
        if failure.trace:
            yield Line(f"({failure.step})", f"{outcome.INTERNAL}: {failure.reason[: outcome.LONGEST]}", failure.trace)
