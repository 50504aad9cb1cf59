"""No file of flows/ holds a number with a medical meaning: each number there is listed here with what it is."""

from pathlib import Path

from tests.house.numbers import Number, listed, of_source

ROOT = Path(__file__).resolve().parents[2]

KNOWN = {
    Number("flows/batch.py", "max_workers", 2): "procedures of one subject at a time",
    Number("flows/cli.py", "(OK, INCOMPLETE, INVALID, FAULT)", 2): "exit code",
    Number("flows/cli.py", "(OK, INCOMPLETE, INVALID, FAULT)", 3): "exit code",
    Number("flows/commands/check.py", "_SHOWN", 5): "lines on the screen",
    Number("flows/commands/derive.py", "_LISTED", 40): "lines on the screen",
    Number("flows/commands/system.py", "MIN_FREE_GB", 5.0): "disk",
    Number("flows/commands/system.py", "free", 1e9): "bytes in a GB",
    Number("flows/commands/system.py", "indent", 2): "JSON",
    Number("flows/faults.py", "_SHOWN", 20): "faults on the screen",
    Number("flows/ending.py", "EVERY_SECONDS", 0.5): "seconds",
    Number("flows/ending.py", "BY_SIGNAL", 128): "exit code",
    Number("flows/ending.py", "(INCOMPLETE, INVALID)", 2): "exit code",
    Number("flows/ending.py", "os.read", 64): "bytes",
    Number("flows/leaving.py", "LAST", 1000): "order at exit",
    Number("flows/leaving.py", "os.write", 2): "file descriptor",
    Number("flows/progress.py", "EVERY_SECONDS", 3.0): "polling",
    Number("flows/progress.py", "timeout", 5): "seconds",
    Number("flows/progress.py", "', '.join", 3): "names shown",
    Number("flows/progress.py", "json", 200): "rows asked for",
    Number("flows/screen.py", "PIPED_COLUMNS", 140): "characters",
    Number("flows/server.py", "START_SECONDS", 120.0): "waiting",
    Number("flows/server.py", "timeout", 2): "seconds",
    Number("flows/server.py", "STOP_SECONDS", 5.0): "seconds",
    Number("flows/server.py", "time.sleep", 0.1): "seconds",
    Number("flows/step.py", "key", 32): "characters of a hash",
}


def numbers() -> list[tuple[Number, int]]:
    return [found for path in sorted((ROOT / "flows").rglob("*.py")) for found in listed(path, ROOT)]


def test_each_number_in_flows_is_known():
    unknown = [
        f"{number.file}:{line} {number.name} {number.value}" for number, line in numbers() if number not in KNOWN
    ]
    assert not unknown, "a number with a medical meaning belongs to a stage or the protocol; else list it above"


def test_each_known_number_is_there():
    there = {number for number, _ in numbers()}
    assert sorted(set(KNOWN) - there) == []


def test_a_planted_number_is_found():
    planted = "KNOWN_SHARE = 0.2\n\n\ndef decide(x):\n    return x.agrees(margin_mm=3.0) or x.long_axis_mm < 10\n"
    found = [number for number, _ in of_source(planted, "flows/steps/follow_up.py")]
    assert sorted(found) == [
        Number("flows/steps/follow_up.py", "", 10),
        Number("flows/steps/follow_up.py", "KNOWN_SHARE", 0.2),
        Number("flows/steps/follow_up.py", "margin_mm", 3.0),
    ]
    assert not set(found) & set(KNOWN)
