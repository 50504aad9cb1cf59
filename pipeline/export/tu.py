"""Rows of SDTM TU: each lesion where a reader first saw it, and where it split or merged.

Rule book, section 6, "TU" (S23, S24).
"""

from collections.abc import Iterable, Iterator

from pipeline.export import results, supplement
from pipeline.export.case import Case, EvaluatedFinding
from pipeline.export.codelists import meaning
from pipeline.export.dataset import Dataset
from pipeline.export.domains.tu import TU
from pipeline.export.supplement import Record
from pipeline.export.table import day
from pipeline.model.lesion import Finding, Organ, State
from pipeline.model.protocol import Protocol
from pipeline.model.terms import Modality

LOCATIONS = {
    Organ.LIVER: "LIVER",
    Organ.NODE: "LYMPH NODE",
    Organ.BONE: "BONE",
    Organ.LUNG: "LUNG",
    Organ.PERITONEUM: "PERITONEUM",
    Organ.OTHER: "OTHER",
}
METHODS = {Modality.CT: "CT SCAN", Modality.MR: "MRI", None: ""}
_NOT_SEEN = {State.ABSENT, State.NOT_EVALUABLE}


def build(cases: Iterable[Case], protocol: Protocol) -> tuple[Dataset, Dataset]:
    """Return TU and SUPPTU of the subjects.

    A lesion is identified where a reader first saw it, at the reader's first finding of it if never;
    its role is that of this finding. A split makes a row where it first appears. So does a mass of
    coalesced lesions: its TULNKID joins theirs by '/', the lesion that carries the diameter first.
    """
    return supplement.split(TU, [record for case in cases for record in _of_case(case, protocol)])


def _of_case(case: Case, protocol: Protocol) -> Iterator[Record]:
    by_link: dict[str, list[EvaluatedFinding]] = {}
    for reading in case.readings:
        by_link.setdefault(reading.link, []).append(reading)
    for link in sorted(by_link):
        readings = by_link[link]
        first = next((r for r in readings if r.finding.state not in _NOT_SEEN), readings[0])
        yield _record(case, first, "TUMIDENT", protocol)
        fragments = next((r for r in readings if r.finding.state is State.SPLIT), None)
        if fragments is not None:
            yield _record(case, fragments, "TUSPLIT", protocol)
    for link, reading in _masses(case.readings):
        yield _record(case, reading, "TUMERGE", protocol, link)


def _masses(readings: Iterable[EvaluatedFinding]) -> Iterator[tuple[str, EvaluatedFinding]]:
    """Yield each mass where it first appears: its link and the reading that carries its diameter.

    Which lesion merged with which is not recorded: those of one organ that merged are one mass.
    """
    merged: dict[tuple[str, str, Organ], list[EvaluatedFinding]] = {}
    for reading in readings:
        if reading.finding.state is State.MERGED:
            key = (reading.finding.visit, reading.by.prefix, reading.finding.organ)
            merged.setdefault(key, []).append(reading)
    known: set[str] = set()
    for parts in merged.values():
        ordered = sorted(parts, key=lambda part: results.main_axis(part.finding) is None)
        link = "/".join(part.link for part in ordered)
        if len(parts) > 1 and link not in known:
            known.add(link)
            yield link, ordered[0]


def _record(case: Case, reading: EvaluatedFinding, test: str, protocol: Protocol, link: str = "") -> Record:
    finding = reading.finding
    role = finding.role.value.upper()
    cells = {
        "STUDYID": protocol.name,
        "DOMAIN": TU.name,
        "USUBJID": case.subject,
        "TUREFID": finding.sop_uid,
        "TULNKID": link or reading.link,
        "TUTESTCD": test,
        "TUTEST": meaning("TUTESTCD", test),
        "TUORRES": role,
        "TUSTRESC": role,
        "TULOC": LOCATIONS[finding.organ],
        "TUMETHOD": method(finding),
        "TUEVAL": reading.by.evaluation,
        "TUEVALID": reading.by.identifier,
        "TUACPTFL": "Y" if reading.accepted else "",
        "VISITNUM": case.visit_numbers[finding.visit],
        "VISIT": finding.visit,
        "TUDTC": day(finding.date),
        "TUDY": case.study_day(finding.date),
    }
    axis = finding.short if finding.organ is Organ.NODE else finding.long
    known = supplement.of_reading(reading, axis) | {"DTCSRC": case.dated_by.get(finding.visit, "")}
    return Record(cells, known, reading.by.evaluation)


def method(finding: Finding) -> str:
    """Return --METHOD of a finding, empty where its modality is not known."""
    return METHODS[finding.modality]
