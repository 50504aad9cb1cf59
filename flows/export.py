"""Write what was assessed: tables, manifest, report."""

import hashlib
import importlib.metadata
import json
from dataclasses import dataclass
from pathlib import Path

from flows import keyslices
from flows.line import Line
from flows.study import code_version
from flows.values import VisitAligned
from pipeline.export import manifest, tables
from pipeline.export.table import Table
from pipeline.model.catalog import Volume
from pipeline.model.endpoint import EndpointRow
from pipeline.model.events import Event
from pipeline.model.lesion import Finding
from pipeline.model.protocol import Protocol
from pipeline.model.response import TimePoint
from pipeline.model.visit import Visit
from pipeline.report import pages
from pipeline.report.content import RegistrationLine, StudyReport, SubjectReport, VolumeLine
from pipeline.store import tables as files
from pipeline.store.db import schema

ENGINES = ("hepatrack", "SimpleITK", "numpy", "picsl-greedy", "pydicom", "scikit-image", "scipy")
"""Software whose version a number may depend on."""


@dataclass(frozen=True)
class Exported:
    """What was written: the report's content and its index page."""

    report: StudyReport
    index: Path
    rows: dict[str, Table]

    def as_json(self) -> str:
        """Return the result for machines: tables, endpoint rows and failures."""
        return json.dumps(
            {
                "tables": {
                    name: [dict(zip(table.columns, row, strict=True)) for row in table.rows]
                    for name, table in self.rows.items()
                },
                "failures": [vars(failure) for failure in self.report.failures],
                "report": str(self.index),
            },
            indent=2,
        )


def export(line: Line, out: Path) -> Exported:
    """Write lesions.csv, timepoints.csv, endpoint.csv, manifest.json and the report to a folder."""
    values = line.database.values
    written = {
        "lesions.csv": tables.lesion_rows(values(schema.finding, Finding)),
        "timepoints.csv": tables.timepoint_rows(values(schema.time_point, TimePoint)),
        "endpoint.csv": tables.endpoint_rows(values(schema.endpoint, EndpointRow)),
    }
    out.mkdir(parents=True, exist_ok=True)
    for name, table in written.items():
        files.write_csv(table, out / name)
    facts = _manifest(line, out, tuple(written))
    files.write_text(json.dumps(facts, indent=2) + "\n", out / "manifest.json")
    report = _report(line, (*written, "manifest.json"))
    return Exported(report, pages.write(report, out), written)


def _manifest(line: Line, out: Path, names: tuple[str, ...]) -> dict[str, object]:
    protocol: Protocol = line.study.artifacts.get_value(Protocol, line.request().protocol)
    return manifest.build(
        inputs=dict(line.database.get_file_hashes()),
        protocol=(protocol.name, protocol.version, line.request().protocol_hash),
        versions={name: importlib.metadata.version(name) for name in ENGINES} | {"code": code_version()},
        seeds={},
        tables={name: hashlib.sha256((out / name).read_bytes()).hexdigest() for name in names},
    )


def _report(line: Line, names: tuple[str, ...]) -> StudyReport:
    request = line.request()
    protocol: Protocol = line.study.artifacts.get_value(Protocol, request.protocol)
    return StudyReport(
        title=f"{protocol.name}: hepatic response",
        protocol=protocol,
        subjects=tuple(_subject(line, found.subject) for found in line.subjects()),
        failures=line.failures(),
        provenance=(
            ("protocol", f"{protocol.name} {protocol.version}, SHA-256 {request.protocol_hash[:16]}"),
            ("code", code_version()),
            ("hepatrack", importlib.metadata.version("hepatrack")),
            ("inputs", f"{len(line.database.get_file_hashes())} files, listed by hash in manifest.json"),
        ),
        tables=names,
    )


def _subject(line: Line, subject: str) -> SubjectReport:
    values = line.database.values
    return SubjectReport(
        subject=subject,
        visits=values(schema.visit, Visit, subject),
        findings=values(schema.finding, Finding, subject),
        timepoints=values(schema.time_point, TimePoint, subject),
        endpoints=values(schema.endpoint, EndpointRow, subject),
        events=values(schema.event, Event, subject),
        keys=tuple(
            keyslices.restored(line.study.artifacts, cut) for cut in values(schema.key_slice, keyslices.Cut, subject)
        ),
        registrations=tuple(
            RegistrationLine(row.visit, row.what, row.aligned.quality, row.aligned.engine)
            for row in values(schema.alignment, VisitAligned, subject)
        ),
        volumes=tuple(VolumeLine.of(volume) for volume in values(schema.volume, Volume, subject)),
    )
