"""Methods pages: their tables are those of the code."""

from pathlib import Path

import pytest

from pipeline.model.errors import InputError
from pipeline.report import method_tables, methods
from tests.builders import pages
from tests.conftest import ROOT

PAGES = sorted((ROOT / "docs").rglob("*.md"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_page_equals_the_code(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert methods.filled(text) == text, f"{page.name} differs from the code; run `make docs`"


def test_every_table_stands_on_a_page() -> None:
    shown = {name for page in PAGES for name in pages.tables(page.read_text(encoding="utf-8"))}
    assert shown == set(method_tables.tables())


def test_a_table_replaces_what_stood_there_and_nothing_else() -> None:
    page = "before\n<!-- table: overall -->\nold\n<!-- end -->\nafter\n"
    found = methods.filled(page)
    assert found.startswith("before\n<!-- table: overall -->\n| Target |")
    assert found.endswith("|\n<!-- end -->\nafter\n")
    assert "old" not in found
    assert methods.filled(found) == found


def test_a_table_in_a_block_of_code_is_only_shown() -> None:
    page = "```markdown\n<!-- table: criterion-extent -->\n<!-- end -->\n```\n<!-- table: overall -->\n<!-- end -->\n"
    assert pages.tables(page) == {"overall"}
    assert methods.filled(page).startswith("```markdown\n<!-- table: criterion-extent -->\n<!-- end -->\n```\n")


def test_an_unknown_table_is_named() -> None:
    with pytest.raises(InputError, match=r"found table 'nothing'; allowed: flags"):
        methods.filled("<!-- table: nothing -->\n<!-- end -->\n")


def test_pages_are_filled_in_place(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("<!-- table: flags -->\n<!-- end -->\n", encoding="utf-8")
    (tmp_path / "b.md").write_text("plain\n", encoding="utf-8")
    assert methods.write(tmp_path) == ("a.md",)
    assert "`GAP`" in (tmp_path / "a.md").read_text(encoding="utf-8")
    assert methods.write(tmp_path) == ()
