"""The columns of every table of ours as tables of the methods pages, made from the layouts that the code runs on."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from pipeline.export.column import Layout
from pipeline.export.tables.every import LAYOUTS as RESULTS
from pipeline.export.tables.lesions import LESIONS, READS
from pipeline.export.tables.rates import RATES
from pipeline.report import markdown
from pipeline.report.estimate_columns import CURVE, ESTIMATES, NPMLE
from pipeline.report.figures import columns as figure_columns
from pipeline.store.faults import FAULTS
from pipeline.store.input_tables import ANATOMY, ARMS, EVENTS, MASKS, VISITS
from pipeline.store.truth_table import TRUTH


def columns(layout: Layout[Any], beside: Layout[Any] | None = None) -> str:
    """Every column of a table, those of another one apart: unit, what a cell holds, meaning."""
    rows = (
        (f"`{column.name}`", column.unit, column.form.holds, column.meaning)
        for column in layout.columns
        if beside is None or column.name not in beside.names
    )
    return f"{_about(layout, beside)}\n\n{markdown.table(('Column', 'Unit', 'Holds', 'Meaning'), rows)}"


def _about(layout: Layout[Any], beside: Layout[Any] | None) -> str:
    sentences = [f"One row is {layout.one_row}"]
    if beside is not None:
        sentences.append(f"Its columns are those of `{beside.file}` and those below")
    if layout.required:
        others = "; the others may be left out" if len(layout.required) < len(layout.names) else ""
        sentences.append(f"Required: {_listed(layout.required)}{others}")
    if layout.key:
        sentences.append(f"No two rows agree in {_listed(layout.key)}")
    return "".join(f"{sentence}. " for sentence in sentences).rstrip()


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


LAYOUTS: tuple[Layout[Any], ...] = (
    EVENTS,
    MASKS,
    VISITS,
    READS,
    ARMS,
    ANATOMY,
    *RESULTS,
    ESTIMATES,
    CURVE,
    NPMLE,
    FAULTS,
    *figure_columns.LAYOUTS,
    TRUTH,
    RATES,
)
"""Every table of ours, from outside and to outside."""

TABLES: Mapping[str, Callable[[], str]] = {
    f"columns-{layout.file.removesuffix('.csv')}": partial(columns, layout, LESIONS if layout is READS else None)
    for layout in LAYOUTS
}
"""The columns of every table by the name that a page asks for."""
