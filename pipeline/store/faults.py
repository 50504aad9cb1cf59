"""Decide what a fault of a table costs: its subject, or the command; all faults of a command are told at once.

A fault is one error of one cell, row or table. One that concerns a subject takes that subject out; the
others go on. One that concerns the table as a whole (no such column, a row that names no subject) ends the command.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from pipeline.export.column import Layout, own
from pipeline.export.form import INTEGER, TEXT, TEXT_OR_EMPTY
from pipeline.model.errors import InputError
from pipeline.store import csv_rows
from pipeline.store.csv_rows import Row

Value = TypeVar("Value")

_PLACED = re.compile(r"(?P<table>.+?) row (?P<row>[0-9]+)(?:, columns? (?P<column>[^:]+?))?: .+", re.DOTALL)
_OF_A_TABLE = re.compile(r"(?P<table>[^:]+?)(?:, column (?P<column>[^:]+?))?: .+", re.DOTALL)
_JUDGED = re.compile(r"found (?P<value>.*?); allowed: (?P<allowed>.*)", re.DOTALL)


@dataclass(frozen=True)
class Fault:
    """One error: its table, row (the header is 1; None of a whole table), column, subject (empty: all), message."""

    table: str
    row: int | None
    column: str
    subject: str
    message: str

    @property
    def value(self) -> str:
        """What stands there, as the message shows it."""
        return self._part("value")

    @property
    def allowed(self) -> str:
        """What may stand there."""
        return self._part("allowed")

    def _part(self, name: str) -> str:
        judged = _JUDGED.search(self.message)
        return judged[name] if judged else ""

    def __str__(self) -> str:
        """Return the message, with the subject where there is one that it does not name."""
        named = not self.subject or self.subject in self.message
        return self.message if named else f"{self.message} (subject {self.subject})"


FAULTS: Layout[Fault] = Layout(
    "faults.csv",
    "one fault of one table that a command read",
    (
        own("table", "", "File name of the table; empty where the message names none", TEXT_OR_EMPTY),
        own("row", "", "Row, the header being 1; empty for a fault of the table as a whole", INTEGER),
        own("column", "", "Column or columns", TEXT_OR_EMPTY),
        own("subject", "", "Subject that is left out for it; empty where the command ended", TEXT_OR_EMPTY),
        own("value", "", "What stands there", TEXT_OR_EMPTY),
        own("allowed", "", "What may stand there", TEXT_OR_EMPTY),
        own("message", "", "The whole message", TEXT),
    ),
)
"""Faults of the tables of a command (`--faults`)."""


class FaultsError(InputError):
    """A command ended by the faults of its tables; the message has one line for each."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


