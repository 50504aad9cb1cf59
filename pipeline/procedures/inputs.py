"""What a person gives a study: source folders, protocol, events, masks, signed reads."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.model.events import Event
from pipeline.model.failure import Failure
from pipeline.model.lesion import Finding
from pipeline.model.protocol import Protocol
from pipeline.model.visit_list import VisitList
from pipeline.procedures.study_folder import code_version
from pipeline.store import fingerprint, protocols, tables, visits_table
from pipeline.store.faults import Fault, Faults
from pipeline.store.file_hashes import FileHashes
from pipeline.store.fingerprint import HashedMask, SourceFile
from pipeline.store.input_tables import MaskRow
from pipeline.store.table_forms.conversions import Conversions


@dataclass(frozen=True)
class Inputs:
    """The tables and the protocol of a study, as far as they are understood; what was read as something else.

    faults: of the tables, of which a subject with one is left out of the study; failures tell so in its results.
    """

    roots: tuple[Path, ...]
    protocol: Protocol
    events: tuple[Event, ...]
    masks: tuple[MaskRow, ...]
    reads: tuple[Finding, ...]
    visits: VisitList | None = None
    conversions: tuple[str, ...] = ()
    faults: Faults = field(default_factory=Faults)
    failures: tuple[Failure, ...] = ()

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
            repr(self.failures),
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
    strict: bool = False,
) -> Inputs:
    """Read and check everything that a person wrote, before anything is written; strict: any fault of a table ends it.

    Raises:
        ProtocolError, InputError: the protocol or a table as a whole cannot be used (FaultsError, with every fault).
    """
    loaded = protocols.load(protocol)
    conversions, faults = Conversions(), Faults(strict)
    parts = {option: faults.part() for option in ("--events", "--masks", "--reads")}
    dated: tuple[Event, ...] = ()
    outlined: tuple[MaskRow, ...] = ()
    read_before: tuple[Finding, ...] = ()
    listed: VisitList | None = None
    with faults.kept():
        dated = tables.read_events(events, conversions, parts["--events"]) if events else ()
    with faults.kept():
        outlined = tables.read_masks(masks, conversions, parts["--masks"]) if masks else ()
    with faults.kept():
        read_before = tables.read_reads(reads, conversions, parts["--reads"]) if reads else ()
    with faults.kept():
        listed = visits_table.read(visits, conversions) if visits else None
    faults.check()
    return Inputs(
        roots=tuple(source.resolve() for source in sources),
        protocol=loaded,
        events=tuple(each for each in dated if not faults.of(each.subject)),
        masks=tuple(each for each in outlined if not faults.of(each.subject)),
        reads=tuple(each for each in read_before if not faults.of(each.subject)),
        visits=listed,
        conversions=tuple(conversions.lines()),
        faults=faults,
        failures=tuple(_failure(option, each) for option, part in parts.items() for each in part.all),
    )


def _failure(option: str, fault: Fault) -> Failure:
    """Tell a fault in the results of a study: what stands in the cell stays out of them, for it may be a name."""
    where = f"row {fault.row}" + (f", column {fault.column}" if fault.column else "")
    reason = f"{option} {where}: the subject is left out until the row is corrected"
    allowed = fault.allowed.replace(fault.table, option)
    return Failure(fault.subject, "", "tables", f"{reason}; allowed: {allowed}" if allowed else reason)


def signed(reads: Path | None, conversions: Conversions) -> tuple[Finding, ...]:
    """Read signed reads made elsewhere, if there are any."""
    return tables.read_reads(reads, conversions) if reads else ()
