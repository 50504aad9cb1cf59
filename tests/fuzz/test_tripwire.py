"""A check that cannot fail is none: with planted faults the harness fails and names what is wrong with which input."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.fuzz import batches, outcome, planted
from tests.fuzz.make import files

HANG_SECONDS = 6.0
"""Seconds after which a planted hang is one: less than the bar's ten, more than a busy machine takes to import."""


def _breaches(
    kind: str, faults: Mapping[str, str], monkeypatch: pytest.MonkeyPatch, *, hang: float = HANG_SECONDS
) -> list[tuple[str, str]]:
    """Return the number and outcome of the inputs that break the bar; of files in folders the names say the number."""
    monkeypatch.setenv(planted.FAULTS, ",".join(faults))
    order = batches.Order({kind: len(faults)}, seed=2, cases=False, module="tests.fuzz.planted", hang=hang)
    return [(line.name, line.outcome) for line in batches.run(order)[kind].breaches]


def test_crash_hang_memory_and_silence_are_named_and_what_follows_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    faults = {
        "raises": f"{outcome.INTERNAL}: exit code 3: ZeroDivisionError: planted",
        "dies": f"{outcome.CRASH}: SIGSEGV",
        "grows": f"{outcome.MEMORY}: ",
        "ends without a word": f"{outcome.SILENT}: exit code 2",
        "hangs": f"{outcome.HANG}: no word for 6 s",
        "sound": "",
    }
    broken = [(int(name[:4]), text) for name, text in _breaches("protocols", faults, monkeypatch)]
    for number, expected in enumerate(faults.values()):
        named = [text for place, text in broken if place == number]
        assert any(text.startswith(expected) for text in named) if expected else not named, broken


def test_a_file_without_its_one_line_and_reason_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    faults = {"lost": outcome.NO_LINE, "twice": outcome.TWICE, "no reason": f"{outcome.SILENT}: left_out"}
    broken = sorted(_breaches("files", faults, monkeypatch, hang=60))
    assert [text for _, text in broken] == list(faults.values())
    assert len({name for name, _ in broken}) == len(faults)


def test_the_command_fails_keeps_what_broke_it_and_says_how_to_make_it_again(tmp_path: Path) -> None:
    code = "import sys; from tests.fuzz import __main__; sys.exit(__main__.main('tests.fuzz.planted'))"
    words = ["--only", "protocols", "--protocols", "2", "--seed", "5", "--keep", str(tmp_path / "kept")]
    done = subprocess.run(
        [sys.executable, "-c", code, *words],
        cwd=ROOT,
        env={**os.environ, planted.FAULTS: "raises,raises"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert "2 INTERNAL: exit code 3: ZeroDivisionError: planted" in done.stdout
    assert "again: python -m tests.fuzz --only protocols --batch 0 --seed 5 --protocols 2" in done.stdout
    kept = tmp_path / "kept" / "protocols-0000"
    assert "Traceback" in (kept / "breaches.txt").read_text(encoding="utf-8")
    assert len(list((kept / "inputs").glob("*.yaml"))) == 2


def test_a_scan_that_ends_leaves_every_file_without_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = _breaches("files", {"scan raises": outcome.NO_LINE}, monkeypatch, hang=60)
    assert [text for _, text in broken].count(outcome.NO_LINE) == 1 + files.SOUND
    assert any(name == "(scan)" and text.startswith(outcome.INTERNAL) for name, text in broken)
