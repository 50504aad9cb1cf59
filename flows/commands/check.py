"""check: our own checks of SDTM and ADaM tables."""

import json as jsonlib
from pathlib import Path
from typing import Annotated

import typer

from flows import faults

_SHOWN = 5
"""Findings of one check on the screen: own choice; --out has all."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("check")(check)


def check(
    folder: Annotated[
        Path,
        typer.Argument(
            help="Folder of SDTM and ADaM tables, or one with sdtm/ and adam/.", exists=True, file_okay=False
        ),
    ],
    out: Annotated[Path | None, typer.Option("--out", help="CSV to write: every finding.", dir_okay=False)] = None,
    faults_file: faults.FaultsFile = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Check SDTM and ADaM tables, ours or anyone's: names, keys, visits, dates, terms, sources, Define-XML.

    These checks are our own; no conformance engine of CDISC's stands behind them. Findings end with exit code 1, and
    so does a row that cannot be read; every such row is named, the others are checked.
    """
    from flows import screen
    from pipeline.export.conformance.checks import CHECKS
    from pipeline.procedures import check as checking

    with faults.kept(faults_file, out):
        checked = checking.check(folder, out, faults_file)
    every = checked.faults.all
    faults.write(every, faults_file)
    code = 1 if checked.findings or every else 0
    if json:
        about = {"files": checked.files, "others": checked.others, "faults": faults.as_json(checked.faults)}
        typer.echo(jsonlib.dumps({**about, "findings": [vars(each) for each in checked.findings]}, indent=1))
        raise typer.Exit(code)
    notes = screen.errors()
    for name in checked.others:
        notes.print(f"Note: {name} is not checked: it has none of USUBJID, STUDYID, RDOMAIN")
    for fault in every:
        notes.print(f"{'Not checked' if fault.row is None else 'Row not checked'}: {fault.message}")
    shown = screen.console()
    for each in CHECKS:
        mine = [finding for finding in checked.findings if finding.check == each.name]
        if mine:
            shown.print(f"{each.name}: {each.asks} ({each.source})", soft_wrap=True)
        for finding in mine[:_SHOWN]:
            shown.print(f"  {finding.sentence}", soft_wrap=True)
        if len(mine) > _SHOWN:
            shown.print(f"  and {len(mine) - _SHOWN} more")
    broken = len({finding.check for finding in checked.findings})
    counted = f"{broken} broken, {len(checked.findings)} findings"
    shown.print(f"{len(checked.files)} datasets, {len(CHECKS)} checks of our own: {counted}")
    raise typer.Exit(code)
