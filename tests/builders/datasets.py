"""Datasets as dictionaries, for tests that look at single cells."""

from pipeline.export.dataset import Cell, Dataset


def records(dataset: Dataset) -> tuple[dict[str, Cell], ...]:
    """The rows by variable name."""
    return tuple(dict(zip(dataset.domain.names, row, strict=True)) for row in dataset.rows)
