"""The lobes that a text names: a session's region in the events table, a lesion's segment.

Left is II to IV, right V to VIII (Couinaud); the caudate lobe (I) belongs to neither and is
treated with both.
"""

import re
from enum import StrEnum


class Lobe(StrEnum):
    """A lobe of the liver, as an embolization treats it."""

    LEFT = "left"
    RIGHT = "right"


BOTH = frozenset(Lobe)

_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII")
_NUMBER = r"(?:VIII|VII|VI|IV|V|III|II|I|[1-8])"
_SEGMENTS = re.compile(rf"\bS?({_NUMBER})[ab]?(?:\s*(?:-|–|to)\s*S?({_NUMBER})[ab]?)?\b")
_WHOLE = re.compile(r"\b(both lobes|bilobar|whole liver)\b", re.IGNORECASE)


def named(text: str) -> frozenset[Lobe]:
    """Return the lobes that a text names: by word, or by segment (V-VIII, S7, IVa); none where it names none."""
    if _WHOLE.search(text):
        return BOTH
    words = {lobe for lobe in Lobe if re.search(rf"\b{lobe}\b", text, re.IGNORECASE)}
    return frozenset(words or _of_segments(text))


def _of_segments(text: str) -> set[Lobe]:
    lobes = set()
    for match in _SEGMENTS.finditer(text):
        first, last = _place(match[1]), _place(match[2] or match[1])
        lobes |= {Lobe.LEFT if number <= 4 else Lobe.RIGHT for number in range(first, last + 1) if number > 1}
    return lobes


def _place(segment: str) -> int:
    return int(segment) if segment.isdigit() else _ROMAN.index(segment) + 1
