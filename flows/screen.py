"""The consoles that results and messages are printed on; a text is printed as it is, whatever brackets it holds."""

from collections.abc import Iterable

from rich.console import Console
from rich.text import Text

PIPED_COLUMNS = 140
"""What is piped gets room enough for every column."""


def console() -> Console:
    """Return the terminal as it is, or a wide plain console for a pipe."""
    terminal = Console(markup=False, emoji=False)
    return terminal if terminal.is_terminal else Console(width=PIPED_COLUMNS, markup=False, emoji=False)


def errors() -> Console:
    """Return the error stream for messages of any length."""
    return Console(stderr=True, soft_wrap=True, highlight=False, markup=False, emoji=False)


def complaint(text: str, style: str = "") -> Text:
    """Return a message under the name of the command."""
    return Text.assemble(("hepatrack:", "bold"), f" {text}", style=style)


def note(lines: Iterable[str]) -> None:
    """Say on the error stream what is worth knowing beside the result."""
    notes = errors()
    for line in lines:
        notes.print(f"Note: {line}")
