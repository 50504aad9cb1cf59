"""Names of lesions: T01 target, NT01 non-target, NL01 new; a name is given once and never changed.

Our decision [D].
"""

import re
from collections.abc import Collection

from pipeline.model.lesion import Role

PREFIXES = {Role.TARGET: "T", Role.NON_TARGET: "NT", Role.NEW: "NL"}
"""Prefix of a lesion's name by its role."""

_ROLES = {prefix: role for role, prefix in PREFIXES.items()}
_PATTERN = re.compile(r"(T|NT|NL)([0-9]{2,})")


def role_of(name: str) -> Role | None:
    """Return the role that a name such as T01 carries; None for any other name."""
    matched = _PATTERN.fullmatch(name)
    return None if matched is None else _ROLES[matched[1]]


def following(role: Role, taken: Collection[str]) -> str:
    """Return the next name of a role: one more than the highest number given so far.

    A gap is not filled, so a name that was once given to a lesion is never given to another.
    """
    numbers = [
        int(matched[2]) for name in taken if (matched := _PATTERN.fullmatch(name)) and _ROLES[matched[1]] is role
    ]
    return f"{PREFIXES[role]}{max(numbers, default=0) + 1:02d}"
