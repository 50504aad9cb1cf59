"""What the pages of the documentation ask for."""

import re

_FENCED = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)


def tables(page: str) -> set[str]:
    """Return the names of the tables that a page takes from the code (pipeline.report.methods)."""
    return set(re.findall(r"<!-- table: ([\w.-]+) -->", _FENCED.sub("", page)))
