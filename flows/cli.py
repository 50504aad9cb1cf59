"""The hepatrack command."""

import sys
from concurrent.futures import BrokenExecutor
from pathlib import Path
from typing import NoReturn

import typer

from flows import ending, leaving, screen
from flows.commands import check, derive, estimate, figures, images, line, respond, restore, simulate, system
from pipeline.model.errors import HepatrackError, InputError, ProtocolError, StorageError
from pipeline.store import disk

OK, INCOMPLETE, INVALID, FAULT = 0, 1, 2, 3
"""Exit codes; the help text says what each means."""
WORKER_GONE = (
    "a worker of this command was ended from outside, as a system does when memory is short. What is done is kept: "
    "repeat the command, it goes on there; HEPATRACK_WORKERS=1 needs the least memory."
)

app = typer.Typer(
    name="hepatrack",
    help=(
        "Imaging response assessment for liver trials: from serial CT/MRI DICOM to a hepatic progression date.\n\n"
        "Exit codes: 0 done (flags allowed); 1 at least one subject or visit could not be completed, the rest is "
        "written; 2 usage, protocol or input table invalid, study damaged or disk full; 3 internal fault."
    ),
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
line.register(app)
images.register(app)
system.register(app)
restore.register(app)
simulate.register(app)
respond.register(app)
derive.register(app)
estimate.register(app)
figures.register(app)
check.register(app)


def main() -> NoReturn:
    """Run the command in a process of its own, which ends with its exit code and never by a signal of its own."""
    try:
        command()
    except SystemExit as ended:
        leaving.leave(int(ended.code or OK))
    leaving.leave(OK)


def command() -> None:
    """Run the command and turn foreseen errors into an exit code and one clear message."""
    error_console = screen.errors()
    try:
        ending.on_signals()
        app()
    except (InputError, ProtocolError, StorageError) as error:
        error_console.print(screen.complaint(str(error)))
        sys.exit(INVALID)
    except BrokenExecutor:
        error_console.print(screen.complaint(WORKER_GONE))
        sys.exit(INCOMPLETE)
    except HepatrackError as error:
        error_console.print(screen.complaint(f"{type(error).__name__}: {error}"))
        sys.exit(FAULT)
    except OSError as error:
        if disk.is_denied(error):
            error_console.print(screen.complaint(disk.denied(error)))
            sys.exit(INVALID)
        if not disk.is_full(error):
            error_console.print_exception(show_locals=False)
            sys.exit(FAULT)
        named = error.filename2 or error.filename
        where = Path(str(named)).parent if named else Path.cwd()
        error_console.print(screen.complaint(disk.message(where, str(error))))
        sys.exit(INVALID)
    except Exception:  # noqa: BLE001  the last line of defense: a fault is told apart from bad input
        error_console.print_exception(show_locals=False)
        sys.exit(FAULT)


if __name__ == "__main__":
    main()
