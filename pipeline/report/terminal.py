"""Show a run in the terminal: time points, endpoints, failures.

Colors only repeat what the words say. At 100 columns nothing but free text wraps; piped
output is plain.
"""

from collections.abc import Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.model import deciding, words
from pipeline.model.failure import Failure
from pipeline.model.response import Explained, Response
from pipeline.model.scope import Scope
from pipeline.report import overview, wording
from pipeline.report.content import StudyReport

_STYLES = {Response.CR: "green", Response.PR: "green", Response.PD: "bold red", Response.NE: "yellow"}
_STATUS_STYLES = {"event": "bold red", "not derived": "yellow"}


def show(report: StudyReport, console: Console) -> None:
    """Print the tables of a run to the console."""
    if any(subject.timepoints for subject in report.subjects):
        console.print(_timepoints(report))
    if any(subject.endpoints for subject in report.subjects):
        console.print(_endpoints(report))
    show_failures(report.failures, console)
    if any(overview.provisional(subject) for subject in report.subjects):
        console.print(Text("PROVISIONAL: rests on unsigned proposals; a reader decides.", style="yellow"))


def _table(title: str) -> Table:
    return Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)


def _timepoints(report: StudyReport) -> Table:
    table = _table("Time points")
    for name in ("Subject", "Visit"):
        table.add_column(name, overflow="fold")
    table.add_column("Date", no_wrap=True)
    for name in ("Sum\nmm", "From\nbaseline", "From\nnadir"):
        table.add_column(name, justify="right", no_wrap=True)
    for name in ("Hepatic\nRECIST 1.1", "Hepatic\nmRECIST"):
        table.add_column(name, overflow="fold")
    table.add_column("Burden", justify="right", no_wrap=True)
    for subject in report.subjects:
        table.add_section()
        for point in overview.accepted(subject.timepoints) if subject.timepoints else ():
            table.add_row(
                Text(point.subject),
                Text(point.visit),
                wording.day(point.date),
                wording.mm(deciding.parts(point).sums.sum_mm),
                wording.change(deciding.parts(point).sums.pct_baseline),
                wording.change(deciding.parts(point).sums.pct_nadir),
                _response(point.read(deciding.RECIST11, Scope.LIVER).overall),
                _response(deciding.viable(point).overall),
                wording.percent(point.burden.percent),
            )
    return table


def _endpoints(report: StudyReport) -> Table:
    name = report.protocol.endpoint.primary
    table = _table(f"{name} ({wording.ENDPOINT_NAMES[name]})")
    table.add_column("Subject", overflow="fold")
    for heading in ("Date", "Result"):
        table.add_column(heading, no_wrap=True)
    table.add_column("Days", justify="right", no_wrap=True)
    for heading in ("Source visit", "Reason"):
        table.add_column(heading, overflow="fold")
    for subject in report.subjects:
        row = overview.primary(subject.endpoints, report.protocol)
        if row is not None:
            status = wording.status(row)
            table.add_row(
                Text(row.subject),
                wording.day(row.date),
                Text(status, style=_STATUS_STYLES.get(status, "")),
                wording.NOTHING if row.days is None else str(row.days),
                Text(row.source_visit or wording.NOTHING),
                Text(row.reason),
            )
    return table


def show_failures(failures: Sequence[Failure], console: Console) -> None:
    """Print what could not be completed, if anything."""
    if failures:
        console.print(_failures(failures))


def _failures(failures: Sequence[Failure]) -> Table:
    table = _table(f"Not completed: {words.plural(len(failures), 'step')}")
    for heading in ("Subject", "Visit", "Step", "Reason"):
        table.add_column(heading, overflow="fold")
    for failure in failures:
        table.add_row(Text(failure.subject), Text(failure.visit or "all"), Text(failure.step), Text(failure.reason))
    return table


def _response(explained: Explained) -> Text:
    return Text(wording.response(explained), style=_STYLES.get(explained.response, ""))
