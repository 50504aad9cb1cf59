"""The log of hepatrack's own faults: what met each, and its traceback, in the study folder and never beyond it."""

from collections.abc import Iterable
from pathlib import Path

from pipeline.model.catalog import FileEntry
from pipeline.model.failure import Failure
from pipeline.store import fingerprint, tables

FILE = "internal.log"
"""Name of the log in the study folder; it is there while the study holds a failure by a fault of hepatrack."""


def of_files(files: Iterable[FileEntry]) -> str:
    """Return the faults that files met, empty where there is none."""
    return _text((f"{fingerprint.printable(entry.path)}: {entry.reason}", entry.trace) for entry in files)


def write(study: Path, failures: Iterable[Failure]) -> None:
    """Write the faults among the failures of a study into its folder; without any an earlier log goes."""
    faults = _text((_line(failure), failure.trace) for failure in failures)
    if faults:
        tables.write_text(faults, study / FILE)
    else:
        (study / FILE).unlink(missing_ok=True)


def _line(failure: Failure) -> str:
    where = " ".join(filter(None, (failure.subject, failure.visit, failure.step)))
    return fingerprint.printable(f"{where}: {failure.reason}")


def _text(faults: Iterable[tuple[str, str]]) -> str:
    """Write each traceback once, below all that met it."""
    met: dict[str, list[str]] = {}
    for line, trace in faults:
        if trace:
            met.setdefault(trace, []).append(line)
    return "\n".join("\n".join([*lines, trace]) for trace, lines in met.items())
