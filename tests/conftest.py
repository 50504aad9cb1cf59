"""Fixtures shared by all tests."""

import os
import shutil
import subprocess
import tarfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
REAL_DATA = Path(os.environ.get("HEPATRACK_REAL_DATA", ROOT.parent / "shared" / "real-data"))


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
        if not done.exists():
            cache.mkdir(parents=True, exist_ok=True)
            with tarfile.open(real_data / f"{case}_dicom.tar.xz") as archive:
                archive.extractall(cache, filter="data")
            done.touch()
        return folder

    return unpack


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
