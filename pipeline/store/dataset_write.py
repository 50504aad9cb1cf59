"""Write a dataset in one of the formats that there are, by the ending of its path."""

import datetime as dt
import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.export import dataset_json, limits
from pipeline.export.dataset import Cell, Dataset, as_table
from pipeline.model.errors import InputError
from pipeline.store import tables
from pipeline.store.faults import Faults

Writer = Callable[[Dataset, Path, dt.datetime], None]


@dataclass(frozen=True)
class FileFormat:
    """One format of a dataset: its name as a value of --format, the ending of its files, what writes it."""

    name: str
    ending: str
    write: Writer


def check(path: Path) -> None:
    """Refuse a name that no format has.

    Raises:
        InputError: it ends in none of WRITERS.
    """
    if path.suffix.lower() not in WRITERS:
        raise InputError(f"{path.name}: found the extension {path.suffix!r}; allowed: {', '.join(WRITERS)}")


def write(dataset: Dataset, path: Path, created: dt.datetime | None = None) -> None:
    """Write a dataset, whole or not at all.

    created is when the file says it was made (XPT, Dataset-JSON), by default now; with the same
    value the same dataset gives the same bytes.

    Raises:
        InputError: another ending, or the dataset does not fit the format; nothing is written.
    """
    check(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".writing-") as folder:
        made = Path(folder) / path.name
        WRITERS[path.suffix.lower()](dataset, made, created or dt.datetime.now(dt.UTC))
        made.replace(path)


def fitting(dataset: Dataset, path: Path, faults: Faults) -> Dataset:
    """Return a dataset without the subjects of whom the form of a path cannot hold a text; each is a fault of its own.

    SAS transport files hold ASCII of limited length (export.limits); the other forms hold every text.
    """
    if path.suffix.lower() != XPT.ending:
        return dataset
    place, own = dataset.domain.names.index("USUBJID"), faults.part()
    by_subject: dict[str, list[tuple[Cell, ...]]] = {}
    for row in dataset.rows:
        by_subject.setdefault(str(row[place]), []).append(row)
    for subject, rows in by_subject.items():
        for line in limits.unfit(dataset.domain, rows):
            own.add(InputError(f"{path.name}, {line}. Write another format, as .csv."), subject)
    return replace(dataset, rows=tuple(row for row in dataset.rows if not own.of(str(row[place]))))


def _csv(dataset: Dataset, path: Path, _created: dt.datetime) -> None:
    tables.write_csv(as_table(dataset), path)


def _json(dataset: Dataset, path: Path, created: dt.datetime) -> None:
    text = json.dumps(dataset_json.document(dataset, created), ensure_ascii=False, separators=(",", ":"))
    tables.write_text(text + "\n", path)


def _xpt(dataset: Dataset, path: Path, created: dt.datetime) -> None:
    from pipeline.store import dataset_xpt

    dataset_xpt.write(dataset, path, created)


def _parquet(dataset: Dataset, path: Path, _created: dt.datetime) -> None:
    from pipeline.store import dataset_parquet

    dataset_parquet.write(dataset, path)


XPT = FileFormat("xpt", ".xpt", _xpt)

FORMATS = (
    FileFormat("csv", ".csv", _csv),
    XPT,
    FileFormat("dataset-json", ".json", _json),
    FileFormat("parquet", ".parquet", _parquet),
)
"""Every format; options, their help and their errors come from here."""

WRITERS = {each.ending: each.write for each in FORMATS}
"""The writer of each ending."""
