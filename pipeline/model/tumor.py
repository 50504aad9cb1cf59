"""Tumor tables of SDTM: what a row of TU identifies and what a row of TR finds.

The values are plain tuples, for a trial has a million of them.

Codes and states: rule book, section 6, "TR" (S23, S24).
"""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from pipeline.model.lesion import Finding, Organ, Role, State
from pipeline.model.visit import Visit


class Identified(StrEnum):
    """What a row of TU says of its lesion (TUTESTCD)."""

    TUMOR = "TUMIDENT"
    FRAGMENT = "TUSPLIT"
    MASS = "TUMERGE"


class Measure(StrEnum):
    """What a row of TR says of its lesion (TRTESTCD); VPERP and VVOLUME are codes of ours."""

    LONG = "LDIAM"
    PERPENDICULAR = "LPERP"
    DIAMETER = "DIAMETER"
    VIABLE = "VDIAM"
    VIABLE_PERPENDICULAR = "VPERP"
    VOLUME = "VOLUME"
    VIABLE_VOLUME = "VVOLUME"
    DENSITY = "RADIODEN"
    STATE = "TUMSTATE"
    NODE_STATE = "LNSTATE"


MEANINGS: Mapping[Measure, str] = {
    Measure.LONG: "longest diameter, the axis of a lesion that is no node",
    Measure.PERPENDICULAR: "longest perpendicular, the short axis and the axis of a node",
    Measure.DIAMETER: "either of the two, where the right one is not given",
    Measure.VIABLE: "longest viable diameter (mRECIST, EASL)",
    Measure.VIABLE_PERPENDICULAR: "its perpendicular (EASL); a code of ours",
    Measure.VOLUME: "volume (vRECIST)",
    Measure.VIABLE_VOLUME: "enhancing volume (qEASL); a code of ours",
    Measure.DENSITY: "mean density in the portal phase (Choi)",
    Measure.STATE: "in words",
    Measure.NODE_STATE: "in words, for nodes",
}
"""What each code means; other codes are passed over."""


class Evaluator(NamedTuple):
    """Who read: --EVAL and --EVALID; both may be empty."""

    kind: str
    name: str


class Timing(NamedTuple):
    """When a row was found: VISITNUM (None where TU has none), VISIT, --DTC, --ACPTFL = Y.

    baseline: --LOBXFL or --BLFL = Y, so that the row is the baseline record of its lesion and test.
    """

    number: Decimal | None
    visit: str
    dtc: str
    accepted: bool
    baseline: bool = False


class Identification(NamedTuple):
    """One row of TU; place names file and row. organ is OTHER where TULOC says nothing or an unknown word."""

    place: str
    reader: Evaluator
    link: str
    kind: Identified
    role: Role
    organ: Organ
    timing: Timing


class Result(NamedTuple):
    """One row of TR; place names file and row. Lengths in mm, volumes in ml, densities in HU.

    value is None where there is no number; state is None where the row says only a number. sequence: TRSEQ.
    """

    place: str
    reader: Evaluator
    link: str
    measure: Measure
    value: Decimal | None
    state: State | None
    timing: Timing
    sequence: int | None = None


class StatedSum(NamedTuple):
    """A sum of diameters that TR states (SUMDIAM), in mm; place names its row, number is VISITNUM."""

    place: str
    reader: Evaluator
    number: Decimal
    length_mm: Decimal


@dataclass(frozen=True)
class TumorTables:
    """The rows of TU and TR of one subject; sums: those that TR states, to hold ours against them."""

    study: str
    subject: str
    identified: tuple[Identification, ...]
    results: tuple[Result, ...]
    sums: tuple[StatedSum, ...] = ()

    def identifiable(self) -> "TumorTables":
        """Return them without the results of lesions that TU does not name, for rows of it are not understood."""
        named = {(row.reader, row.link) for row in self.identified}
        return replace(self, results=tuple(row for row in self.results if (row.reader, row.link) in named))

    def without(self, places: Collection[str]) -> "TumorTables":
        """Return them without the rows of some places."""
        identified = tuple(row for row in self.identified if row.place not in places)
        results = tuple(row for row in self.results if row.place not in places)
        kept = replace(self, identified=identified, results=results)
        return kept if len(identified) == len(self.identified) else kept.identifiable()


@dataclass(frozen=True)
class Occasion:
    """One visit of one reader as RS shows it; number is None where a row belongs to no visit.

    dtc: of its last scan. days: the whole dates of its scans, in order.
    """

    number: Decimal | None = None
    visit: str = ""
    dtc: str = ""
    accepted: bool = False
    days: tuple[dt.date, ...] = ()


@dataclass(frozen=True)
class TumorRead:
    """What one reader found in one subject: visits in order with their occasions, and findings.

    dtcs: --DTC of the scan that shows a lesion, by visit and lesion. results: the rows of a lesion itself by measure,
    not those of its fragments or its mass. warnings: what contradicts itself. sums: those that TR states, by visit.
    """

    study: str
    subject: str
    reader: Evaluator
    visits: tuple[Visit, ...]
    occasions: Mapping[str, Occasion]
    findings: tuple[Finding, ...]
    dtcs: Mapping[tuple[str, str], str] = field(default_factory=dict)
    results: Mapping[tuple[str, str], Mapping[Measure, Result]] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    sums: Mapping[str, StatedSum] = field(default_factory=dict)
