"""One table of text cells in every form in which SAS users, R users and spreadsheets bring it."""

import csv
import datetime as dt
import io
import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd
import pyreadstat

Rows = list[dict[str, str]]
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DATES = ("DTC", "DT")
_NUMBERS = ("VISITNUM", "STRESN", "SEQ")


def plain(rows: Rows, path: Path) -> Path:
    """Write CSV with ISO dates, decimal points and empty cells."""
    return _text(rows, path.with_suffix(".csv"))


def _text(
    rows: Rows,
    path: Path,
    cell: Callable[[str, str], str] = lambda _column, cell: cell,
    *,
    separator: str = ",",
    encoding: str = "utf-8",
    lower: bool = False,
) -> Path:
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=separator, lineterminator="\r\n")
    writer.writerow([name.lower() if lower else name for name in rows[0]])
    writer.writerows([cell(column, each) for column, each in row.items()] for row in rows)
    path.write_bytes(file.getvalue().encode(encoding))
    return path


def _is_day(column: str, cell: str) -> bool:
    return column.endswith(_DATES) and len(cell) == len("2024-01-05")


def _date9(column: str, cell: str) -> str:
    if not cell:
        return "."
    if not _is_day(column, cell):
        return cell
    day = dt.date.fromisoformat(cell)
    return f"{day:%d}{_MONTHS[day.month - 1]}{day.year}"


def _datetime(column: str, cell: str) -> str:
    return f"{_date9(column, cell)}:00:00:00" if _is_day(column, cell) else cell


def _count(column: str, cell: str) -> str:
    return str((dt.date.fromisoformat(cell) - dt.date(1960, 1, 1)).days) if _is_day(column, cell) else cell


def _slashes(column: str, cell: str) -> str:
    return cell.replace("-", "/") if _is_day(column, cell) else cell


def _commas(column: str, cell: str) -> str:
    return cell.replace(".", ",") if column.endswith((*_NUMBERS, "STRESC", "ORRES")) else cell


def _spaces(_column: str, cell: str) -> str:
    return f"  {cell}   "


def _sas(rows: Rows, path: Path) -> Path:
    return _text(rows, path.with_suffix(".csv"), _date9, lower=True)


def _spaced(rows: Rows, path: Path) -> Path:
    written = _text(rows, path.with_suffix(".csv"), _spaces)
    lines = written.read_text("utf-8").splitlines()
    blank = "," * (len(rows[0]) - 1)
    written.write_text("\n".join([lines[0], blank, "", *lines[1:], blank, "", ""]), "utf-8")
    return written


def _typed(rows: Rows) -> "pd.DataFrame":
    frame = pd.DataFrame(rows)
    for column in frame:
        if str(column).endswith(_NUMBERS):
            frame[column] = pd.to_numeric(frame[column])
    return frame


def _transport(rows: Rows, path: Path, *, formats: bool) -> Path:
    frame, days = _typed(rows), [name for name in rows[0] if name.endswith("DT")]
    for column in days:
        frame[column] = pd.to_numeric(frame[column].map(lambda cell, column=column: _count(column, cell) or None))
    made = path.with_suffix(".xpt")
    formatted = dict.fromkeys(days, "DATE9.") if formats else {}
    pyreadstat.write_xport(frame, str(made), variable_format=formatted, file_format_version=5)
    return made


def _parquet(rows: Rows, path: Path) -> Path:
    frame = _typed(rows)
    for column in frame:
        if str(column).endswith("DT"):
            frame[column] = pd.to_datetime(frame[column].replace("", None))
        elif not str(column).endswith(_NUMBERS):
            frame[column] = frame[column].replace("", None)
    made = path.with_suffix(".parquet")
    frame.to_parquet(made)
    return made


def _json(rows: Rows, path: Path) -> Path:
    columns = [{"name": name.lower(), "dataType": "string"} for name in rows[0]]
    made = path.with_suffix(".json")
    content = {"columns": columns, "rows": [[cell or None for cell in row.values()] for row in rows]}
    made.write_text(json.dumps(content), "utf-8")
    return made


FORMS: Mapping[str, Callable[[Rows, Path], Path]] = {
    "DATE9 and points": _sas,
    "DATETIME20": lambda rows, path: _text(rows, path.with_suffix(".csv"), _datetime),
    "SAS days": lambda rows, path: _text(rows, path.with_suffix(".csv"), _count),
    "slashes": lambda rows, path: _text(rows, path.with_suffix(".csv"), _slashes, separator="|"),
    "semicolons": lambda rows, path: _text(
        rows, path.with_suffix(".csv"), _commas, separator=";", encoding="utf-8-sig"
    ),
    "tabs, UTF-16": lambda rows, path: _text(rows, path.with_suffix(".tsv"), separator="\t", encoding="utf-16"),
    "Windows-1252": lambda rows, path: _text(rows, path.with_suffix(".csv"), encoding="cp1252"),
    "spaces and blank rows": _spaced,
    "transport, DATE9.": lambda rows, path: _transport(rows, path, formats=True),
    "transport, no formats": lambda rows, path: _transport(rows, path, formats=False),
    "Parquet": _parquet,
    "Dataset-JSON": _json,
}
"""What writes each form; rows go in as text, the path of the file comes back."""
