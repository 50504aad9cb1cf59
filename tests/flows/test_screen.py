"""What is printed stands on the screen as it is, whatever brackets, colons and backslashes it holds."""

import io
from pathlib import Path

import pytest
from rich.progress import Progress
from rich.table import Table

from flows import progress, screen

ROOT = Path(__file__).resolve().parents[2]
HOSTILE = ("[/bold]x", "[red]S-001", "a\\[b]", ":skull:", "[link=file:///etc]x[/link]", "[/]", "\\")


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_is_printed_as_it_is(capsys: pytest.CaptureFixture[str], text: str):
    table = Table("subject")
    table.add_row(text)
    screen.console().print(table)
    screen.console().print(f"subject {text}")
    screen.errors().print(screen.complaint(f"found {text}", "yellow"))
    screen.note([text])
    printed = capsys.readouterr()
    assert f"│ {text} " in printed.out
    assert f"subject {text}\n" in printed.out
    assert printed.err == f"hepatrack: found {text}\nNote: {text}\n"


@pytest.mark.parametrize("text", HOSTILE)
def test_the_progress_line_shows_a_text_as_it_is(text: str):
    console = screen.errors()
    console.file = io.StringIO()
    with Progress(*progress.columns(), console=console) as bar:
        bar.add_task(text)
    assert text in console.file.getvalue()


def test_no_other_console_is_made():
    made = [path.name for path in sorted((ROOT / "flows").rglob("*.py")) if "Console(" in path.read_text()]
    assert made == ["screen.py"]
    assert not [path for path in (ROOT / "flows").rglob("*.py") if "rich.markup" in path.read_text()]
