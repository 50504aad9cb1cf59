"""Write what was assessed: tables, CDISC datasets, explanations, manifest, report.

A data cut or an as-of moment gives the tables that the study would have had then. Pages are made of
a whole study only: key slices were drawn from the findings that count today.
"""

import hashlib
import importlib.metadata
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.assess import exploratory, plan, registry
from pipeline.export import explanations, manifest
from pipeline.export.case import Case
from pipeline.export.conformance.breach import ConformanceRow
from pipeline.export.cut import NO_LIMITS, DataCut
from pipeline.export.table import Table
from pipeline.export.tables import timepoints
from pipeline.export.tables.certainty import CERTAINTY
from pipeline.export.tables.conformance import CONFORMANCE
from pipeline.export.tables.criteria import CRITERIA
from pipeline.export.tables.endpoints import ENDPOINTS
from pipeline.export.tables.lesions import LESIONS
from pipeline.export.tables.sources import SOURCES
from pipeline.export.tables.timepoints import TIMEPOINTS
from pipeline.model import citations
from pipeline.model.errors import InputError
from pipeline.model.failure import Failure
from pipeline.model.protocol import Protocol
from pipeline.model.response import CriterionRow
from pipeline.procedures import certainty, cut, datasets, kept, key_slices, under_way
from pipeline.procedures.cut import StudyCases
from pipeline.procedures.datasets import FORMATS
from pipeline.procedures.line import OpenStudy
from pipeline.procedures.study_folder import code_version
from pipeline.report import pages
from pipeline.report.content import RegistrationLine, StudyReport, SubjectReport, VolumeLine
from pipeline.store import arm_table, place
from pipeline.store import tables as files
from pipeline.store.db import schema
from pipeline.store.table_forms.conversions import Conversions

ENGINES = ("hepatrack", "SimpleITK", "numpy", "onnxruntime", "picsl-greedy", "pydicom", "scikit-image", "scipy")
"""Software whose version a number may depend on."""
NOTHING_ASSESSED = (
    "no visit is assessed, so that tables of visits are empty; `hepatrack propose` and then `hepatrack assess` come "
    "before an export, `hepatrack run` does all"
)
"""What an export says that has no time point."""
EXPLANATIONS = "explanations.json"
MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Exported:
    """What was written: the report's content, the page or folder to open, the tables, what our CDISC checks found.

    notes: what was read as something else in the table of arms, which column an arm is, and that nothing is assessed.
    """

    report: StudyReport
    index: Path
    rows: dict[str, Table]
    conformance: tuple[ConformanceRow, ...] = ()
    notes: tuple[str, ...] = ()

    def as_json(self) -> str:
        """Return the result for machines: tables, endpoint rows and failures."""
        return json.dumps(
            {
                "tables": {
                    name: [dict(zip(table.columns, row, strict=True)) for row in table.rows]
                    for name, table in self.rows.items()
                },
                "failures": [_plain(failure) for failure in self.report.failures],
                "report": str(self.index),
            },
            indent=2,
        )


def _plain(failure: Failure) -> dict[str, str]:
    return {name: value for name, value in vars(failure).items() if name != "trace"}


def export(
    opened: OpenStudy,
    out: Path,
    limits: DataCut = NO_LIMITS,
    formats: Sequence[str] = FORMATS,
    arms: Path | None = None,
) -> Exported:
    """Write the tables, sources.csv, conformance.csv, sdtm/, adam/, explanations.json, manifest.json, the report.

    With limits there is no report. arms: who is in which arm, for ADSL alone.

    Raises:
        InputError: a format is unknown, the datasets do not fit one, a subject has no arm in arms, nothing can be
            written to `out`, it holds a report and limits are given, or a step of the study did not end; nothing is
            written.
    """
    under_way.check(opened.database, opened.study.path)
    datasets.check_formats(formats)
    place.check(out)
    if limits.limited and (out / pages.FOLDER).exists():
        raise InputError(
            f"{out}: holds the report of a whole export; an export with --cut or --as-of has none, and the two must "
            "not stand side by side. Choose another folder."
        )
    collected = cut.collect(opened, limits)
    protocol = _protocol(opened)
    known, notes = collected.cases, tuple[str, ...]()
    if arms is not None:
        known, notes = _with_arms(known, arms)
    fitting, unfit = datasets.fitting(known, protocol, formats)
    collected = replace(collected, failures=(*collected.failures, *unfit))
    built = datasets.build(fitting, protocol)
    datasets.check(built, formats)
    findings = datasets.conformance(built, protocol, collected.as_of)
    written = _tables(collected, protocol)
    out.mkdir(parents=True, exist_ok=True)
    beside = {SOURCES.file: SOURCES.table(citations.every()), CONFORMANCE.file: CONFORMANCE.table(findings)}
    for name, table in {**written, **beside}.items():
        files.write_csv(table, out / name)
    reasons = [row for case in collected.cases for row in explanations.of_timepoints(case.timepoints, case.dated_by)]
    files.write_text(json.dumps(reasons, indent=1, ensure_ascii=False) + "\n", out / EXPLANATIONS)
    names = (*written, *beside, EXPLANATIONS, *datasets.write(built, protocol, out, formats, collected.as_of))
    facts = _manifest(opened, out, names, limits, collected)
    files.write_text(json.dumps(facts, indent=2) + "\n", out / MANIFEST)
    report = _report(opened, collected, (*written, *beside, MANIFEST), with_pictures=not limits.limited)
    index = out if limits.limited else pages.write(report, out)
    if not limits.limited and not any(case.timepoints for case in collected.cases):
        notes = (*notes, NOTHING_ASSESSED)
    return Exported(report, index, written, findings, notes)


