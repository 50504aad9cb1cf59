"""What a set of tables rests on: inputs by hash, protocol, versions, seeds, the tables' own hashes.

There is no clock in it: the same inputs give the same bytes.
"""

from collections.abc import Mapping
from typing import Any

LAYOUT = 1
"""Version of the layout of manifest.json."""


def build(
    *,
    inputs: Mapping[str, str],
    protocol: tuple[str, str, str],
    versions: Mapping[str, str],
    seeds: Mapping[str, int],
    tables: Mapping[str, str],
) -> dict[str, Any]:
    """Return manifest.json as a plain dictionary with sorted keys.

    inputs, tables: SHA-256 by file name, relative to its folder. protocol: name, version
    and SHA-256 of its canonical form. versions: of hepatrack and the software it computed
    with. seeds: by the step that uses one.
    """
    name, version, digest = protocol
    return {
        "layout": LAYOUT,
        "inputs": dict(sorted(inputs.items())),
        "protocol": {"name": name, "version": version, "sha256": digest},
        "seeds": dict(sorted(seeds.items())),
        "tables": dict(sorted(tables.items())),
        "versions": dict(sorted(versions.items())),
    }
