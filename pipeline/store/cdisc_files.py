"""Read the SDTM and ADaM tables of a folder, with the labels that their files carry and the Define-XML beside them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.export.conformance import definition
from pipeline.export.conformance.cdisc_tables import CdiscTable, CdiscTables
from pipeline.export.conformance.definition import Defined
from pipeline.export.limits import MAX_NAME
from pipeline.model.errors import InputError
from pipeline.store import dataset_json_read, datasets
from pipeline.store.faults import Faults

FOLDERS = ("sdtm", "adam")
"""Folders below the given one that are looked into instead of it, where there is one of them."""
DEFINE = "define.xml"
_PREFERRED = (".xpt", ".json", ".ndjson")
"""Of one dataset in several forms the first of these is read, for it carries labels; else whichever there is."""


@dataclass(frozen=True)
class CdiscFiles:
    """The tables of a folder, the files that they are from, those that are no tables of CDISC.

    faults: what cannot be read, of a file as a whole and of single rows, which are left out.
    """

    tables: CdiscTables
    read: tuple[str, ...]
    others: tuple[str, ...]
    faults: Faults


def read(folder: Path) -> CdiscFiles:
    """Return the tables of a folder, of its folders sdtm and adam where it has them.

    A file is a table of CDISC where it has USUBJID, STUDYID or RDOMAIN.

    Raises:
        InputError: no table at all, or one dataset in two folders.
    """
    tables: dict[str, CdiscTable] = {}
    defined: list[Defined] = []
    names: dict[str, str] = {}
    others: list[str] = []
    faults = Faults()
    below = [folder / name for name in FOLDERS if (folder / name).is_dir()]
    for place in below or [folder]:
        here: set[str] = set()
        for path in _chosen(place):
            shown = path.relative_to(folder).as_posix()
            try:
                table = _table(path, faults)
            except InputError as error:
                faults.add(error)
                continue
            if table is None:
                others.append(shown)
            elif table.name in tables:
                raise InputError(f"{shown}: found dataset {table.name}, as in {names[table.name]}; allowed: once")
            else:
                tables[table.name], names[table.name] = table, shown
                here.add(table.name)
        if (place / DEFINE).is_file():
            defined.append(definition.read((place / DEFINE).read_bytes(), frozenset(here)))
    if not tables and not faults.all:
        raise InputError(f"{folder.name}: found no table of SDTM or ADaM; allowed: {', '.join(datasets.READERS)}")
    return CdiscFiles(CdiscTables(tables, tuple(defined)), tuple(names.values()), tuple(others), faults)


def _chosen(folder: Path) -> Iterator[Path]:
    """Yield one file of each dataset of a folder, by name."""
    forms: dict[str, list[Path]] = {}
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.is_file() and path.suffix.lower() in datasets.READERS and len(path.stem) <= MAX_NAME:
            forms.setdefault(path.stem.upper(), []).append(path)
    for name in sorted(forms):
        yield min(forms[name], key=_preference)


def _preference(path: Path) -> int:
    form = path.suffix.lower()
    return _PREFERRED.index(form) if form in _PREFERRED else len(_PREFERRED)


def _table(path: Path, faults: Faults) -> CdiscTable | None:
    columns = datasets.header(path)
    if not {"USUBJID", "STUDYID", "RDOMAIN"} & set(columns):
        return None
    rows = tuple(datasets.read_as_written(path, faults))
    label, labels = _labels(path)
    return CdiscTable(
        path.stem.upper(), columns, tuple(row.cells for row in rows), tuple(row.number for row in rows), label, labels
    )


def _labels(path: Path) -> tuple[str | None, Mapping[str, str] | None]:
    form = path.suffix.lower()
    if form == ".xpt":
        return datasets.transport_labels(path)
    return dataset_json_read.labels(path) if form == ".json" else (None, None)
