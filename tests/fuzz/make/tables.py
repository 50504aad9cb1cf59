"""Mutated tables of every kind and form, one for each command that takes some."""

import csv
import io
import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from random import Random

import pandas as pd
import pyreadstat

from tests.fuzz import dicom_bytes
from tests.fuzz.make import settled, trial
from tests.fuzz.read.tables import COMMANDS

Grid = list[list[str]]
"""A table: its header, then its rows."""
CELLS = (
    "", " ", ".", "NaN", "nan", "inf", "-inf", "1e308", "-1e308", "1e400", "-0", "0", "-1", "1,5", "1.234,5",
    "0.1000000001",
    "9" * 400, "A" * 10_000, "\0", "a\0b", "Müller", "\u200b", "a\u200db", "\ufeff", "\u202eabc", "[/bold]x", "{}",
    "%s",
    "=1+1", "'", '"', "a,b", "a;b", "a\nb", "\r", "\t", "\ud83d\ude00", "é", "٣", "１２", "²", "½", "2024-02-30",
    "2024-13", "0000-00-00",
    "9999-12-31", "0001-01-01", "10000-01-01", "2024", "2024-03", "2024-03-05T24:00", "2024---05", "05JAN2024",
    "99JAN2024",
    "03/04/2024", "20240305", "23000", "1e10", "-99999999", "NOT EVALUABLE", "NOT DONE", "TARGET", "PD", "CR", "Y",
    "N", "BASELINE", "../../x",
    "None", "null", "true", "TUMERGE", "LIVER", "INVESTIGATOR", "cm", "1/2", "T01/T02",
)  # fmt: skip
"""What is put into cells."""
NAMES = (
    "", " ", "USUBJID", "usubjid", "VISITNUM", "DOMAIN", "\u200b", "A" * 300, "1", "TRDTC", "AVAL", "subject",
    "date", "\0",
)  # fmt: skip
"""What columns are called."""
_RARE = {"figures", "estimate", "estimate-adsl"}
"""Commands that draw and take a second each: tried less often."""


def make(folder: Path, count: int, choice: Random) -> list[str]:
    """Write mutated tables; a name says command, option and file."""
    trial.write(folder)
    names, commands = [], sorted(COMMANDS)
    for number in range(count):
        command = choice.choice(commands)
        if command in _RARE and choice.random() < 0.7:
            command = choice.choice(("respond", "derive-ALL", "respond-all", "ingest"))
        option, file = choice.choice(sorted(COMMANDS[command].tables.items()))
        place = folder / f"{number:04}"
        place.mkdir()
        written = _write(place, folder / file, choice)
        names.append(f"{number:04}|{command}|{option}|{written.name}")
    return names


def _write(place: Path, seed: Path, choice: Random) -> Path:
    with seed.open(encoding="utf-8", newline="") as file:
        grid = list(csv.reader(file))
    for _ in range(choice.choice((0, 1, 1, 1, 2, 4))):
        grid = GRIDS[choice.choice(sorted(GRIDS))](grid, choice)
    form = choice.choice(("csv", "csv", "csv", "tsv", "txt", "xpt", "parquet", "json", "ndjson"))
    try:
        content = FORMS[form](grid, choice)
    except Exception:  # noqa: BLE001  a table that this form cannot hold comes as text
        form, content = "csv", _csv(grid, choice)
    if choice.random() < 0.3:
        content = BYTES[choice.choice(sorted(BYTES))](content, choice)
    path = place / f"{seed.stem}.{form}"
    path.write_bytes(content)
    return path


def _cell(grid: Grid, choice: Random) -> Grid:
    """Put something into one to five cells."""
    for _ in range(choice.choice((1, 1, 1, 5))):
        row = choice.choice(grid[1:] or [[""]])
        if row:
            row[choice.randrange(len(row))] = choice.choice(CELLS)
    return grid


def _column(grid: Grid, choice: Random) -> Grid:
    """Put the same into a whole column."""
    place, cell = choice.randrange(max(1, len(grid[0]) if grid else 1)), choice.choice(CELLS)
    return [
        row if number == 0 or place >= len(row) else [*row[:place], cell, *row[place + 1 :]]
        for number, row in enumerate(grid)
    ]


def _header(grid: Grid, choice: Random) -> Grid:
    """Rename a column."""
    if grid and grid[0]:
        grid[0][choice.randrange(len(grid[0]))] = choice.choice(NAMES)
    return grid


def _no_column(grid: Grid, choice: Random) -> Grid:
    """Take a column away."""
    place = choice.randrange(max(1, len(grid[0]) if grid else 1))
    return [row[:place] + row[place + 1 :] for row in grid]


def _twice(grid: Grid, choice: Random) -> Grid:
    """Repeat a column, or rows."""
    if choice.random() < 0.4 and grid and grid[0]:
        place = choice.randrange(len(grid[0]))
        return [[*row, row[place] if place < len(row) else ""] for row in grid]
    return [*grid, *([list(row) for row in grid[1:4]])]


