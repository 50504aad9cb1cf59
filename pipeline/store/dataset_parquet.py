"""Parquet: typed columns, labels as field metadata; equal rows give equal bytes.

Text is string, dates are date32, integers int64, decimals decimal128 with nine places, so that no
recorded value is rounded. Missing is null. The file holds no clock.
"""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.export.dataset import Dataset, DataType, Variable
from pipeline.model.errors import InputError

_DIGITS, _PLACES = 38, 9
"""Digits of a decimal in all and after the point: the most that Parquet's 16-byte decimal holds; own choice, a result
has at most 4 decimal places."""
_TYPES = {
    DataType.TEXT: pa.string(),
    DataType.ISO_DATE: pa.string(),
    DataType.INTEGER: pa.int64(),
    DataType.DECIMAL: pa.decimal128(_DIGITS, _PLACES),
    DataType.DATE: pa.date32(),
}


def write(dataset: Dataset, path: Path) -> None:
    """Write the dataset to a new file at a path.

    Raises:
        InputError: a decimal has more than nine places.
    """
    domain = dataset.domain
    schema = pa.schema(
        [pa.field(v.name, _TYPES[v.kind], metadata={"label": v.label}) for v in domain.variables],
        metadata={"name": domain.name, "label": domain.label},
    )
    columns = [_column(dataset, variable) for variable in domain.variables]
    pq.write_table(pa.table(columns, schema=schema), path)


def _column(dataset: Dataset, variable: Variable) -> "pa.Array":
    try:
        return pa.array(dataset.column(variable.name), type=_TYPES[variable.kind])
    except pa.ArrowInvalid as error:
        raise InputError(
            f"{dataset.domain.name}.{variable.name}: {error}; allowed: at most {_PLACES} decimal places"
        ) from error
