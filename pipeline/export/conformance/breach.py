"""What a check tells."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Breach:
    """One place that breaks a check: dataset, variable or variables, row (None: of the dataset), value, allowed."""

    dataset: str
    variable: str
    row: int | None
    value: str
    allowed: str


@dataclass(frozen=True)
class ConformanceRow:
    """One finding: equal breaches of a check in a dataset, the row of the first and how many there are."""

    check: str
    dataset: str
    variable: str
    row: int | None
    count: int
    value: str
    allowed: str
    source: str

    @property
    def sentence(self) -> str:
        """Where it is, what stands there, what may stand there."""
        where = f"{self.dataset} {self.variable}".strip() + (f" row {self.row}" if self.row else "")
        often = f" ({self.count} records)" if self.count > 1 else ""
        return f"{where}: found {self.value or 'nothing'}; allowed: {self.allowed}{often}"
