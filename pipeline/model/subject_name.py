"""Which identifiers of subjects can be used in every table, database and file name, and which are taken for another."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable

LONGEST = 64
"""Characters of an identifier: those of the value representation of Patient ID (LO, DICOM PS3.5, 6.2)."""
SHOWN = 40
"""Characters shown of an identifier that cannot be used; own choice, enough to find it."""
UNKNOWN = "NOID-"
"""Starts the label of a subject whose images carry no identifier."""
_UNSEEN = {"Cc": "a control character", "Cf": "an invisible character", "Cs": "half a character"}
_UNSEEN |= dict.fromkeys(("Zl", "Zp"), "a line break")
"""Unicode categories that no identifier holds: two that differ in them look the same. So do two with U+FFFD, which
stands for bytes that are no character of their set."""


def fault(name: str) -> str:
    """Return why an identifier cannot be used: what was found and what is allowed; empty for one that can."""
    if not name:
        return f"found nothing; allowed: 1 to {LONGEST} characters"
    for place, character in enumerate(name, start=1):
        kind = _UNSEEN.get(unicodedata.category(character), "a lost character" if character == "\ufffd" else "")
        if kind:
            return f"found {kind} (U+{ord(character):04X}) at place {place}; allowed: characters that can be seen"
    if name != name.strip():
        return "found a blank at an end; allowed: none there"
    if len(name) > LONGEST:
        return f"found {len(name)} characters; allowed: at most {LONGEST}"
    return ""


def visible(name: str) -> str:
    """Return what a reader sees of an identifier: the subject that one with unseen characters is taken for."""
    return "".join(c for c in name if unicodedata.category(c) not in _UNSEEN).strip()


def shown(name: str) -> str:
    """Return an identifier in a form that can be used: what is unseen is written out, what is long is cut off."""
    visible = "".join(f"<U+{ord(c):04X}>" if unicodedata.category(c) in _UNSEEN else c for c in name).strip()
    return visible if len(visible) <= SHOWN else f"{visible[: SHOWN - 1]}…"


def alike(names: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    """Return the identifiers that a reader takes for one: equal but for case, blanks or form of characters."""
    groups: dict[str, list[str]] = defaultdict(list)
    for name in sorted(set(names)):
        folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
        groups[" ".join(folded.split())].append(name)
    return tuple(tuple(group) for group in groups.values() if len(group) > 1)
