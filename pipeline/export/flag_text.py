"""Flags as supplemental qualifiers: names joined by ';', in as many parts of 200 bytes as they need."""

from pipeline.export.limits import MAX_TEXT
from pipeline.model.flags import Flags

NAMES = ("FLAGS", "FLAGS2", "FLAGS3", "FLAGS4")
"""QNAM of each part; all flags of the registry together fit into them."""


def parts(flags: Flags) -> dict[str, str]:
    """Return the text of each part that is needed; a name is never split."""
    filled = [""]
    for flag in flags:
        longer = f"{filled[-1]};{flag.name}".lstrip(";")
        if len(longer) <= MAX_TEXT:
            filled[-1] = longer
        else:
            filled.append(flag.name)
    return dict(zip(NAMES, filled, strict=False)) if flags else {}
