"""What was read as something else than it was written, counted by file, column and form."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.model import words

_OF_ONE = {"read as dates": "read as a date", "read as numbers": "read as a number"}
"""What one value was read as, where that differs from what several were."""


@dataclass(frozen=True)
class Conversion:
    """One kind of conversion: its column (empty: whole rows), the form that stood there, what it was read as.

    Counted 0 where it is one of the table as a whole.
    """

    column: str
    form: str
    read_as: str


@dataclass
class Conversions:
    """The conversions of every table of a command; a table that is read twice counts once."""

    _by_file: dict[Path, Counter[Conversion]] = field(default_factory=dict)

    def of(self, path: Path) -> Counter[Conversion]:
        """Return the empty count of a table that is now read; what was counted of that table before is forgotten."""
        self._by_file[path] = Counter()
        return self._by_file[path]

    def lines(self) -> Iterator[str]:
        """Yield a line a file, column and form: `RS.csv RSDTC: 312 values in the form 05JAN2024 read as dates`."""
        for path, counts in self._by_file.items():
            for conversion, count in counts.items():
                what = f"{words.plural(count, 'value' if conversion.column else 'row')} " if count else ""
                where = f"{path.name} {conversion.column}".rstrip()
                read_as = _OF_ONE.get(conversion.read_as, conversion.read_as) if count == 1 else conversion.read_as
                yield f"{where}: {what}{conversion.form} {read_as}"
