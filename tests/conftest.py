"""Fixtures shared by all tests."""

import os
import tarfile
from collections.abc import Callable
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
