"""What a set of tables rests on: inputs by hash, protocol, versions, seeds, the tables' own hashes.

Names of files and folders may be those of patients: the study's files.csv says which hash belongs to which file.
There is no clock in it: the same inputs give the same bytes. as_of is the moment asked for, else that of
the last signature (docs/methods/data-cut.md).
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

LAYOUT = 3
"""Version of the layout of manifest.json."""


def build(
    *,
    inputs: Iterable[str],
    protocol: tuple[str, str, str],
    versions: Mapping[str, str],
    seeds: Mapping[str, int],
    tables: Mapping[str, str],
    cut: dt.date | None,
    as_of: dt.datetime,
    visits: str = "",
) -> dict[str, Any]:
    """Return manifest.json as a plain dictionary with sorted keys.

    inputs: SHA-256 of each source file, empty for one without bytes to read. tables: SHA-256 by file name, relative
    to its folder. protocol: name, version
    and SHA-256 of its canonical form. versions: of hepatrack and the software it computed
    with. seeds: by the step that uses one. cut: last clinical date, None for no limit. as_of: last
    moment of signature. visits: SHA-256 of the list of visits; without one the key is left out.
    """
    name, version, digest = protocol
    hashes = sorted(inputs)
    return {
        "layout": LAYOUT,
        "cut": None if cut is None else cut.isoformat(),
        "as_of": as_of.astimezone(dt.UTC).isoformat(),
        "inputs": {"files": len(hashes), "unhashed": hashes.count(""), "sha256": [each for each in hashes if each]},
        "protocol": {"name": name, "version": version, "sha256": digest},
        "seeds": dict(sorted(seeds.items())),
        "tables": dict(sorted(tables.items())),
        "versions": dict(sorted(versions.items())),
        **({"visits": {"sha256": visits}} if visits else {}),
    }
