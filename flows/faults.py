"""The faults of the tables of a command: its options, what it says of them, its exit code."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from pipeline.store import place, tables
from pipeline.store.faults import FAULTS, Fault, Faults, FaultsError

Strict = Annotated[
    bool, typer.Option("--strict", help="Any fault of a table ends the command; else it leaves out its subject.")
]
FaultsFile = Annotated[
    Path | None,
    typer.Option("--faults", help="CSV to write: every fault, with table, row, column and subject.", dir_okay=False),
]
_SHOWN = 20
"""Faults on the screen where a file holds them all: own choice, one screen."""


@contextmanager
def kept(file: Path | None, *others: Path | None) -> Iterator[None]:
    """Write the faults that end a command to the file, if one is asked for.

    others: what the command reads, and what else it writes; the file is none of them.
    """
    if file is not None:
        place.prepare(file, *others)
    try:
        yield
    except FaultsError as error:
        write(error.faults, file)
        raise


def finish(faults: Faults, file: Path | None) -> None:
    """Tell who is left out and why, write the file if one is asked for, and end with exit code 1 where there is any."""
    tell(faults, file)
    if faults.all:
        raise typer.Exit(1)


def tell(faults: Faults, file: Path | None) -> None:
    """Tell who is left out and why, and write the file if one is asked for."""
    every = faults.all
    write(every, file)
    if not every:
        return
    names = faults.subjects
    typer.echo(
        f"hepatrack: {len(names)} subject{'s are' if len(names) > 1 else ' is'} left out, for {len(every)} "
        f"fault{'s' if len(every) > 1 else ''} in the tables:",
        err=True,
    )
    shown = every if file is None else every[:_SHOWN]
    for fault in shown:
        typer.echo(f"  {fault.subject}: {fault.message}", err=True)
    if len(shown) < len(every):
        typer.echo(f"  and {len(every) - len(shown)} more in {file}", err=True)


def as_json(faults: Faults) -> list[dict[str, str | int | None]]:
    """Return the faults as JSON shows them, a key for each column of the file."""
    return [
        {"row": fault.row} | {c.name: c.cell(fault) for c in FAULTS.columns if c.name != "row"} for fault in faults.all
    ]


def write(faults: tuple[Fault, ...], file: Path | None) -> None:
    """Write the faults to the file, if one is asked for."""
    if file is not None:
        tables.write_csv(FAULTS.table(faults), file)
