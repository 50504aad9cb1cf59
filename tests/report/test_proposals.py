"""What awaits a reader is a Markdown table that no name can break."""

import dataclasses

from pipeline.model.failure import Failure
from pipeline.report import markdown, proposals
from tests.report import builder


def test_every_finding_has_a_row_and_every_failure_a_line() -> None:
    findings = builder.progressing().findings
    text = proposals.summary("S-001", findings, [Failure("S-001", "W12", "read volume", "cut short")])
    lines = text.splitlines()
    assert lines[0] == "# S-001: proposals awaiting a reader"
    assert "| W24 | T01 | target | present | 41.8 | 0.0 | PHASE\\_SWITCH;LIPIODOL |" in lines
    assert len([line for line in lines if line.startswith(("| W", "| BASELINE"))]) == len(findings)
    assert lines[-1] == "- **W12 read volume**: not completed"


def test_cells_cannot_break_the_table() -> None:
    finding = dataclasses.replace(builder.without_start().findings[0], lesion="a|b\n<c>")
    assert "| a\\|b \\<c\\> |" in proposals.summary("S", [finding], [])
    assert markdown.escape("a|b\n<c>") == "a\\|b \\<c\\>"
