"""Tables of the study database whose values are made above the store."""

from pipeline.procedures.key_slices import Cut
from pipeline.procedures.values import KeySliceInput, VisitAligned, VisitBurden
from pipeline.store.db import schema
from pipeline.store.db.schema import Replaceable

burden = Replaceable(schema.burden, VisitBurden)
alignment = Replaceable(schema.alignment, VisitAligned)
picture = Replaceable(schema.picture, KeySliceInput)
key_slice = Replaceable(schema.key_slice, Cut)
