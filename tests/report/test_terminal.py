"""Terminal tables say the same as the pages."""

import dataclasses
import io

from rich.console import Console

from pipeline.report import terminal
from tests.report import builder


def _shown(width: int = 100) -> str:
    out = io.StringIO()
    terminal.show(builder.study(), Console(file=out, width=width))
    return out.getvalue()


def test_piped_output_is_plain_and_fits_100_columns() -> None:
    text = _shown()
    assert "\x1b" not in text
    assert max(len(line) for line in text.splitlines()) <= 100


def test_each_time_point_is_one_line_with_its_values() -> None:
    (line,) = [line for line in _shown().splitlines() if "W24" in line]
    assert line.split() == ["S-001", "W24", "2024-06-28", "41.8", "−31.9", "%", "−11.1", "%", "PR", "CR", "10.5", "%"]


def test_endpoints_and_failures_follow() -> None:
    text = _shown()
    order = [text.index(word) for word in ("Time points", "HPFS (from first", "NO START DATE", "Not completed: 1 step")]
    assert order == sorted(order)
    assert "4096 of 8192 bytes" in text
    assert "PROVISIONAL" in text


def test_markup_in_strings_is_not_interpreted() -> None:
    subject = builder.without_start()
    points = tuple(dataclasses.replace(point, visit="[red]W1[/red]") for point in subject.timepoints)
    out = io.StringIO()
    terminal.show(builder.study(dataclasses.replace(subject, timepoints=points)), Console(file=out, width=120))
    assert "[red]W1[/red]" in out.getvalue()
