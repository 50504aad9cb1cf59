"""A simulated trial as rows of SDTM TU and TR, and of ADSL; the arm is in none of them.

Variables and terms as in pharmaversesdtm (S24): TUMIDENT once per lesion and reader; LDIAM for
lengths, LPERP for nodes, TUMSTATE for lesions without a length, for non-targets and new ones;
a lesion that could not be measured has TRSTAT NOT DONE with a reason.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pipeline.model.lesion import Organ, Role, State
from pipeline.model.terms import Modality
from pipeline.simulate.trial import dates
from pipeline.simulate.trial.design import Design
from pipeline.simulate.trial.lesions import SimulatedLesion
from pipeline.simulate.trial.subject import Reading, Subject

Row = tuple[str, ...]

_BY = ("EVAL", "EVALID", "ACPTFL")
_WHEN = ("VISITNUM", "VISIT")
TU_COLUMNS = (
    *("STUDYID", "DOMAIN", "USUBJID", "TUSEQ", "TULNKID", "TUTESTCD", "TUTEST", "TUORRES", "TUSTRESC"),
    *("TULOC", "TUMETHOD", *(f"TU{name}" for name in _BY), *_WHEN, "TUDTC"),
)
TR_COLUMNS = (
    *("STUDYID", "DOMAIN", "USUBJID", "TRSEQ", "TRLNKID", "TRTESTCD", "TRTEST", "TRORRES", "TRORRESU"),
    *("TRSTRESC", "TRSTRESN", "TRSTRESU", "TRSTAT", "TRREASND", "TRMETHOD"),
    *(*(f"TR{name}" for name in _BY), *_WHEN, "TRDTC"),
)
ADSL_COLUMNS = ("STUDYID", "USUBJID", "SUBJID", "RANDDT", "TRTSDT", "DTHDT", "LSTALVDT", "NEWTRTDT")

_LOCATION = {Organ.LIVER: "LIVER", Organ.NODE: "LYMPH NODE", Organ.BONE: "BONE"}
_METHOD = {Modality.CT: "CT SCAN"}
_TESTS = {"LDIAM": "Longest Diameter", "LPERP": "Longest Perpendicular", "TUMSTATE": "Tumor State"}
_EVALUATOR = "INDEPENDENT ASSESSOR"


@dataclass(frozen=True)
class Tables:
    """The rows of each table, in the order of its columns."""

    tu: tuple[Row, ...]
    tr: tuple[Row, ...]
    adsl: tuple[Row, ...]


def tables(design: Design, subjects: Iterable[Subject]) -> Tables:
    """Return all tables of a trial; subjects in order, readers one after the other."""
    trial = tuple(subjects)
    return Tables(
        tu=tuple(row for subject in trial for row in _tu(design, subject)),
        tr=tuple(row for subject in trial for row in _tr(design, subject)),
        adsl=tuple(_adsl(design, subject) for subject in trial),
    )


def _tu(design: Design, subject: Subject) -> Iterator[Row]:
    listed: set[tuple[int, str]] = set()
    for reading in subject.readings:
        lesion = reading.lesion
        key = reading.reader, lesion.name
        if key in listed:
            continue
        listed.add(key)
        role = lesion.role.value.upper()
        yield (
            *(design.study, "TU", subject.name, str(len(listed)), _link(reading), "TUMIDENT", "Tumor Identification"),
            *(
                role,
                role,
                _LOCATION[lesion.organ],
                _METHOD[Modality.CT],
                *_by(subject, reading),
                *_when(subject, reading),
            ),
        )


def _tr(design: Design, subject: Subject) -> Iterator[Row]:
    number = 0
    for reading in subject.readings:
        for test, result in _results(reading):
            number += 1
            done = result != ""
            unit = "mm" if done and test != "TUMSTATE" else ""
            yield (
                *(design.study, "TR", subject.name, str(number), _link(reading), test, _TESTS[test]),
                *(result, unit, result, result if unit else "", unit),
                *(("", "") if done else ("NOT DONE", "LESION NOT ASSESSABLE")),
                *(_METHOD[Modality.CT], *_by(subject, reading), *_when(subject, reading)),
            )


def _results(reading: Reading) -> Iterator[tuple[str, str]]:
    """Yield (test, result) of one reading; an empty result was not done."""
    lesion = reading.lesion
    length = "LPERP" if lesion.organ is Organ.NODE else "LDIAM"
    if lesion.curve is not None:
        yield length, "" if reading.length_mm is None else f"{reading.length_mm:f}"
    if lesion.role is not Role.TARGET:
        yield "TUMSTATE", _state(lesion, reading.state)


def _state(lesion: SimulatedLesion, state: State) -> str:
    if state is State.NOT_EVALUABLE:
        return ""
    if lesion.role is Role.NEW:
        return "UNEQUIVOCAL"
    return state.value.upper()


def _link(reading: Reading) -> str:
    return f"R{reading.reader + 1}-{reading.lesion.name}"


def _by(subject: Subject, reading: Reading) -> Row:
    return _EVALUATOR, f"RADIOLOGIST {reading.reader + 1}", "Y" if reading.reader == subject.accepted else ""


def _when(subject: Subject, reading: Reading) -> Row:
    scan = reading.scan
    return str(scan.number), scan.name, dates.date(subject.course, scan.day).isoformat()


def _adsl(design: Design, subject: Subject) -> Row:
    known = dates.of(subject.course)
    days = (known.randomized, known.treated, known.died, known.last_alive, known.new_therapy)
    return design.study, subject.name, subject.name, *("" if day is None else day.isoformat() for day in days)
