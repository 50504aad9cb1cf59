"""run, ingest, propose, assess, export: the line as a whole and step by step."""

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from rich.console import Console

from flows import choices, faults, screen
from pipeline.model import words
from pipeline.procedures.datasets import FORMATS

if TYPE_CHECKING:
    from pipeline.model.failure import Failure
    from pipeline.procedures import export as exporting

Sources = Annotated[
    list[Path],
    typer.Argument(help="Folders of DICOM files; each may hold many subjects.", exists=True, file_okay=False),
]
ProtocolFile = Annotated[
    Path,
    typer.Option(
        "--protocol",
        help="The trial's protocol (YAML), for example configs/protocols/retnet.yaml.",
        exists=True,
        dir_okay=False,
    ),
]
EventsFile = Annotated[
    Path | None,
    typer.Option(
        "--events", help="CSV: subject,event,date,detail (embolization, death, ...).", exists=True, dir_okay=False
    ),
]
MasksFile = Annotated[
    Path | None,
    typer.Option(
        "--masks",
        help="CSV: subject,date,acquisition,what,lesion,path (NIfTI masks to adopt).",
        exists=True,
        dir_okay=False,
    ),
]
ReadsFile = Annotated[
    Path | None,
    typer.Option(
        "--reads", help="CSV: signed reads made elsewhere, in the layout of lesions.csv.", exists=True, dir_okay=False
    ),
]
VisitsFile = Annotated[
    Path | None,
    typer.Option(
        "--visits",
        help="CSV: subject,study_uid,series_uid,folder,visit,date (which images are which visit, and when; "
        "`scan --visits-template` writes it to fill in).",
        exists=True,
        dir_okay=False,
    ),
]
StudyFolder = Annotated[
    Path, typer.Option("--study", help="Folder that keeps the study: database, artifacts, results.", file_okay=False)
]
KnownStudy = Annotated[
    Path,
    typer.Option("--study", help="Folder of a study that `ingest` or `run` made.", exists=True, file_okay=False),
]
OutFolder = Annotated[Path, typer.Option("--out", help="Folder for tables and report.", file_okay=False)]
Cut = Annotated[
    str | None,
    typer.Option(
        "--cut", help="Last clinical date (2024-03-31 or 31MAR2024): what was scanned or happened later is not there."
    ),
]
AsOf = Annotated[
    str | None,
    typer.Option("--as-of", help="Last moment of signature (2024-03-31T14:05:00+00:00); default now."),
]
Formats = Annotated[
    list[str] | None,
    typer.Option(
        "--format",
        metavar=choices.one_of(FORMATS),
        help="Format of the datasets in sdtm/ and adam/; repeat for several; default all.",
    ),
]
Refresh = Annotated[bool, typer.Option("--refresh", help="Do every step again, also those already done.")]
Verify = Annotated[
    bool,
    typer.Option(
        "--verify", help="Read every source file, mask and artifact anew, also those that the disk shows unchanged."
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON instead of tables.")]


def register(app: typer.Typer) -> None:
    """Add the commands of the line."""
    app.command()(run)
    app.command()(ingest)
    app.command()(propose)
    app.command()(assess)
    app.command()(export)


def run(
    sources: Sources,
    protocol: ProtocolFile,
    study: StudyFolder,
    out: OutFolder,
    events: EventsFile = None,
    masks: MasksFile = None,
    reads: ReadsFile = None,
    visits: VisitsFile = None,
    refresh: Refresh = False,
    verify: Verify = False,
    strict: faults.Strict = False,
    faults_file: faults.FaultsFile = None,
    json: Json = False,
) -> None:
    """Ingest, propose, assess and export in one; unsigned results are marked provisional.

    Safe to repeat and to interrupt: a second run goes on where the first ended and does
    no finished step again. A subject with a fault in a table is left out and named.
    """
    from flows import line, progress
    from pipeline.model.errors import IntegrityError
    from pipeline.procedures import export as exporting
    from pipeline.procedures import inputs as inputs_of
    from pipeline.procedures import repair
    from pipeline.settings import Settings
    from pipeline.store import place

    with faults.kept(faults_file, protocol, events, masks, reads, visits):
        inputs = inputs_of.read(sources, protocol, events, masks, reads, visits=visits, strict=strict)
    faults.tell(inputs.faults, faults_file)
    screen.note(inputs.conversions)
    place.check(out)
    with line.stored(study, Settings()) as done:
        artifacts = done.study.artifacts
        if verify:
            artifacts.sweep()
        if done.finished(inputs, verify=verify) and not refresh and not artifacts.wanted():
            with contextlib.suppress(IntegrityError):
                _finish(exporting.export(done, out), study, json)
    console = screen.errors()
    with line.opened(study, Settings(), refresh) as open_line, progress.shown(console):

        def whole_line() -> exporting.Exported:
            open_line.ingest(inputs)
            open_line.propose()
            open_line.assess()
            return exporting.export(open_line, out)

        result = repair.repaired(open_line.study.artifacts, whole_line, console.print)
        open_line.mark_finished()
    _finish(result, study, json)


def ingest(
    sources: Sources,
    protocol: ProtocolFile,
    study: StudyFolder,
    events: EventsFile = None,
    masks: MasksFile = None,
    reads: ReadsFile = None,
    visits: VisitsFile = None,
    verify: Verify = False,
    strict: faults.Strict = False,
    faults_file: faults.FaultsFile = None,
) -> None:
    """Account for every file, group slices into volumes, record events, masks and signed reads.

    A subject with a fault in a table is left out and named.
    """
    from flows import line, progress
    from pipeline.procedures import inputs as inputs_of
    from pipeline.settings import Settings

    with faults.kept(faults_file, protocol, events, masks, reads, visits):
        inputs = inputs_of.read(sources, protocol, events, masks, reads, visits=visits, strict=strict)
    faults.tell(inputs.faults, faults_file)
    screen.note(inputs.conversions)
    with line.opened(study, Settings()) as open_line, progress.shown(screen.errors()):
        if verify:
            open_line.study.artifacts.sweep()
        open_line.ingest(inputs, verify=verify)
        subjects = open_line.subjects()
        every = (*open_line.failures(), *(failure for subject in subjects for failure in subject.failures))
        failures = open_line.named_by_content(tuple(dict.fromkeys(every)))
    screen.console().print(
        f"{words.plural(len(subjects), 'subject')}, {words.plural(sum(len(s.volumes) for s in subjects), 'volume')}. "
        "Next: hepatrack propose"
    )
    _tell(failures, study)


def propose(study: KnownStudy, refresh: Refresh = False) -> None:
    """Register, segment, measure and follow lesions; the proposals then await a reader."""
    from flows import line, progress
    from pipeline.settings import Settings

    with line.opened(study, Settings(), refresh, "ingest") as open_line, progress.shown(screen.errors()):
        open_line.propose()
        failures = open_line.named_by_content(open_line.failures())
    _tell(failures, study)


def assess(study: KnownStudy, reads: ReadsFile = None) -> None:
    """Decide responses and endpoint from proposals and signed reads."""
    from flows import line, progress
    from pipeline.procedures import inputs as inputs_of
    from pipeline.settings import Settings
    from pipeline.store.table_forms.conversions import Conversions

    conversions = Conversions()
    signed = inputs_of.signed(reads, conversions)
    screen.note(conversions.lines())
    with line.opened(study, Settings(), after="ingest") as open_line, progress.shown(screen.errors()):
        open_line.assess(signed)
        failures = open_line.named_by_content(open_line.failures())
    _tell(failures, study)


def export(
    study: KnownStudy,
    out: OutFolder,
    cut: Cut = None,
    as_of: AsOf = None,
    formats: Formats = None,
    arms: Annotated[
        Path | None,
        typer.Option(
            "--arms",
            help="Table of subject,arm or ADSL (TRT01P): fills ARM and TRT01P of adsl. For the unblinded role only.",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Write tables, CDISC datasets, explanations, manifest and report of what was assessed.

    With --cut or --as-of every subject is assessed anew from what was there and signed then; the
    report's pages are left out.
    """
    from flows import line, moments
    from pipeline.export.cut import DataCut
    from pipeline.procedures import export as exporting
    from pipeline.settings import Settings

    limits = DataCut(moments.day(cut, "--cut"), moments.moment(as_of, "--as-of"))
    with line.stored(study, Settings(), "ingest") as open_line:
        result = exporting.export(open_line, out, limits, formats or FORMATS, arms)
    screen.note(result.notes)
    _finish(result, study, json)


def _tell(failures: "tuple[Failure, ...]", study: Path) -> NoReturn:
    from pipeline.report import terminal

    console = screen.console()
    terminal.show_failures(failures, console)
    _tell_names(failures, study, console)
    raise typer.Exit(1 if failures else 0)


def _tell_names(failures: "tuple[Failure, ...]", study: Path, console: Console) -> None:
    from pipeline.procedures import source_names

    if any(source_names.names_file(failure.reason) for failure in failures):
        names = study / source_names.FILE
        console.print(f"Files are named by their content; which is which: {names}", soft_wrap=True)


def _finish(result: "exporting.Exported", study: Path, json: bool) -> NoReturn:
    from pipeline.report import terminal

    if json:
        typer.echo(result.as_json())
    else:
        console = screen.console()
        terminal.show(result.report, console)
        for finding in result.conformance:
            console.print(f"CDISC check {finding.check}: {finding.sentence}", soft_wrap=True)
        _tell_names(result.report.failures, study, console)
        console.print(f"{'written' if result.index.is_dir() else 'report'}: {result.index}", soft_wrap=True)
    raise typer.Exit(1 if result.report.failures else 0)
