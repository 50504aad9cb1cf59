"""What a scan of a case gave, in the words of the table: volumes and files, alike ones counted."""

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from pipeline.model.catalog import FileEntry, Volume
from pipeline.procedures import scan
from tests.conftest import ROOT

CASES = ROOT.parent / "shared" / "cases"
"""The folder of small inputs, absent in a plain checkout."""
SCRIPTS_S = 120
"""Seconds that a script of a case may take; own choice, the longest takes 5."""


def written(case: str, folder: Path) -> Path:
    """Run the script of a case and return the folder with its files."""
    out = folder / case / "out"
    command = [sys.executable, str(CASES / "dicom" / f"{case}.py"), str(out)]
    subprocess.run(command, check=True, capture_output=True, timeout=SCRIPTS_S)
    return out


def of(scanned: scan.Scan) -> tuple[str, str]:
    """Return volumes and files as the table writes them."""
    return volumes(scanned.volumes), files(scanned.files)


def volumes(scanned: Iterable[Volume]) -> str:
    """Shape, modality, kind, phase and flags of volumes."""
    return _counted(
        " ".join(
            (
                "x".join(map(str, volume.grid.shape)),
                volume.modality.value,
                f"[{volume.kind.kind.value}, {volume.phase.phase.value}]",
                *(flag.name for flag in volume.flags),
            )
        )
        for volume in scanned
    )


def files(entries: Iterable[FileEntry]) -> str:
    """Status and reason of files; a file that a reason names reads FILE."""
    return _counted(
        f"{entry.status.value}: {re.sub(r'[^ ]+[.]dcm', 'FILE', entry.reason)}".rstrip(": ") for entry in entries
    )


def _counted(texts: Iterable[str]) -> str:
    return " | ".join(f"{count} {text}" for text, count in sorted(Counter(texts).items()))
