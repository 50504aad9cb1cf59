"""A run on part of the sample that takes half a minute, done once undisturbed to compare with."""

import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from tests.builders.command import QUICK, hepatrack, inputs, part_of_sample, tables

SECOND = "RETNET-002"
"""A second subject, which has signed reads; with two the run uses worker processes."""
LEFT_OUT = ((QUICK, "W12"), (SECOND, "W12"))
"""Visits that are left out, to be quicker."""


@dataclass(frozen=True)
class SmallStudy:
    """The source, an undisturbed study of it, its tables, its signed reads (a count) and its time in seconds."""

    source: Path
    study: Path
    expected: dict[str, bytes]
    reads: int
    seconds: float

    def rerun_differs(self, study: Path, out: Path) -> str:
        """Run again; return what differs from the undisturbed run, empty if nothing."""
        done = hepatrack("run", *inputs(self.source, study, out))
        if done.code:
            return f"the rerun ended with {done.code}: {done.err[-1500:]}"
        if tables(out) != self.expected:
            return "the tables of the rerun differ"
        held = signed_reads(study)
        return "" if held == self.reads else f"{held} signed reads instead of {self.reads}"


def make(folder: Path) -> SmallStudy:
    """Make the source and run it undisturbed."""
    source = part_of_sample(folder, QUICK, SECOND)
    for subject, visit in LEFT_OUT:
        shutil.rmtree(source / subject / visit)
    reads = source / "reads.csv"
    left_out = tuple(f"{subject},{visit}," for subject, visit in LEFT_OUT)
    kept = [line for line in reads.read_text(encoding="utf-8").splitlines() if not line.startswith(left_out)]
    reads.write_text("\n".join([*kept, ""]), encoding="utf-8")
    study, out = folder / "study", folder / "out"
    done = hepatrack("run", *inputs(source, study, out))
    assert done.code == 0, done.err[-3000:]
    return SmallStudy(source, study, tables(out), signed_reads(study), done.seconds)


def signed_reads(study: Path) -> int:
    """Return how many signed reads a study's database holds."""
    with closing(sqlite3.connect(study / "study.sqlite")) as database:
        count: int = database.execute("select count(*) from signed_read").fetchone()[0]
        return count
