"""Fixtures shared by all tests."""

import fcntl
import os
import shutil
import subprocess
import tarfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
REAL_DATA = Path(os.environ.get("HEPATRACK_REAL_DATA", ROOT.parent / "shared" / "real-data"))
SLOW = ("prefect", "real", "generated", "long", "image")
"""The marks of tests that take long, the longest first: they start first, so that all cores end together."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the slow tests first; those of one file stay together, for they share what is made once."""
    ranks: dict[Path, int] = {}
    for item in items:
        rank = min((SLOW.index(mark.name) for mark in item.iter_markers() if mark.name in SLOW), default=len(SLOW))
        ranks[item.path] = min(rank, ranks.get(item.path, rank))
    items.sort(key=lambda item: ranks[item.path])


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real cases; the test is skipped where it is absent."""
    if not REAL_DATA.is_dir():
        pytest.skip(f"real cases not found at {REAL_DATA}; set HEPATRACK_REAL_DATA")
    return REAL_DATA


@pytest.fixture(scope="session")
def real_case(real_data: Path) -> Callable[[str], Path]:
    """Unpack a real case (for example HCC_007) into the cache once and return its folder."""

    def unpack(case: str) -> Path:
        cache = ROOT / ".cache" / "real"
        folder = cache / case
        done = cache / f"{case}.done"
        cache.mkdir(parents=True, exist_ok=True)
        with (cache / f"{case}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # another worker may unpack the same case
            if not done.exists():
                _unpack(real_data / f"{case}_dicom.tar.xz", cache)
                done.touch()
        return folder

    return unpack


def _unpack(archive: Path, folder: Path) -> None:
    with tarfile.open(archive) as packed:
        packed.extractall(folder, filter="data")


@pytest.fixture(scope="session")
def rscript() -> Callable[..., str]:
    """Run a piece of R with arguments and return what it prints; skipped where Rscript is absent and not required.

    libraries are those that the code needs beside R itself.
    """
    program = shutil.which("Rscript")
    if program is None:
        _without("Rscript is not on PATH; install r-base-core")

    def run(code: str, *arguments: object, libraries: Sequence[str] = ()) -> str:
        lacking = [name for name in libraries if _run_r(f"library({name})").returncode]
        if lacking:
            _without(f"R lacks {', '.join(lacking)}; install {' '.join(f'r-cran-{name}' for name in lacking)}")
        done = _run_r(code, *arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def _run_r(code: str, *arguments: object) -> subprocess.CompletedProcess[str]:
        command = [str(program), "--vanilla", "-e", code, *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)

    return run


def _without(reason: str) -> None:
    """Skip a test that lacks a program, or fail it where HEPATRACK_REQUIRE_PROGRAMS=1."""
    (pytest.fail if os.environ.get("HEPATRACK_REQUIRE_PROGRAMS") == "1" else pytest.skip)(reason)
