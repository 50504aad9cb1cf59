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


def check(folder: Path, out: Path | None = None, faults_file: Path | None = None) -> Checked:
    """Return what our checks find in the tables of a folder; out: a CSV of the findings.

    faults_file: where the caller writes the faults.

    Raises:
        InputError: the folder has no table of SDTM or ADaM, or a file to write is one of its tables.
    """
    written = [path for path in (out, faults_file) if path is not None]
    for path in written:
        place.prepare(path)
    read = cdisc_files.read(folder)
    tabled = [folder / name for name in (*read.read, *(fault.table for fault in read.faults.all))]
    for path in written:
        place.prepare(path, *tabled)
    findings = checks.run(read.tables)
    if out is not None:
        tables.write_csv(CONFORMANCE.table(findings), out)
    return Checked(read.read, read.others, read.faults, findings)
