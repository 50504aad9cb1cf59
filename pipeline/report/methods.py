"""Write the tables of the documentation from the data that the code runs on.

A page holds `<!-- table: NAME -->` and `<!-- end -->`; what stands between is the table of that name. What a
block of code shows stays. A test fails when a page differs from the code. `make docs` writes the pages anew.
"""

import re
import sys
from pathlib import Path

from pipeline.model.errors import InputError
from pipeline.report import method_tables

_BLOCK = re.compile(
    r"^(?P<quoted>```.*?^```$)|(?P<start><!-- table: (?P<name>[\w.-]+) -->\n).*?(?P<end><!-- end -->)",
    re.DOTALL | re.MULTILINE,
)
"""A table, or a block of code, in which one is only shown."""


def filled(page: str) -> str:
    """Return a page with every marked table as the code has it now.

    Raises:
        InputError: a page asks for a table that does not exist.
    """
    return _BLOCK.sub(_table, page)


def write(folder: Path) -> tuple[str, ...]:
    """Fill every page below a folder in place; return the names of those that changed."""
    changed = []
    for path in sorted(folder.rglob("*.md")):
        before = path.read_text(encoding="utf-8")
        after = filled(before)
        if after != before:
            path.write_text(after, encoding="utf-8")
            changed.append(path.relative_to(folder).as_posix())
    return tuple(changed)


def _table(block: re.Match[str]) -> str:
    name, tables = block["name"], method_tables.tables()
    if name is None:
        return block[0]
    if name not in tables:
        raise InputError(f"methods page: found table {name!r}; allowed: {', '.join(tables)}")
    return f"{block['start']}{tables[name]()}{block['end']}"


if __name__ == "__main__":
    sys.stdout.write("".join(f"{name}\n" for name in write(Path(sys.argv[1]))))