def _rows(grid: Grid, choice: Random) -> Grid:
    """Take rows away, shuffle them, or leave the header alone."""
    head, body = grid[:1], grid[1:]
    way = choice.choice(("none", "shuffled", "one", "half", "blank"))
    if way == "shuffled":
        choice.shuffle(body)
    return head + {"none": [], "shuffled": body, "one": body[:1], "half": body[::2], "blank": [[]] * 3 + body}[way]


def _ragged(grid: Grid, choice: Random) -> Grid:
    """Make a row too short or too long."""
    if len(grid) > 1:
        place = choice.randrange(1, len(grid))
        grid[place] = choice.choice((grid[place][:-1], grid[place][:1], [*grid[place], "x"], grid[place] * 3))
    return grid


GRIDS: dict[str, Callable[[Grid, Random], Grid]] = {
    each.__name__: each for each in (_cell, _column, _header, _no_column, _twice, _rows, _ragged)
}
"""Mutations of a table's rows and columns."""


def _text(grid: Grid, separator: str, encoding: str, end: str) -> bytes:
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=separator, lineterminator=end, escapechar="\\")
    writer.writerows(grid)
    return file.getvalue().encode(encoding, "replace")


def _csv(grid: Grid, choice: Random) -> bytes:
    encoding = choice.choice(
        ("utf-8", "utf-8", "utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-32", "cp037")
    )
    return _text(
        grid, choice.choice((",", ",", ",", ";", "|", "\t", ":")), encoding, choice.choice(("\n", "\r\n", "\r"))
    )


def _tsv(grid: Grid, _choice: Random) -> bytes:
    return _text(grid, "\t", "utf-8", "\n")


def _frame(grid: Grid, choice: Random) -> pd.DataFrame:
    frame = pd.DataFrame(grid[1:], columns=grid[0])
    for column in list(frame):
        if str(column).endswith(("NUM", "STRESN", "SEQ", "AVAL", "CNSR")) or choice.random() < 0.05:
            frame[column] = pd.to_numeric(frame[column], errors="coerce")
        elif str(column).endswith("DT") and choice.random() < 0.7:
            frame[column] = pd.to_datetime(frame[column], errors="coerce")
        elif choice.random() < 0.03:
            frame[column] = frame[column].map(lambda cell: [cell])
    return frame


def _through_file(write: Callable[[Path], object]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table"
        write(path)
        return path.read_bytes()


def _xpt(grid: Grid, choice: Random) -> bytes:
    frame = _frame(grid, choice)
    for column in list(frame):
        if str(frame[column].dtype).startswith("datetime"):
            frame[column] = (frame[column] - pd.Timestamp("1960-01-01")).dt.days
    version = choice.choice((5, 8))
    return settled.transport(
        _through_file(lambda path: pyreadstat.write_xport(frame, str(path), file_format_version=version))
    )


def _parquet(grid: Grid, choice: Random) -> bytes:
    return _through_file(lambda path: _frame(grid, choice).to_parquet(path))


def _json(grid: Grid, choice: Random) -> bytes:
    columns: object = [{"itemOID": name, "name": name, "dataType": "string"} for name in grid[0]]
    odd = (None, [], {}, True, 1e308, -0.0, 10**400, "x", [[]], float("nan"), "NUMBER")
    rows: list[object] = [[choice.choice(odd) if choice.random() < 0.002 else cell for cell in row] for row in grid[1:]]
    if choice.random() < 0.2:
        rows.insert(0, choice.choice(odd))
    if choice.random() < 0.1:
        columns = choice.choice((*odd, [1], [{}], [{"name": None}], [{"name": ["x"]}]))
    whole: dict[str, object] = {"datasetJSONVersion": "1.1.0", "columns": columns, "rows": rows}
    if choice.random() < 0.1:
        del whole[choice.choice(sorted(whole))]
    nested = b"[" * 100_000
    text = json.dumps(whole).replace('"NUMBER"', choice.choice(("9" * 5000, "1e400", "-1e-999999", "1e" + "9" * 30)))
    return nested if choice.random() < 0.02 else text.encode()


def _ndjson(grid: Grid, choice: Random) -> bytes:
    columns = [{"itemOID": name, "name": name} for name in grid[0]]
    lines: list[object] = [{"datasetJSONVersion": "1.1.0", "columns": columns}, *grid[1:]]
    if choice.random() < 0.3:
        lines[choice.randrange(len(lines))] = choice.choice((None, [], {}, 1, "x", [1, 2]))
    return "\n".join(json.dumps(line) for line in lines).encode()


FORMS: dict[str, Callable[[Grid, Random], bytes]] = {
    "csv": _csv, "tsv": _tsv, "txt": _csv, "xpt": _xpt, "parquet": _parquet, "json": _json, "ndjson": _ndjson,
}  # fmt: skip
"""The forms that tables are written in."""
BYTES: dict[str, Callable[[bytes, Random], bytes]] = {
    "flip": dicom_bytes.flip, "truncate": dicom_bytes.truncate, "delete": dicom_bytes.delete,
    "insert": dicom_bytes.insert, "empty": lambda _content, _choice: b"", "nul": lambda content,
    _choice: content + b"\0" * 9,
    "bom": lambda content, _choice: b"\xef\xbb\xbf" + content, "noise": lambda _content, choice: choice.randbytes(400),
}  # fmt: skip
"""Mutations of a file's bytes."""
