"""The console that results are printed on."""

from collections.abc import Iterable

from rich.console import Console

PIPED_COLUMNS = 140
"""What is piped gets room enough for every column."""


def console() -> Console:
    """Return the terminal as it is, or a wide plain console for a pipe."""
    terminal = Console()
    return terminal if terminal.is_terminal else Console(width=PIPED_COLUMNS)


def note(lines: Iterable[str]) -> None:
    """Say on the error stream what is worth knowing beside the result."""
    notes = Console(stderr=True, soft_wrap=True, highlight=False)
    for line in lines:
        notes.print(f"Note: {line}", markup=False)
