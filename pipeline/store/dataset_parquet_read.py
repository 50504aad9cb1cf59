"""Read the rows of a Parquet file, one after the other; types of columns become the text that a CSV would hold."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from math import isfinite
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.model.errors import InputError
from pipeline.store.table_forms import numbers, sas_dates

_BATCH = 50_000
"""Records in memory at a time: own choice."""
_INDEX = "__index_level_0__"
"""Row labels of pandas, which are no column of the table."""
_ALLOWED = "expected a Parquet file whose columns hold text, numbers, dates or truth values"


def cells(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield number and cells of the header (1) and of each record (from 2 on).

    Dates are ISO 8601, numbers at their shortest decimals, null and NaN empty, truth values Y and N.

    Raises:
        InputError: no such file, not Parquet, or a column of another type.
    """
    if not path.is_file():
        raise InputError(f"{path.name}: cannot be read (no such file); {_ALLOWED}")
    try:
        with pq.ParquetFile(path) as file:
            schema = file.schema_arrow
            for field in schema:
                if not _is_read(field.type):
                    raise InputError(f"{path.name} row 1, column {field.name}: found type {field.type}; {_ALLOWED}")
            yield 1, [str(name) for name in schema.names if name != _INDEX]
            first = 2
            for batch in file.iter_batches(_BATCH):
                columns = [
                    _texts(column) for name, column in zip(schema.names, batch.columns, strict=True) if name != _INDEX
                ]
                for number, record in enumerate(zip(*columns, strict=True), start=first):
                    yield number, list(record)
                first += batch.num_rows
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path.name}: is not Parquet or is damaged ({str(error)[:80]}); {_ALLOWED}") from error


def _is_read(kind: "pa.DataType") -> bool:
    if pa.types.is_dictionary(kind):
        return _is_read(kind.value_type)
    checks = (
        *(pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view, pa.types.is_integer),
        *(pa.types.is_floating, pa.types.is_decimal, pa.types.is_date, pa.types.is_timestamp),
        *(pa.types.is_boolean, pa.types.is_null),
    )
    return any(check(kind) for check in checks)


def _texts(column: "pa.Array") -> list[str]:
    kind = column.type
    if pa.types.is_dictionary(kind):
        column, kind = column.dictionary_decode(), kind.value_type
    if pa.types.is_timestamp(kind):
        column = column.cast(pa.timestamp("us", tz=kind.tz), safe=False)
    return [_text(value) for value in column.to_pylist()]


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "Y" if value else "N"
    if isinstance(value, dt.date):
        return sas_dates.without_midnight(value.isoformat())
    if isinstance(value, Decimal):
        return _decimal(value)
    return numbers.shortest(value) if isfinite(value) else ""


def _decimal(value: Decimal) -> str:
    """A decimal without the zeros that its column's places add."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
