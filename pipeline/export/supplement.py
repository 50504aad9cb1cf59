"""Records with what their domain has no variable for: the parent dataset and its SUPP--."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pipeline.export import dataset, flag_text
from pipeline.export.case import EvaluatedFinding
from pipeline.export.dataset import Cell, Dataset, Domain, text
from pipeline.export.domains.supp import supplemental
from pipeline.export.qualifiers import QUALIFIERS
from pipeline.export.table import rounded
from pipeline.model.lesion import Axis


@dataclass(frozen=True)
class Record:
    """One row of a domain by variable name, and its qualifiers by QNAM; empty ones make no row."""

    cells: Mapping[str, Cell]
    qualifiers: Mapping[str, str] = field(default_factory=dict)
    evaluation: str = ""


def split(parent: Domain, records: Iterable[Record]) -> tuple[Dataset, Dataset]:
    """Return the dataset, numbered in the order given, and its supplemental qualifiers."""
    sequence = f"{parent.name}SEQ"
    parents = tuple(records)
    rows = dataset.numbered((record.cells for record in parents), sequence)
    extra = [
        {
            "STUDYID": row["STUDYID"],
            "RDOMAIN": parent.name,
            "USUBJID": row["USUBJID"],
            "IDVAR": sequence,
            "IDVARVAL": text(row[sequence]),
            "QNAM": qualifier.name,
            "QLABEL": qualifier.label,
            "QVAL": record.qualifiers[qualifier.name],
            "QORIG": qualifier.origin.value,
            "QEVAL": record.evaluation,
        }
        for row, record in zip(rows, parents, strict=True)
        for qualifier in QUALIFIERS
        if record.qualifiers.get(qualifier.name)
    ]
    return dataset.of(parent, rows), dataset.of(supplemental(parent), extra)


def of_reading(reading: EvaluatedFinding, axis: Axis | None) -> dict[str, str]:
    """Return the qualifiers of a reading and of the line it was measured on."""
    finding = reading.finding
    known = {
        "SERIESID": finding.series_uid,
        "READER": finding.reader,
        "SIGNDTC": finding.signed_at.isoformat(timespec="seconds") if finding.signed_at else "",
        "READVER": text(reading.version),
        "SOURCE": finding.source.value.upper(),
        "STATE": finding.state.value,
        "PHASE": finding.phase.value,
        "SEGMENT": finding.segment,
        "PLANE": finding.plane,
    }
    return known | flag_text.parts(finding.flags) | points(axis)


def points(axis: Axis | None) -> dict[str, str]:
    """Return the end points of a line in LPS mm at 0.01, by QNAM; nothing without a line."""
    if axis is None:
        return {}
    names = [f"PT{c}{end}" for end in (1, 2) for c in "XYZ"]
    return {name: rounded(float(c), 2) for name, c in zip(names, (*axis.start, *axis.end), strict=True)}
