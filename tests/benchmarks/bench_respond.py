"""The whole command `respond` on 100,000 visits, and its memory against a tenth of them."""

import csv
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from random import Random

from pipeline.export.table import Table
from pipeline.store import tables

SUBJECTS, VISITS, TARGETS = 12_500, 8, 3
TU = ("USUBJID", "TULNKID", "TUTESTCD", "TUSTRESC", "TULOC", "TUEVAL", "TUEVALID")
TR = ("USUBJID", "TRLNKID", "TRTESTCD", "TRSTRESC", "TRSTRESN", "TRSTRESU", "TREVAL", "TREVALID", "VISITNUM", "TRDTC")
READER = ("INDEPENDENT ASSESSOR", "RADIOLOGIST 1")


def write(folder: Path, subjects: int) -> int:
    """Write TU.csv and TR.csv; return the rows of TR."""
    random = Random(1)
    identified, results = [], []
    for number in range(subjects):
        subject = f"S-{number:06d}"
        names = [(f"T{target:02d}", "TARGET") for target in range(1, TARGETS + 1)] + [("NT01", "NON-TARGET")]
        identified += [(subject, name, "TUMIDENT", role, "LIVER", *READER) for name, role in names]
        for visit in range(1, VISITS + 1):
            when = (*READER, str(visit), f"{2014 + visit // 5}-{1 + visit % 5 * 2:02d}-15")
            for name, role in names:
                size = f"{random.randint(150, 800) / 10}"
                found = ("LDIAM", size, size, "mm") if role == "TARGET" else ("TUMSTATE", "PRESENT", "", "")
                results.append((subject, name, *found, *when))
    tables.write_csv(Table(TU, tuple(identified)), folder / "TU.csv")
    tables.write_csv(Table(TR, tuple(results)), folder / "TR.csv")
    return len(results)


def respond(folder: Path) -> float:
    """Run the command in a process of its own; return its CPU seconds."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    paths = ["--tu", str(folder / "TU.csv"), "--tr", str(folder / "TR.csv"), "--out", str(folder / "RS.csv")]
    command = [sys.executable, "-m", "flows.cli", "respond", *paths]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime


def main() -> None:
    """Print CPU seconds and peak memory; the peak is that of the largest process so far."""
    for subjects in (SUBJECTS // 10, SUBJECTS):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            rows = write(folder, subjects)
            seconds = respond(folder)
            with (folder / "RS.csv").open(encoding="utf-8", newline="") as file:
                written = sum(1 for _ in csv.reader(file)) - 1
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        sys.stdout.write(
            f"respond, {subjects * VISITS} visits: {rows} rows of TR, {written} of RS, {seconds:.1f} s CPU, "
            f"peak {peak:.0f} MiB\n"
        )


if __name__ == "__main__":
    main()
