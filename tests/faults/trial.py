"""Plant every kind of fault into the tables of a simulated trial, run respond and derive, see what they name."""

import csv
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from typer.testing import CliRunner

from flows.cli import app
from pipeline.procedures import simulate_trial
from pipeline.simulate.trial.design import NO_EFFECT, Design
from tests.faults import kinds
from tests.faults.kinds import Kind
from tests.faults.table import Line, Table

SHARE = 100
"""One scan of so many carries each kind of fault (issue 10)."""
COMMANDS = {"respond": ("TU", "TR"), "derive": ("ADSL", "RS")}
"""What reads which tables; the first is what faults of the other contradict."""


@dataclass(frozen=True)
class Planted:
    """One fault in a line of a table, and the subject it is of."""

    kind: Kind
    subject: str
    line: Line


@dataclass
class Outcome:
    """What the commands said and wrote: each planted fault that nobody named, each sound subject that differs."""

    planted: list[Planted]
    unnamed: list[str] = field(default_factory=list)
    missed: list[Planted] = field(default_factory=list)
    sound: dict[str, int] = field(default_factory=dict)
    differing: dict[str, list[str]] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        """Whether every fault is named and every sound subject is as without faults."""
        return not (self.unnamed or any(self.differing.values())) and all(self.sound.values())


def run(folder: Path, subjects: int, seed: int) -> Outcome:
    """Make a trial, plant, run both commands on the tables with and without faults, compare."""
    sound, faulty = folder / "sound", folder / "faulty"
    simulate_trial.make(sound, Design(subjects=subjects, hazard_ratio=NO_EFFECT, seed=seed))
    faulty.mkdir()
    tables = {name: Table.read(sound / f"{name}.csv") for names in COMMANDS.values() for name in names}
    planted = _plant(tables, random.Random(seed))
    for table in tables.values():
        table.write(faulty)
    outcome = Outcome(planted)
    for command, names in COMMANDS.items():
        known, _, _ = _run(command, sound, faults=False)
        made, named, screen = _run(command, faulty, faults=True)
        mine = [each for each in planted if each.kind.table in names]
        for each in mine:
            row = tables[each.kind.table].row(each.line)
            if not _named(each, row, named, screen, mine):
                outcome.missed.append(each)
                outcome.unnamed.append(f"{each.kind.table}.csv row {row}, {each.subject}: {each.kind.name}")
        concerned = {each.subject for each in mine if not each.kind.equal}
        everybody = sorted({line.subject for line in Table.read(sound / "ADSL.csv").lines} - concerned)
        outcome.sound[command] = len(everybody)
        outcome.differing[command] = [one for one in everybody if known.get(one) != made.get(one)]
    return outcome


def _plant(tables: dict[str, Table], choice: random.Random) -> list[Planted]:
    """Plant each kind in one scan of a hundred, at least one, each scan with one fault at most."""
    planted: list[Planted] = []
    alive = {line.subject for line in tables["ADSL"].lines if not line.cells["DTHDT"]}
    for name, table in tables.items():
        scans = list(table.scans(kinds.overall if name == "RS" else lambda _line: True))
        choice.shuffle(scans)
        times = max(1, round(len(scans) / SHARE))
        for kind in (each for each in kinds.EVERY if each.table == name):
            barred = {each.subject for each in planted if each.kind.table == kind.judge}
            barred |= alive if kind.judge == "ADSL" else set()
            able = [scan for scan in scans if scan[0].subject not in barred]
            fitting = [(scan, line) for scan in able if (line := next(filter(kind.fits, scan), None))][:times]
            for scan, line in fitting:
                scans.remove(scan)
                subject = line.subject
                planted.append(Planted(kind, subject, kind.plant(table, line)))
    return planted


def _run(command: str, folder: Path, *, faults: bool) -> tuple[dict[str, list[str]], set[tuple[str, ...]], str]:
    """Return the lines of each subject that a command writes, the faults it names, and what it says."""
    out = folder / f"{command}.csv"
    words = [command, "--out", str(out)]
    for name in COMMANDS[command]:
        words += [f"--{name.lower()}", str(folder / f"{name}.csv")]
    words += ["--param", "PFS"] if command == "derive" else []
    words += ["--faults", str(folder / "faults.csv")] if faults else []
    done = CliRunner().invoke(app, words, catch_exceptions=False)
    if done.exit_code != int(faults):
        raise AssertionError(f"{command}: exit code {done.exit_code}: {done.output[-2000:]}")
    lines: dict[str, list[str]] = {}
    for line in Table.read(out).lines:
        lines.setdefault(line.subject, []).append(",".join(line.cells.values()))
    named: set[tuple[str, ...]] = set()
    if faults:
        with (folder / "faults.csv").open(encoding="utf-8", newline="") as file:
            named = {tuple(row[name] for name in ("table", "row", "column", "subject")) for row in csv.DictReader(file)}
    return lines, named, " ".join(done.output.split())


def _named(each: Planted, row: int, named: set[tuple[str, ...]], screen: str, planted: Sequence[Planted]) -> bool:
    """Whether a fault is named with its table, row, column and subject, or its note with how often it was planted."""
    kind = each.kind
    if not kind.note:
        return any(
            (table, number, subject) == (f"{kind.table}.csv", str(row), each.subject) and kind.column in column
            for table, number, column, subject in named
        )
    times = sum(other.kind is kind for other in planted)
    counted = kind.note.replace("#", str(times)) if times > 1 else re.sub(r"# (\w+)s ", r"1 \1 ", kind.note)
    return counted in screen
