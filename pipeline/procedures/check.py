"""Check SDTM and ADaM tables, ours or anyone's, with our own checks."""

from dataclasses import dataclass
from pathlib import Path

from pipeline.export.conformance import checks
from pipeline.export.conformance.breach import ConformanceRow
from pipeline.export.tables.conformance import CONFORMANCE
from pipeline.store import cdisc_files, place, tables
from pipeline.store.faults import Faults


@dataclass(frozen=True)
class Checked:
    """What was looked at, what is no table of CDISC, which files and rows cannot be read and why, and the findings."""

    files: tuple[str, ...]
    others: tuple[str, ...]
    faults: Faults
    findings: tuple[ConformanceRow, ...]


def check(folder: Path, out: Path | None = None) -> Checked:
    """Return what our checks find in the tables of a folder; out: a CSV of the findings.

    Raises:
        InputError: the folder has no table of SDTM or ADaM.
    """
    if out is not None:
        place.prepare(out)
    read = cdisc_files.read(folder)
    findings = checks.run(read.tables)
    if out is not None:
        tables.write_csv(CONFORMANCE.table(findings), out)
    return Checked(read.read, read.others, read.faults, findings)
