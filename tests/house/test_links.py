"""Every link inside the documentation leads to a file and a heading that exist."""

import re
from pathlib import Path

import pytest

from tests.house import links
from tests.house.citations import ROOT


def test_every_internal_link_leads_somewhere() -> None:
    assert links.broken(ROOT) == []


def test_every_path_that_a_page_quotes_exists() -> None:
    assert links.lost(ROOT) == []


def test_every_path_of_the_map_exists() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    named = {path for path in re.findall(r"`([a-z][\w/.*-]*/[\w.*-]+)/?`", text) if "NAME" not in path}
    tried = {path: (path, f"pipeline/{path}", f"pipeline/{path}.py") for path in named}
    assert [path for path, places in tried.items() if not any(any(ROOT.glob(place)) for place in places)] == []


def test_a_path_that_is_gone_is_caught(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(
        "`flows/gone.py`, `tests/golden/NAME.csv`, `pipeline/`, `other/x`\n", encoding="utf-8"
    )
    (tmp_path / "pipeline").mkdir()
    assert links.lost(tmp_path) == ["a.md: flows/gone.py"]


@pytest.mark.parametrize("target", ["gone.md", "b.md#nothing", "#nothing", "../outside.md"])
def test_a_broken_link_is_caught(target: str, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(f"# A page\n[here](b.md#two-words-1) and [there]({target})\n", encoding="utf-8")
    (tmp_path / "b.md").write_text("## Two words\n## Two words\n`[no](link.md)`\n", encoding="utf-8")
    assert links.broken(tmp_path) == [f"a.md: {target}"]


def test_a_link_to_the_web_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("[mail](mailto:a@b) [web](https://example.org/#x)\n", encoding="utf-8")
    assert links.broken(tmp_path) == []


def test_anchors_are_those_of_the_headings() -> None:
    text = '# 2 RECIST 1.1\n## What it rests on: [CDISC](cdisc.md), `TR`\n<a id="own"></a>\n'
    assert links.anchors(text) == {"2-recist-11", "what-it-rests-on-cdisc-tr", "own"}
