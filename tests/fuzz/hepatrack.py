"""Run the command in this process, through its own main function, and tell the outcome from what it printed."""

import io
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from unittest import mock

from flows import cli, ending
from tests.fuzz import outcome
from tests.fuzz.outcome import Line

DETAIL = 3000
"""Characters that are kept of what a command printed; own choice, a traceback."""


@dataclass(frozen=True)
class Done:
    """Exit code and what was printed."""

    code: int
    out: str
    err: str


def run(*arguments: object) -> Done:
    """Run `hepatrack` to its end; signals keep their handlers."""
    out, err = io.StringIO(), io.StringIO()
    code = 0
    with (
        mock.patch.object(sys, "argv", ["hepatrack", *map(str, arguments)]),
        mock.patch.object(ending, "on_signals"),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        try:
            cli.command()
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    return Done(code, out.getvalue(), err.getvalue())


def line(name: str, done: Done) -> Line:
    """Return the outcome of an input that a command was given."""
    messages = [text for text in done.err.splitlines() if text.strip() and not text.startswith("Note: ")]
    if done.code == cli.OK:
        return Line(name, outcome.READ)
    if done.code not in (cli.INCOMPLETE, cli.INVALID):
        last = messages[-1] if messages else ""
        return Line(name, f"{outcome.INTERNAL}: exit code {done.code}: {outcome.general(last)}", done.err[-DETAIL:])
    if not messages and not done.out.strip():
        return Line(name, f"{outcome.SILENT}: exit code {done.code}")
    what = "in part" if done.code == cli.INCOMPLETE else "refused"
    reason = (messages or done.out.splitlines())[0].removeprefix("hepatrack: ")
    return Line(name, f"{what}: {outcome.general(reason)}")
