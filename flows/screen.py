"""The console that results are printed on."""

from rich.console import Console

PIPED_COLUMNS = 140
"""What is piped gets room enough for every column."""


def console() -> Console:
    """Return the terminal as it is, or a wide plain console for a pipe."""
    terminal = Console()
    return terminal if terminal.is_terminal else Console(width=PIPED_COLUMNS)
