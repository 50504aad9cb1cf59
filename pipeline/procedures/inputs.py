"""What a person gives a study: source folders, protocol, events, masks, signed reads."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.model.events import Event
from pipeline.model.lesion import Finding
from pipeline.model.protocol import Protocol
from pipeline.model.visit_list import VisitList
from pipeline.procedures.study_folder import code_version
from pipeline.store import fingerprint, protocols, tables, visits_table
from pipeline.store.file_hashes import FileHashes
from pipeline.store.fingerprint import HashedMask, SourceFile
from pipeline.store.input_tables import MaskRow
from pipeline.store.table_forms.conversions import Conversions


@dataclass(frozen=True)
class Inputs:
    """The tables and the protocol of a study, read and valid; conversions say what was read as something else."""

    roots: tuple[Path, ...]
    protocol: Protocol
    events: tuple[Event, ...]
    masks: tuple[MaskRow, ...]
    reads: tuple[Finding, ...]
    visits: VisitList | None = None
    conversions: tuple[str, ...] = ()

    def content(self, hashes: FileHashes) -> "Content":
        """Return the bytes of source files and masks by their hashes."""
        return Content(fingerprint.listing(self.roots, hashes), fingerprint.with_hashes(self.masks, hashes))

    def key(self, content: "Content") -> str:
        """Return the hash over everything that the results of a run depend on."""
        parts = (
            code_version(),
            str(self.roots),
            repr(content.files),
            protocols.fingerprint(self.protocol),
            repr(self.events),
            repr(content.masks),
            repr(self.reads),
            repr(self.visits),
        )
        return hashlib.sha256("\n".join(parts).encode("utf-8", "backslashreplace")).hexdigest()


@dataclass(frozen=True)
class Content:
    """What the inputs of a study hold: every source file and every mask from outside by its hash."""

    files: tuple[SourceFile, ...]
    masks: tuple[HashedMask, ...]


def read(
    sources: Sequence[Path],
    protocol: Path,
    events: Path | None,
    masks: Path | None,
    reads: Path | None,
    *,
    visits: Path | None = None,
) -> Inputs:
    """Read and check everything that a person wrote, before anything is written.

    Raises:
        ProtocolError, InputError: the file, the line or row, what was found and what is allowed.
    """
    conversions = Conversions()
    return Inputs(
        roots=tuple(source.resolve() for source in sources),
        protocol=protocols.load(protocol),
        events=tables.read_events(events, conversions) if events else (),
        masks=tables.read_masks(masks, conversions) if masks else (),
        reads=signed(reads, conversions),
        visits=visits_table.read(visits, conversions) if visits else None,
        conversions=tuple(conversions.lines()),
    )


def signed(reads: Path | None, conversions: Conversions) -> tuple[Finding, ...]:
    """Read signed reads made elsewhere, if there are any."""
    return tables.read_reads(reads, conversions) if reads else ()