def _with_arms(cases: Sequence[Case], path: Path) -> tuple[tuple[Case, ...], tuple[str, ...]]:
    """Give each case its arm; and tell what was read as something else, and which column the arm is."""
    conversions = Conversions()
    table = arm_table.read(path, conversions)
    arms = table.by_subject
    lacking = [case.subject for case in cases if not arms.get(case.subject)]
    if lacking:
        raise InputError(f"{path.name}: found no arm of {', '.join(lacking)}; allowed: the arm of each subject")
    armed = tuple(replace(case, arm=arms[case.subject]) for case in cases)
    return armed, (*conversions.lines(), *table.notes)


def _protocol(opened: OpenStudy) -> Protocol:
    return opened.study.artifacts.get_value(Protocol, opened.request().protocol)


def _tables(collected: StudyCases, protocol: Protocol) -> dict[str, Table]:
    assessed = [case for case in collected.cases if case.timepoints]
    sure = [row for each in assessed for row in certainty.rows(each.subject, each.visits, each.findings, protocol)]
    read_by = timepoints.layout(plan.others(protocol))
    return {
        LESIONS.file: LESIONS.table(row for case in collected.cases for row in case.findings),
        TIMEPOINTS.file: read_by.table(row for case in collected.cases for row in case.timepoints),
        ENDPOINTS.file: ENDPOINTS.table(row for case in collected.cases for row in case.endpoints),
        CRITERIA.file: CRITERIA.table(row for case in collected.cases for row in _exploratory(case, protocol)),
        CERTAINTY.file: CERTAINTY.table(sure),
    }


def _exploratory(case: Case, protocol: Protocol) -> tuple[CriterionRow, ...]:
    burdens = {point.visit: point.burden for point in case.timepoints}
    return exploratory.assess(case.subject, case.visits, case.findings, burdens, protocol)


def _manifest(
    opened: OpenStudy, out: Path, names: tuple[str, ...], limits: DataCut, collected: StudyCases
) -> dict[str, object]:
    protocol = _protocol(opened)
    return manifest.build(
        inputs=(digest for _, digest in opened.database.get_file_hashes()),
        protocol=(protocol.name, protocol.version, opened.request().protocol_hash),
        versions={
            **{name: importlib.metadata.version(name) for name in ENGINES},
            **registry.packages(),
            "code": code_version(),
        },
        seeds={"certainty": protocol.certainty.seed},
        tables={name: hashlib.sha256((out / name).read_bytes()).hexdigest() for name in names},
        cut=limits.cut,
        as_of=collected.as_of,
        visits=opened.visit_list(),
    )


def _report(opened: OpenStudy, collected: StudyCases, names: tuple[str, ...], *, with_pictures: bool) -> StudyReport:
    request = opened.request()
    protocol = _protocol(opened)
    return StudyReport(
        title=f"{protocol.name}: hepatic response",
        protocol=protocol,
        subjects=tuple(_subject(opened, case, with_pictures=with_pictures) for case in collected.cases),
        failures=opened.named_by_content(collected.failures),
        provenance=(
            ("protocol", f"{protocol.name} {protocol.version}, SHA-256 {request.protocol_hash[:16]}"),
            ("code", code_version()),
            ("hepatrack", importlib.metadata.version("hepatrack")),
            ("inputs", f"{len(opened.database.get_file_hashes())} files, listed by hash in manifest.json"),
        ),
        tables=names,
        files=opened.files_counted(),
    )


def _subject(opened: OpenStudy, case: Case, *, with_pictures: bool) -> SubjectReport:
    rows, artifacts = opened.database.rows, opened.study.artifacts
    cuts = rows(kept.key_slice, case.subject) if with_pictures else ()
    return SubjectReport(
        subject=case.subject,
        visits=case.visits,
        findings=case.findings,
        timepoints=case.timepoints,
        endpoints=case.endpoints,
        events=case.events,
        keys=tuple(key_slices.restored(artifacts, item) for item in cuts),
        registrations=tuple(
            RegistrationLine(row.visit, row.what, row.aligned.quality, row.aligned.engine)
            for row in rows(kept.alignment, case.subject)
        ),
        volumes=tuple(VolumeLine.of(volume) for volume in rows(schema.volume, case.subject)),
    )
