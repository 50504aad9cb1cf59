"""Summarize a subject in Markdown, for places that show nothing else (an orchestrator's page)."""

from collections.abc import Sequence

from pipeline.model.endpoint import EndpointRow
from pipeline.model.response import TimePoint
from pipeline.report import overview, wording
from pipeline.report.content import SubjectReport

_SPECIAL = str.maketrans({mark: f"\\{mark}" for mark in "\\`*_{}[]<>#|~"} | {"\n": " ", "\r": " "})

_HEADINGS = (
    "Visit",
    "Date",
    "Sum mm",
    "From baseline",
    "From nadir",
    "Hepatic RECIST 1.1",
    "Hepatic mRECIST",
    "Burden",
)


def subject_summary(subject: SubjectReport) -> str:
    """Return endpoints, time points, why the last response was given, and flags, as Markdown."""
    parts = [f"# Subject {escape(subject.subject)}"]
    if overview.provisional(subject):
        parts.append("**PROVISIONAL: unsigned proposals.**")
    if subject.endpoints:
        rows = [
            (
                row.paramcd,
                wording.day(row.date),
                wording.status(row),
                wording.duration(row),
                row.source_visit,
                row.reason,
            )
            for row in subject.endpoints
        ]
        parts.append(_table(("Endpoint", "Date", "Result", "Duration", "Source visit", "Reason"), rows))
    if subject.timepoints:
        points = overview.accepted(subject.timepoints)
        parts.append(_table(_HEADINGS, [_timepoint_cells(point) for point in points]))
        last = points[-1].hepatic_recist11
        if last.sentence:
            parts.append(f"{escape(points[-1].visit)}: {escape(last.sentence)} ({escape(last.citation)})")
    raised = overview.flags(subject)
    if raised:
        flags = [(row.flag.name, row.flag.severity.value, row.flag.meaning, ", ".join(row.places)) for row in raised]
        parts.append(_table(("Flag", "Weight", "What it says", "Where"), flags))
    return "\n\n".join(parts) + "\n"


def _endpoint_cells(row: EndpointRow) -> tuple[str, ...]:
    days, result = wording.duration(row), wording.status(row)
    return (row.paramcd, wording.day(row.date), result, days, row.source_visit or wording.NOTHING, row.reason)


def _timepoint_cells(point: TimePoint) -> tuple[str, ...]:
    return (
        point.visit,
        wording.day(point.date),
        wording.mm(point.sums.sum_mm),
        wording.change(point.sums.pct_baseline),
        wording.change(point.sums.pct_nadir),
        wording.response(point.hepatic_recist11),
        wording.response(point.hepatic_mrecist),
        wording.percent(point.burden.percent),
    )


def escape(words: str) -> str:
    """Words that Markdown shows as they are, on one line."""
    return words.translate(_SPECIAL)


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [headings, ["---"] * len(headings), *([escape(cell) for cell in row] for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
