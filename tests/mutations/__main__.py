"""Run the rule tests against every mutant of the rules (assess, endpoint, thresholds); 95 % must be caught.

Each mutant runs in a forked child, so that pytest, Hypothesis and the model are imported once. Survivors are
compared with survivors.csv, which names the reason why each cannot or need not be caught.
"""

import csv
import importlib.abc
import importlib.machinery
import os
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

import hypothesis
import pytest

import pipeline.model.protocol
import pipeline.store.dataset_parquet
import pipeline.store.dataset_write
import pipeline.store.dataset_xpt
import pipeline.store.datasets
import pipeline.store.protocols  # noqa: F401  imported once, before the forks
from tests.mutations import mutants

ROOT = Path(__file__).resolve().parents[2]
RULES = ("pipeline/assess", "pipeline/endpoint", "pipeline/model/thresholds.py")
TESTS = (
    "tests/assess",
    "tests/endpoint",
    "tests/model/test_thresholds.py",
    "tests/procedures/test_respond.py",
    "tests/procedures/test_respond_golden.py",
    "tests/procedures/test_respond_refused.py",
    "tests/procedures/test_derive.py",
)
SURVIVORS = Path(__file__).with_name("survivors.csv")
REQUIRED_SHARE = 0.95
CASES = 60
"""Generated cases for each property and mutant; own choice."""
SECONDS = 60
WORKERS = int(os.environ.get("HEPATRACK_MUTATION_WORKERS", "2"))


class _Altered(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Import one module from an altered source."""

    def __init__(self, path: Path, source: str) -> None:
        parts = path.relative_to(ROOT).with_suffix("").parts
        self.folder = path.parent if parts[-1] == "__init__" else None
        self.module = ".".join(parts[:-1] if self.folder else parts)
        self.source = source

    def find_spec(self, fullname: str, _path: object, _target: object = None) -> importlib.machinery.ModuleSpec | None:
        if fullname != self.module:
            return None
        spec = importlib.machinery.ModuleSpec(fullname, self, is_package=self.folder is not None)
        if self.folder:
            spec.submodule_search_locations = [str(self.folder)]
        return spec

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self.source, f"<mutant of {self.module}>", "exec"), module.__dict__)


def main(only: Sequence[str]) -> int:
    """Return 0 if enough mutants are caught and every survivor is listed with its reason."""
    os.environ["HEPATRACK_CASES"] = str(CASES)
    hypothesis.settings.register_profile("mutations", deadline=None, derandomize=True, database=None)
    hypothesis.settings.load_profile("mutations")
    files = [path for rule in RULES for path in _sources(ROOT / rule)]
    todo = [(path, mutant) for path in files if _wanted(path, only) for mutant in mutants.of(path.read_text("utf-8"))]
    control = [(files[0], mutants.Mutant(0, "", "unaltered", files[0].read_text("utf-8")))]
    if any(killed for _, killed in _run(control)):
        sys.stdout.write("the tests fail on the unaltered code; mend that first\n")
        return 1
    sys.stdout.write(f"{len(todo)} mutants\n")
    began = time.monotonic()
    caught, lived = 0, []
    for done, ((path, mutant), killed) in enumerate(_run(todo), start=1):
        caught += killed
        if done % 100 == 0:
            sys.stdout.write(f"{done} done after {(time.monotonic() - began) / 60:.0f} min\n")
        if not killed:
            where = path.relative_to(ROOT).as_posix()
            lived.append((where, mutant.code, mutant.change))
            sys.stdout.write(f"survives: {where}:{mutant.line} [{mutant.change}] {mutant.code}\n")
            sys.stdout.flush()
    share = caught / max(1, len(todo))
    reasons = _reasons()
    unlisted = [entry for entry in lived if entry not in reasons]
    sys.stdout.write(
        f"{caught} of {len(todo)} caught ({share:.1%}); {len(unlisted)} survivors without a listed reason\n"
    )
    return 0 if share >= REQUIRED_SHARE and not unlisted else 1


def _sources(rule: Path) -> list[Path]:
    """The files of a folder, or the file itself."""
    return sorted(rule.rglob("*.py")) if rule.is_dir() else [rule]


def _tests(path: Path) -> list[str]:
    """The tests, those of the altered package or file first: they are the likeliest to fail."""
    near = {path.relative_to(ROOT).parts[1], f"test_{path.name}"}
    return sorted(TESTS, key=lambda test: Path(test).name not in near)


def _wanted(path: Path, only: Sequence[str]) -> bool:
    return not only or any(part in path.as_posix() for part in only)


def _reasons() -> set[tuple[str, str, str]]:
    with SURVIVORS.open(encoding="utf-8", newline="") as file:
        return {(row["file"], row["code"], row["change"]) for row in csv.DictReader(file) if row["reason"]}


def _run(todo: Sequence[tuple[Path, mutants.Mutant]]):
    """Yield each mutant with whether it was caught, a few children at a time."""
    waiting, running = list(reversed(todo)), {}
    while waiting or running:
        while waiting and len(running) < WORKERS:
            path, mutant = waiting.pop()
            running[_start(path, mutant)] = ((path, mutant), time.monotonic())
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid:
            item, _ = running.pop(pid)
            yield item, status != 0
            continue
        for late, (_, began) in running.items():
            if time.monotonic() - began > SECONDS:
                os.kill(late, signal.SIGKILL)
        time.sleep(0.02)


def _forget() -> None:
    """Drop what was imported before the fork, so that an altered file is read: protocols import the criteria."""
    for name in [name for name in sys.modules if name.startswith("pipeline.")]:
        del sys.modules[name]


def _start(path: Path, mutant: mutants.Mutant) -> int:
    pid = os.fork()
    if pid:
        return pid
    try:
        log = os.open(os.environ.get("HEPATRACK_MUTATION_LOG", os.devnull), os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.dup2(log, 1)
        os.dup2(log, 2)
        sys.meta_path.insert(0, _Altered(path, mutant.source))
        _forget()
        code = pytest.main(["-q", "-x", "--assert=plain", "-p", "no:cacheprovider", *_tests(path)])
        os._exit(0 if code == pytest.ExitCode.OK else 1)
    except BaseException:  # noqa: BLE001  a child must never go on as its parent
        os._exit(1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
