"""docs/howto/commands.md tells every command and option, as the commands' own help does."""

import subprocess
import sys

from flows import cli
from tests.builders.command import ROOT

PAGE = ROOT / "docs" / "howto" / "commands.md"


def test_page_equals_the_help_of_the_commands():
    made = subprocess.run(
        [sys.executable, "-m", "typer", "flows.cli", "utils", "docs", "--name", "hepatrack", "--title", "Commands"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert PAGE.read_text(encoding="utf-8").strip() == made.strip(), (
        f"{PAGE.name} differs from the help; run `make docs`"
    )


def test_readme_names_every_command():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    table = "".join(line for line in text.splitlines() if line.startswith("| `"))
    names = [str(each.name or getattr(each.callback, "__name__", "")) for each in cli.app.registered_commands]
    assert [name for name in names if f"`{name}`" not in table] == [], "tell it in README's table of commands"
