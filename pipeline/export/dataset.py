"""A dataset as a value: what each variable is, and rows of typed cells.

The metadata are those of an SDTM or ADaM specification; every writer (CSV, XPT, Dataset-JSON,
Parquet, Define-XML) reads the same value, so that the files of one dataset cannot disagree.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from pipeline.export.table import Table, day, number

Cell = str | int | Decimal | dt.date | None
"""One value; None is a missing one, also of text."""


class DataType(StrEnum):
    """What the cells of a variable are.

    ISO_DATE is the text of a --DTC variable and may be partial (2014-02); DATE is a numeric date
    of ADaM. A DECIMAL keeps the decimals it was recorded with.
    """

    TEXT = "text"
    ISO_DATE = "ISO date"
    INTEGER = "integer"
    DECIMAL = "decimal"
    DATE = "date"


_CELLS: dict[DataType, type] = {
    DataType.TEXT: str,
    DataType.ISO_DATE: str,
    DataType.INTEGER: int,
    DataType.DECIMAL: Decimal,
    DataType.DATE: dt.date,
}


class Core(StrEnum):
    """Whether the implementation guide asks for a variable."""

    REQ = "Req"
    EXP = "Exp"
    COND = "Cond"
    PERM = "Perm"


class Origin(StrEnum):
    """Where the values come from (Define-XML 2.1, def:Origin)."""

    ASSIGNED = "Assigned"
    COLLECTED = "Collected"
    DERIVED = "Derived"
    PREDECESSOR = "Predecessor"
    PROTOCOL = "Protocol"


class Model(StrEnum):
    """The CDISC model a dataset follows; its value names the folder it is exported to."""

    SDTM = "sdtm"
    ADAM = "adam"


@dataclass(frozen=True)
class Variable:
    """One variable; length is its largest number of bytes as text, 8 for a number or a date.

    codelist names one of pipeline.export.codelists, method one of pipeline.export.methods; comment
    is what a reviewer must know beside them.
    """

    name: str
    label: str
    kind: DataType
    length: int
    core: Core
    origin: Origin
    codelist: str = ""
    method: str = ""
    comment: str = ""

    @property
    def is_text(self) -> bool:
        """Whether the cells are text."""
        return self.kind in {DataType.TEXT, DataType.ISO_DATE}


@dataclass(frozen=True)
class ValueLevel:
    """What holds of a variable in those rows alone in which another one (by) has one of these values (among)."""

    variable: str
    by: str
    among: tuple[str, ...]
    kind: DataType
    length: int
    origin: Origin
    codelist: str = ""
    method: str = ""
    comment: str = ""


@dataclass(frozen=True)
class Domain:
    """The metadata of a dataset: structure says what one row is, keys name the variables that tell rows apart."""

    name: str
    label: str
    model: Model
    observation_class: str
    structure: str
    keys: tuple[str, ...]
    variables: tuple[Variable, ...]
    comment: str = ""
    values: tuple[ValueLevel, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the variables in order."""
        return tuple(variable.name for variable in self.variables)

    @property
    def described(self) -> tuple["Variable | ValueLevel", ...]:
        """The variables, then what holds of their values."""
        return (*self.variables, *self.values)

    def variable(self, name: str) -> Variable:
        """The variable of that name.

        Raises:
            KeyError: there is none.
        """
        by_name = {variable.name: variable for variable in self.variables}
        return by_name[name]


@dataclass(frozen=True)
class Dataset:
    """A domain with its rows, one cell per variable.

    Raises:
        ValueError: a row of another width, or a cell of another type than its variable.
    """

    domain: Domain
    rows: tuple[tuple[Cell, ...], ...]

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row) != len(self.domain.variables):
                raise ValueError(f"{self.domain.name}: row of {len(row)} cells; expected {len(self.domain.variables)}")
            for variable, cell in zip(self.domain.variables, row, strict=True):
                if cell is not None and type(cell) is not _CELLS[variable.kind]:
                    raise ValueError(f"{self.domain.name}.{variable.name}: {cell!r} is no {variable.kind}")

    def column(self, name: str) -> tuple[Cell, ...]:
        """The cells of one variable in row order."""
        place = self.domain.names.index(name)
        return tuple(row[place] for row in self.rows)


def of(domain: Domain, records: Iterable[Mapping[str, Cell]]) -> Dataset:
    """Return the dataset of rows given by variable name; what a row does not name is missing, as is empty text.

    Raises:
        ValueError: a row names a variable that the domain does not have.
    """
    known = set(domain.names)
    rows = []
    for record in records:
        if not set(record) <= known:
            raise ValueError(f"{domain.name}: unknown {', '.join(sorted(set(record) - known))}")
        rows.append(tuple(None if record.get(name) == "" else record.get(name) for name in domain.names))
    return Dataset(domain, tuple(rows))


def numbered(records: Iterable[Mapping[str, Cell]], sequence: str) -> tuple[dict[str, Cell], ...]:
    """Return the rows with their sequence number (TUSEQ, ...), counted from 1 within each USUBJID."""
    last: dict[Cell, int] = {}
    counted = []
    for record in records:
        subject = record["USUBJID"]
        last[subject] = last.get(subject, 0) + 1
        counted.append({**record, sequence: last[subject]})
    return tuple(counted)


def text(cell: Cell) -> str:
    """Return a cell as text: ISO dates, numbers as recorded, empty where missing."""
    if cell is None or isinstance(cell, str):
        return cell or ""
    return day(cell) if isinstance(cell, dt.date) else number(cell)


def as_table(dataset: Dataset) -> Table:
    """Return the dataset as a table of text, as CSV holds it."""
    return Table(dataset.domain.names, tuple(tuple(map(text, row)) for row in dataset.rows))
