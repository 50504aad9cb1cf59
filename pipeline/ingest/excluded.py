"""A slice that belongs to no volume, and why."""

from typing import NamedTuple

from pipeline.model.catalog import SliceHeader


class Excluded(NamedTuple):
    """A slice that is left out and why; shown_by is the slice that stands for it, if one does."""

    slice: SliceHeader
    reason: str
    shown_by: SliceHeader | None = None
