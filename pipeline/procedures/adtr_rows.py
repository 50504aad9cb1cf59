"""ADTR from TU and TR of others: the sum of diameters and each target by visit, with baseline, nadir and changes."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from pipeline.assess.criteria import mrecist
from pipeline.assess.history import History, Lesion, latest
from pipeline.assess.method import Read
from pipeline.assess.series import SumMethod
from pipeline.export import adtr_values
from pipeline.export.adtr_values import PlacedSum
from pipeline.export.case import study_day
from pipeline.export.dataset import Cell
from pipeline.export.domains.adtr import ADTR, PARAMETERS
from pipeline.export.table import mark
from pipeline.export.tu import LOCATIONS
from pipeline.model.lesion import Role
from pipeline.model.protocol import Protocol
from pipeline.model.response import Response
from pipeline.model.tumor import Measure, TumorRead
from pipeline.model.visit import BASELINE

_LEFT_OUT = {"PROVFL", "READER", "SIGNDTC", "READVER", "SERIESID", "SOPUID", "X1", "Y1", "Z1", "X2", "Y2", "Z2"}
DOMAIN = replace(ADTR, variables=tuple(each for each in ADTR.variables if each.name not in _LEFT_OUT))
"""ADTR as respond writes it: columns that tables of others cannot fill are left out."""

_LABELS = dict(PARAMETERS)
_AXES = {"LDIAM": (Measure.LONG, Measure.DIAMETER), "LPERP": (Measure.PERPENDICULAR, Measure.DIAMETER)}
_VIABLE = {"VDIAM": (Measure.VIABLE,)}
_MEASURES = _AXES | _VIABLE
"""The rows of TR that a value of each parameter may be from."""

Record = dict[str, Cell]


@dataclass(frozen=True)
class ReadCourse:
    """One read of tables as one criterion reads it; start: day 1 of ADY, where it is known."""

    read: TumorRead
    arranged: History
    method: SumMethod[Any]
    protocol: Protocol
    start: dt.date | None = None


def records(course: ReadCourse, assessed: Sequence[Read]) -> Iterator[Record]:
    """Yield the rows of a read, without their sequence number: each target at each visit, then the sums.

    A target that was not measured, and a sum that is not complete, has no row. SRCSEQ is TRSEQ of the row that the
    value stands in; what is added up, or stands for a word (ABSENT, TOO SMALL TO MEASURE), has none.
    """
    timed = [each for each in assessed if not course.arranged.precedes_baseline(each.visit)]
    for lesion in course.arranged.of_role(Role.TARGET):
        yield from _of_lesion(course, lesion, timed)
    yield from _of_sums(course, timed)


def _of_lesion(course: ReadCourse, lesion: Lesion, timed: Sequence[Read]) -> Iterator[Record]:
    code = _parameter(course, lesion)
    rules = course.method.rules(course.protocol)
    values = {each.visit.name: course.method.values(course.arranged, each.visit, rules)[lesion.name] for each in timed}
    base = values.get(BASELINE)
    for each in timed:
        value = values[each.visit.name]
        if value is None:
            continue
        finding = course.arranged.at(each.visit, lesion)
        date = each.visit.date if finding is None else finding.date or each.visit.date
        yield {
            **_placed(course, each, code, date),
            **adtr_values.compared(value, base),
            "TRLNKID": lesion.name,
            "TULOC": LOCATIONS[lesion.organ],
            "ANL01FL": "Y",
            **_source(course.read, each.visit.name, lesion.name, code, value),
        }


def _parameter(course: ReadCourse, lesion: Lesion) -> str:
    """Which axis of a lesion the criterion adds up: under mRECIST the viable one where the baseline has it."""
    if course.method.name == mrecist.CRITERION.name and course.arranged.baseline is not None:
        finding = course.arranged.at(course.arranged.baseline, lesion)
        if finding is not None and finding.viable_axis_mm:
            return "VDIAM"
    return "LPERP" if lesion.is_node else "LDIAM"


def _source(read: TumorRead, visit: str, lesion: str, code: str, value: Decimal) -> Record:
    results = read.results.get((visit, lesion), {})
    for measure in _MEASURES[code]:
        result = results.get(measure)
        if result is not None and result.value == value and result.sequence is not None:
            return {"SRCDOM": "TR", "SRCVAR": "TRSTRESN", "SRCSEQ": result.sequence}
    return {}


def _of_sums(course: ReadCourse, timed: Sequence[Read]) -> Iterator[Record]:
    code = "SVDIAM" if course.method.name == mrecist.CRITERION.name else "SDIAM"
    known = [(place, each, each.total.complete_mm) for place, each in enumerate(timed)]
    sums = [PlacedSum(place, value, each.visit.name == BASELINE) for place, each, value in known if value is not None]
    progressed = [place for place, each, _ in known if each.overall.response.plain is Response.PD]
    flags = dict(zip((each.place for each in sums), adtr_values.flags(sums, progressed), strict=True))
    base = next((each.value for each in sums if each.baseline), None)
    for place, each, value in known:
        if value is not None:
            yield {
                **_placed(course, each, code, _last_scan(course, each)),
                **adtr_values.compared(value, base, each.references.nadir_mm),
                **flags[place],
            }


def _last_scan(course: ReadCourse, assessed: Read) -> dt.date | None:
    """The last day on which a target was scanned, as the sum has it; that of the visit where no target has one."""
    targets = course.arranged.of_role(Role.TARGET)
    findings = (course.arranged.at(assessed.visit, lesion) for lesion in targets)
    return latest(finding for finding in findings if finding is not None) or assessed.visit.date


def _placed(course: ReadCourse, assessed: Read, code: str, date: dt.date | None) -> Record:
    """What a row says beside its value: whose it is, the parameter, the visit."""
    read = course.read
    occasion = read.occasions.get(assessed.visit.name)
    return {
        "STUDYID": read.study,
        "USUBJID": read.subject,
        "PARAM": _LABELS[code],
        "PARAMCD": code,
        "TRGRPID": "TARGET",
        "ADT": date,
        "ADY": study_day(course.start, date),
        "AVISIT": assessed.visit.name if occasion is None else occasion.visit or assessed.visit.name,
        "AVISITN": None if occasion is None else occasion.number,
        "AVALU": "mm",
        "ABLFL": mark(assessed.visit.name == BASELINE),
        "EVAL": read.reader.kind,
        "EVALID": read.reader.name,
        "ACPTFL": mark(occasion is not None and occasion.accepted),
    }
