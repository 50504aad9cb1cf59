"""What `ingest` adopts of masks, NIfTI and DICOM SEG, and what `measure`, `segment` and `register` say of each."""

import csv
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.model.internal import describe
from pipeline.procedures import ingest as ingesting
from pipeline.procedures import inputs as inputs_of
from pipeline.store.artifacts import Artifacts
from pipeline.store.file_hashes import FileHashes
from tests.builders.command import PROTOCOL
from tests.fuzz import hepatrack, outcome
from tests.fuzz.outcome import Line

if TYPE_CHECKING:
    from tests.fuzz.chunk import Events

IMAGE = "image.nii.gz"
"""The image that masks are measured on."""
_COMMANDS = {
    "measured": ("measure", "{image}", "{it}", "--json"),
    "as an image": ("measure", "{it}", "{it}", "--json"),
    "segmented": ("segment", "{it}", "--what", "liver", "--out", "{out}/out.nii.gz"),
    "its lesions": ("segment", "{it}", "--what", "lesions", "--liver", "{it}", "--out", "{out}/out.nii.gz"),
    "registered": ("register", "{image}", "{it}", "--moving-mask", "{it}", "--out", "{out}/out.tfm"),
}
"""What each NIfTI is given to, as mask and as image."""


def read(folder: Path, names: Sequence[str], events: "Events") -> None:
    """Adopt masks as ingest does, all together, and give each NIfTI to the commands on single images."""
    nifti = [name for name in names if not name.endswith(".seg")]
    for name in nifti:
        for what, words in _COMMANDS.items():
            with events.reading(name):
                done = hepatrack.run(
                    *(word.format(image=folder / IMAGE, it=folder / name, out=folder) for word in words)
                )
            line = hepatrack.line(f"{name} {what}", done)
            if line.breach:
                events.lines([line])
    try:
        events.lines(_adopted(folder, names, nifti))
    except Exception as error:  # noqa: BLE001  one mask ended the others: a breach of all
        internal = describe(error)
        lost = f"{outcome.INTERNAL}: {internal.reason.removeprefix('INTERNAL: ')}"
        events.lines(Line(name, lost, internal.trace) for name in names)


def _adopted(folder: Path, names: Sequence[str], nifti: Sequence[str]) -> Iterator[Line]:
    """Yield what ingest says of each mask."""
    source = folder / "source"
    shutil.rmtree(source, ignore_errors=True)
    shutil.copytree(folder / "series", source / "series")
    for name in names:
        if name.endswith(".seg"):
            shutil.copy(folder / name, source / name)
    with (folder / "masks.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("subject", "date", "acquisition", "what", "lesion", "path"))
        writer.writerows(("S-001", "2024-03-05", "1", "lesion", name[:3], name) for name in nifti)
    table = folder / "masks.csv" if nifti else None
    given = inputs_of.read([source], PROTOCOL, None, table, None)
    content = given.content(FileHashes(folder / "hashes"))
    ingested = ingesting.ingest(
        Artifacts(folder / "artifacts"),
        ingesting.IngestInput(tuple(map(str, given.roots)), content.files, content.masks),
    )
    failures = [each.reason for each in (*ingested.failures, *(f for s in ingested.subjects for f in s.failures))]
    origins = [mask.origin for subject in ingested.subjects for mask in subject.masks]
    entries = {entry.path: entry for entry, _ in ingested.files}
    for name in names:
        entry, mine = entries.get(name), [reason for reason in failures if name in reason]
        if any(name in origin for origin in origins):
            yield Line(name, outcome.READ)
        elif mine:
            inner = "INTERNAL" in mine[0]
            yield Line(name, f"{outcome.INTERNAL if inner else 'refused'}: {outcome.general(mine[0])}", mine[0])
        elif entry is not None and entry.reason:
            yield Line(name, f"{entry.status.value}: {outcome.general(entry.reason)}")
