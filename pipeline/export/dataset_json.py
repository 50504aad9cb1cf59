"""A dataset as CDISC Dataset-JSON 1.1 (2024-12-05; S26), one dataset a file.

Attributes stand in the order of the specification. A missing cell is null; a decimal is a string
with its own decimals (dataType and targetDataType decimal); a numeric ADaM date is an ISO string
with targetDataType integer.
"""

import datetime as dt
from decimal import Decimal
from typing import Any

from pipeline.export import oids
from pipeline.export.dataset import Cell, Dataset, DataType, Domain, Variable
from pipeline.export.table import day, number

VERSION = "1.1.0"
DATE_FORMAT = "E8601DA."

_TYPES: dict[DataType, dict[str, str]] = {
    DataType.TEXT: {"dataType": "string"},
    DataType.ISO_DATE: {"dataType": "date"},
    DataType.INTEGER: {"dataType": "integer"},
    DataType.DECIMAL: {"dataType": "decimal", "targetDataType": "decimal"},
    DataType.DATE: {"dataType": "date", "targetDataType": "integer", "displayFormat": DATE_FORMAT},
}


def document(dataset: Dataset, created: dt.datetime) -> dict[str, Any]:
    """Return the dataset as plain values; created is when the file says it was made."""
    domain = dataset.domain
    return {
        "datasetJSONCreationDateTime": created.astimezone(dt.UTC).isoformat(timespec="seconds"),
        "datasetJSONVersion": VERSION,
        "originator": "hepatrack",
        "itemGroupOID": oids.item_group(domain),
        "records": len(dataset.rows),
        "name": domain.name,
        "label": domain.label,
        "columns": [_column(domain, variable) for variable in domain.variables],
        "rows": [[_cell(cell) for cell in row] for row in dataset.rows],
    }


def _column(domain: Domain, variable: Variable) -> dict[str, Any]:
    kind = _TYPES[variable.kind]
    column: dict[str, Any] = {
        "itemOID": oids.item(domain, variable),
        "name": variable.name,
        "label": variable.label,
        "dataType": kind["dataType"],
    }
    if "targetDataType" in kind:
        column["targetDataType"] = kind["targetDataType"]
    if variable.kind is DataType.TEXT:
        column["length"] = variable.length
    if "displayFormat" in kind:
        column["displayFormat"] = kind["displayFormat"]
    if variable.name in domain.keys:
        column["keySequence"] = domain.keys.index(variable.name) + 1
    return column


def _cell(cell: Cell) -> str | int | None:
    if isinstance(cell, dt.date):
        return day(cell)
    return number(cell) if isinstance(cell, Decimal) else cell
