"""Every table of results in the order of an export."""

from typing import Any

from pipeline.export.column import Layout
from pipeline.export.tables.certainty import CERTAINTY
from pipeline.export.tables.conformance import CONFORMANCE
from pipeline.export.tables.criteria import CRITERIA
from pipeline.export.tables.endpoints import ENDPOINTS
from pipeline.export.tables.lesions import LESIONS
from pipeline.export.tables.sources import SOURCES
from pipeline.export.tables.timepoints import TIMEPOINTS

LAYOUTS: tuple[Layout[Any], ...] = (LESIONS, TIMEPOINTS, ENDPOINTS, CRITERIA, CERTAINTY, SOURCES, CONFORMANCE)
"""What `hepatrack export` writes beside the CDISC datasets."""
