"""The lesions that TU identifies for one reader, with their fragments and masses.

Splits and masses as in RECIST 1.1 and SDTM TU (rule book, section 2, "Values"; rule book, section 6, "TU"; S23).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from pipeline.model.errors import InputError
from pipeline.model.lesion import Organ
from pipeline.model.tumor import Identification, Identified

_FRAGMENT = re.compile(r"(.+?)(\.\d+|[a-z])")


@dataclass(frozen=True)
class TumorLesion:
    """A lesion of TU: the row that names it first and the visits at which TU names it.

    fragments: the rows of TUSPLIT. masses: links of TUMERGE that hold it, each with the
    place of the lesion among the parts; the first part carries the value of the mass.
    """

    row: Identification
    named_at: set[Decimal] = field(default_factory=set)
    fragments: list[Identification] = field(default_factory=list)
    masses: list[tuple[str, int]] = field(default_factory=list)

    @property
    def is_node(self) -> bool:
        """Whether the short axis counts."""
        return self.row.organ is Organ.NODE


def lesions(rows: Sequence[Identification]) -> dict[str, TumorLesion]:
    """Return the lesions of one reader by link.

    A fragment is named after its lesion (T04.1 or T04a), a mass after its parts (T01/T02,
    R1-T01/R1-T02 or R1-T01/T02).

    Raises:
        InputError: a lesion has two roles or locations, a row stands twice, or a fragment or
            mass has no lesion.
    """
    by_link: dict[str, TumorLesion] = {}
    unique: dict[tuple[str, Identified, Decimal | None], Identification] = {}
    for row in rows:
        first = unique.setdefault((row.link, row.kind, row.timing.number), row)
        if first is not row:
            raise _wrong(row, f"as in {first.place} for the same reader and visit; allowed: each once")
        if row.kind is Identified.TUMOR:
            _identify(row, by_link)
    for row in rows:
        if row.kind is Identified.FRAGMENT and row.link not in by_link:
            _parent(row, by_link).fragments.append(row)
        elif row.kind is Identified.MASS:
            for place, part in enumerate(_parts(row, by_link)):
                part.masses.append((row.link, place))
    return by_link


def _identify(row: Identification, by_link: dict[str, TumorLesion]) -> None:
    known = by_link.setdefault(row.link, TumorLesion(row))
    if known.row.role is not row.role:
        raise InputError(
            f"{row.place}, column TUSTRESC: found {row.role.value.upper()!r} for {row.link}, which is "
            f"{known.row.role.value.upper()!r} in {known.row.place}; allowed: one role for a lesion of one reader"
        )
    if known.row.organ is not row.organ:
        raise InputError(
            f"{row.place}, column TULOC: found {row.organ.value} for {row.link}, which is {known.row.organ.value} "
            f"in {known.row.place}; allowed: one location for a lesion of one reader"
        )
    if row.timing.number is not None:
        known.named_at.add(row.timing.number)


def _parent(row: Identification, by_link: dict[str, TumorLesion]) -> TumorLesion:
    form = _FRAGMENT.fullmatch(row.link)
    if form is None or form[1] not in by_link:
        raise _wrong(row, f"but no lesion of that name; allowed: a fragment as T04.1 or T04a of {', '.join(by_link)}")
    return by_link[form[1]]


def _parts(row: Identification, by_link: dict[str, TumorLesion]) -> list[TumorLesion]:
    first, *rest = row.link.split("/")
    prefix = first[: first.rfind("-") + 1]
    names = [first, *(name if name in by_link else prefix + name for name in rest)]
    unknown = [name for name in names if name not in by_link]
    if unknown or not rest:
        raise _wrong(row, f"but no lesion {', '.join(unknown) or 'beside it'}; allowed: lesions joined by '/'")
    return [by_link[name] for name in names]


def _wrong(row: Identification, what: str) -> InputError:
    return InputError(f"{row.place}, column TULNKID: found {row.link!r} ({row.kind.value}) {what}")
