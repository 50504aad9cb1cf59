"""SDTM and ADaM tables as text, ours or anyone's, with the metadata that their files carry."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from pipeline.export.conformance.definition import Defined
from pipeline.export.dataset import Dataset, as_table

Cells = Mapping[str, str]
"""One record: text by variable, empty where missing."""


@dataclass(frozen=True)
class CdiscTable:
    """One dataset: its records with their rows in the file (the header is row 1).

    label, labels: of the dataset and of its variables; None where the form of the file has none (CSV, Parquet).
    """

    name: str
    columns: tuple[str, ...]
    records: tuple[Cells, ...]
    rows: tuple[int, ...]
    label: str | None = None
    labels: Mapping[str, str] | None = None

    @property
    def is_adam(self) -> bool:
        """Whether it is an analysis dataset, by its name."""
        return self.name.startswith("AD")

    @property
    def is_related(self) -> bool:
        """Whether it holds relations of records, and no observations."""
        return self.name.startswith("SUPP") or self.name in {"RELREC", "RELSUB", "RELSPEC"}

    @property
    def prefix(self) -> str:
        """What its variables begin with: TU of TU and of TUXX; empty in ADaM and of relations."""
        return "" if self.is_adam or self.is_related else self.name[:2]

    @property
    def sequence(self) -> str:
        """Name of the variable that numbers its records."""
        return "ASEQ" if self.is_adam else f"{self.prefix}SEQ"

    def numbered(self) -> Iterator[tuple[int, Cells]]:
        """Yield the records with their rows."""
        yield from zip(self.rows, self.records, strict=True)

    @cached_property
    def by_sequence(self) -> Mapping[tuple[str, str], Cells]:
        """The records by subject and sequence number."""
        return {(each.get("USUBJID", ""), each.get(self.sequence, "")): each for each in self.records}


@dataclass(frozen=True)
class CdiscTables:
    """The datasets of a submission by name, and what Define-XML says of them where it is there."""

    by_name: Mapping[str, CdiscTable]
    defined: tuple[Defined, ...] = field(default=())

    @property
    def every(self) -> Iterable[CdiscTable]:
        """The datasets in their order."""
        return self.by_name.values()

    @cached_property
    def subject_level(self) -> Mapping[str, Mapping[str, Cells]]:
        """DM and ADSL, those that are there: the record of each subject."""
        levels = {name: self.by_name[name] for name in ("DM", "ADSL") if name in self.by_name}
        return {name: {each.get("USUBJID", ""): each for each in table.records} for name, table in levels.items()}


def of_dataset(dataset: Dataset) -> CdiscTable:
    """Return a dataset of ours as it stands in a file."""
    domain, rows = dataset.domain, as_table(dataset).rows
    return CdiscTable(
        domain.name,
        domain.names,
        tuple(dict(zip(domain.names, row, strict=True)) for row in rows),
        tuple(range(2, len(rows) + 2)),
        domain.label,
        {variable.name: variable.label for variable in domain.variables},
    )
