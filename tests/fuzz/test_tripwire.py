"""A check that cannot fail is none: with a planted fault the harness fails and names what is wrong."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.fuzz import batches, outcome, planted

COUNT = 3
"""Inputs of a kind with a planted fault."""
HANG_SECONDS = 2.0
"""Seconds after which a planted hang is one: the bar's ten would only make the test slow."""
EXPECTED: Mapping[str, tuple[str, str, int]] = {
    "raises": ("protocols", f"{outcome.INTERNAL}: exit code 3: ZeroDivisionError: planted", COUNT),
    "dies": ("protocols", f"{outcome.CRASH}: SIGSEGV", COUNT),
    "grows": ("protocols", f"{outcome.MEMORY}: ", 1),
    "ends without a word": ("protocols", f"{outcome.SILENT}: exit code 2", COUNT),
    "scan raises": ("files", f"{outcome.NO_LINE}", COUNT + 6),
    "loses a file": ("files", f"{outcome.NO_LINE}", 1),
    "tells twice": ("files", f"{outcome.TWICE}", 1),
    "tells no reason": ("files", f"{outcome.SILENT}: left_out", COUNT),
}
"""By fault: the kind of inputs, how the outcome begins, and how many have it."""


def _breaches(fault: str, kind: str, count: int, monkeypatch: pytest.MonkeyPatch, **changes: object) -> list[str]:
    monkeypatch.setenv(planted.FAULT, fault)
    order = batches.Order({kind: count}, seed=2, cases=False, module="tests.fuzz.planted", **changes)
    return [line.outcome for line in batches.run(order)[kind].breaches]


@pytest.mark.parametrize("fault", EXPECTED)
def test_a_planted_fault_is_named(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    kind, begins, count = EXPECTED[fault]
    broken = _breaches(fault, kind, COUNT, monkeypatch)
    assert len([each for each in broken if each.startswith(begins)]) == count, broken


def test_an_input_that_hangs_is_ended_and_named_and_the_next_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (
        _breaches("hangs", "protocols", 2, monkeypatch, hang=HANG_SECONDS) == [f"{outcome.HANG}: no word for 2 s"] * 2
    )


def test_the_command_fails_and_keeps_what_broke_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(planted.FAULT, "raises")
    code = "import sys; from tests.fuzz import __main__; sys.exit(__main__.main('tests.fuzz.planted'))"
    words = ["--only", "protocols", "--protocols", "2", "--keep", str(tmp_path / "kept")]
    done = subprocess.run([sys.executable, "-c", code, *words], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    assert "2 protocols: INTERNAL: exit code 3: ZeroDivisionError: planted" in done.stdout
    kept = tmp_path / "kept" / "protocols-0000"
    assert "Traceback" in (kept / "breaches.txt").read_text(encoding="utf-8")
    assert len(list((kept / "inputs").glob("*.yaml"))) == 2
