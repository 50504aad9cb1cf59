"""A table of a trial as lines that faults are planted into; each line knows its row once the table is written."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

NO_LINE = -1
"""Row of a line that is not in the table."""


@dataclass(eq=False)
class Line:
    """One row: its cells by column, how many are cut off its end, how many stand beyond it."""

    cells: dict[str, str]
    cut: int = 0
    beyond: int = 0

    @property
    def subject(self) -> str:
        """The subject that the row names."""
        return self.cells["USUBJID"]

    def record(self) -> list[str]:
        """Return the row as it is written."""
        cells = list(self.cells.values())
        return cells[: len(cells) - self.cut] + ["slipped"] * self.beyond


@dataclass
class Table:
    """The lines of a table, in the order of the file."""

    name: str
    lines: list[Line] = field(default_factory=list)

    @classmethod
    def read(cls, path: Path) -> "Table":
        """Return the lines of a CSV file."""
        with path.open(encoding="utf-8", newline="") as file:
            return cls(path.name, [Line(dict(row)) for row in csv.DictReader(file)])

    def write(self, folder: Path) -> Path:
        """Write the table; blank lines stand as such."""
        path = folder / self.name
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(self.lines[0].cells)
            writer.writerows(line.record() for line in self.lines)
        return path

    def row(self, line: Line) -> int:
        """Return the row of a line, the header being 1."""
        return next((number for number, each in enumerate(self.lines, start=2) if each is line), NO_LINE)

    def scans(self, wanted: Callable[[Line], bool]) -> Iterator[list[Line]]:
        """Yield the wanted lines of each subject and visit."""
        together: dict[tuple[str, str], list[Line]] = {}
        for line in self.lines:
            if wanted(line):
                together.setdefault((line.subject, line.cells.get("VISITNUM", "")), []).append(line)
        yield from together.values()

    def insert(self, after: Line, cells: dict[str, str]) -> Line:
        """Put a line behind another one."""
        made = Line(cells)
        self.lines.insert(self.lines.index(after) + 1, made)
        return made