@dataclass
class Faults:
    """The faults of the tables of one command as they are read, and what else is remarkable in them.

    strict: any fault ends the command. notes: what was passed over or taken as something else, and how often.
    """

    strict: bool = False
    notes: Counter[str] = field(default_factory=Counter)
    _whole: "Faults | None" = None
    _faults: dict[Fault, None] = field(default_factory=dict)
    _subjects: dict[str, set[str]] = field(default_factory=dict)
    _claimed: dict[str, list[str]] = field(default_factory=dict)
    _known: set[str] = field(default_factory=set)

    def add(self, error: InputError, subject: str = "") -> None:
        """Record an error, line by line; without a subject it concerns the table as a whole."""
        for fault in error.faults if isinstance(error, FaultsError) else _faults(str(error), subject):
            self._faults[fault] = None
            if fault.subject:
                self._subjects.setdefault(fault.subject, set()).add(fault.table)
        if self._whole is not None:
            self._whole.add(error, subject)

    def claim(self, error: InputError, subject: str) -> None:
        """Record an error of a row that may have slipped: it is the subject's if a sound row knows that subject."""
        self._claimed.setdefault(subject, []).append(str(error))
        if subject:
            self._subjects.setdefault(subject, set()).update(fault.table for fault in _faults(str(error), subject))
        if self._whole is not None:
            self._whole.claim(error, subject)

    def part(self) -> "Faults":
        """Return the faults of one table, which are recorded here as well."""
        return Faults(self.strict, self.notes, self)

    def know(self, subjects: Iterable[str]) -> None:
        """Record subjects that sound rows name."""
        self._known.update(subjects)
        if self._whole is not None:
            self._whole.know(self._known)

    def once(self, rows: Sequence[Row], columns: Sequence[str], column: str) -> None:
        """Record each row that agrees with an earlier one in all these columns as a fault of its subject."""
        for row, error in csv_rows.repeated(rows, columns):
            self.add(error, row.text(column))

    def without_arm(self, where: str, subjects: Iterable[str], arms: Collection[str] | None) -> None:
        """Record each subject that has no arm, where arms are given."""
        for subject in subjects:
            if arms is not None and subject not in arms:
                self.add(InputError(f"{where}: found {subject!r} without arm; allowed: one in --arms"), subject)

    def each(self, rows: Iterable[Row], make: Callable[[Row], Value], column: str) -> Iterator[Value]:
        """Yield what is made of each row; where that fails the fault is that of the row's subject."""
        for row in rows:
            try:
                made = make(row)
            except InputError as error:
                self.add(error, row.text(column))
            else:
                yield made

    def tried(self, subject: str, make: Callable[[Collection[str]], Value]) -> Value | None:
        """Return what is made of a subject; None where rows of it are wrong, and then all of these are named.

        make: gets the places of rows (`TR.csv row 5`) that it does without, since they are known to be wrong.
        """
        without: set[str] = set()
        while True:
            try:
                made = make(without)
            except InputError as error:
                self.add(error, subject)
                wrong = {f"{each.table} row {each.row}" for each in _faults(str(error), subject)} - without
                if not wrong:
                    return None
                without |= wrong
            else:
                return None if without else made

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Record an error that ends the reading of a table, so that the next table is read as well."""
        try:
            yield
        except InputError as error:
            self.add(error)

    def of(self, subject: str, table: str = "") -> bool:
        """Return whether a subject has a fault, in a table where one is named."""
        return subject in self._subjects and (not table or table in self._subjects[subject])

    @property
    def subjects(self) -> tuple[str, ...]:
        """The subjects that have a fault, in the order in which they were met."""
        return tuple(self._subjects)

    @property
    def all(self) -> tuple[Fault, ...]:
        """Every fault: those of whole tables, then those of subjects, as they were met."""
        claimed = [
            fault
            for subject, messages in self._claimed.items()
            for message in messages
            for fault in _faults(message, subject if subject in self._known else "")
        ]
        return tuple(sorted({**self._faults, **dict.fromkeys(claimed)}, key=lambda fault: bool(fault.subject)))

    def check(self) -> None:
        """End the command where a fault concerns a whole table, or under strict any.

        Raises:
            FaultsError: with every fault.
        """
        every = self.all
        if every and (self.strict or not every[0].subject):
            raise FaultsError(every)


@contextmanager
def recorded(faults: Faults | None) -> Iterator[Faults]:
    """Yield where the faults of a table go; where nobody collects them, any ends the reading once all are named.

    Raises:
        FaultsError: nobody collects them and there are some.
    """
    kept = Faults(strict=True) if faults is None else faults
    yield kept
    if faults is None:
        kept.check()


def _faults(message: str, subject: str) -> Iterator[Fault]:
    for line in message.splitlines():
        placed = _PLACED.fullmatch(line)
        if placed:
            yield Fault(placed["table"], int(placed["row"]), placed["column"] or "", subject, line)
        else:
            table = _OF_A_TABLE.fullmatch(line)
            parts = (table["table"], table["column"] or "") if table else ("", "")
            yield Fault(parts[0], None, parts[1], subject, line)
