"""SAS transport files of version 5, with labels and SAS dates; equal rows give equal bytes.

The width of a text variable is that of its longest value, as agencies ask for. The file's four time
stamps (created and modified, of the library and of the member) are those given, not the clock's.
"""

import datetime as dt
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat

from pipeline.export import limits
from pipeline.export.dataset import Cell, Dataset, DataType, Variable
from pipeline.model.errors import InputError

_STAMPS = (144, 160, 464, 480)
"""Where the stamps stand: SAS Technical Support TS-140, first and second real header of library and member."""
_STAMP_BYTES = 16
"""Length of a stamp in bytes, as 28NOV26:10:30:00 (TS-140)."""
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_SAS_EPOCH = dt.date(1960, 1, 1)
"""The day from which SAS counts days (TS-140)."""


def write(dataset: Dataset, path: Path, created: dt.datetime) -> None:
    """Write the dataset to a new file at a path.

    Raises:
        InputError: the dataset breaks a limit of version 5; every broken limit is listed, nothing is written.
    """
    broken = limits.broken(dataset)
    if broken:
        raise InputError(
            f"{path.name}: does not fit SAS transport version 5:\n  " + "\n  ".join(broken) + "\n"
            "Shorten what is named, or write another format."
        )
    variables = dataset.domain.variables
    frame = pd.DataFrame({v.name: _column(v, dataset.column(v.name)) for v in variables})
    pyreadstat.write_xport(
        frame,
        str(path),
        file_label=dataset.domain.label,
        table_name=dataset.domain.name,
        file_format_version=5,
        column_labels=[v.label for v in variables],
        variable_format={v.name: "DATE9." for v in variables if v.kind is DataType.DATE},
    )
    _stamp(path, created)


def _column(variable: Variable, cells: tuple[Cell, ...]) -> "pd.Series[Any]":
    if variable.is_text:
        return pd.Series([cell or "" for cell in cells], dtype=object)
    return pd.Series([_number(cell) for cell in cells], dtype="float64")


def _number(cell: Cell) -> float:
    if cell is None or isinstance(cell, str):
        return float("nan")
    return float((cell - _SAS_EPOCH).days if isinstance(cell, dt.date) else cell)


def _stamp(path: Path, created: dt.datetime) -> None:
    moment = created.astimezone(dt.UTC)
    text = f"{moment:%d}{_MONTHS[moment.month - 1]}{moment:%y:%H:%M:%S}".encode("ascii")
    content = bytearray(path.read_bytes())
    for place in _STAMPS:
        content[place : place + _STAMP_BYTES] = text
    path.write_bytes(content)
