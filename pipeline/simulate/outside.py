"""Signed reads that reach the sample trial from outside: extrahepatic disease of RETNET-002."""

import datetime as dt
from decimal import Decimal

from pipeline.model.lesion import Finding, Organ, Role, Source, State
from pipeline.simulate.sample import STABLE

_READER = "READER-1"
_SIGNED_AFTER = dt.timedelta(days=2, hours=9, minutes=30)


def _read(index: int, lesion: str, *, role: Role, organ: Organ, size_mm: tuple[str, str | None]) -> Finding:
    visit = STABLE.visits[index]
    midnight = dt.datetime.combine(visit.date, dt.time(), tzinfo=dt.UTC)
    return Finding(
        subject=STABLE.subject,
        visit=visit.name,
        date=visit.date,
        lesion=lesion,
        role=role,
        state=State.PRESENT,
        organ=organ,
        plane="axial",
        long_axis_mm=Decimal(size_mm[0]),
        short_axis_mm=None if size_mm[1] is None else Decimal(size_mm[1]),
        source=Source.SIGNED,
        reader=_READER,
        signed_at=midnight + _SIGNED_AFTER,
        accepted=True,
    )


READS: tuple[Finding, ...] = (
    _read(0, "T03", role=Role.TARGET, organ=Organ.NODE, size_mm=("24.0", "17.5")),
    _read(1, "T03", role=Role.TARGET, organ=Organ.NODE, size_mm=("24.5", "17.0")),
    _read(2, "T03", role=Role.TARGET, organ=Organ.NODE, size_mm=("24.0", "17.2")),
    _read(2, "NL01", role=Role.NEW, organ=Organ.BONE, size_mm=("14.0", None)),
)
"""A hilar node, extrahepatic by the rule book, and a new bone lesion: no hepatic progression."""
