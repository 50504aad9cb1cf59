"""The interpreter that holds the packages of optional engines (`make engines`), and tiny models made by it."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT


@pytest.fixture(scope="session")
def engines_python() -> Path:
    """The interpreter; skipped where it was not made. HEPATRACK_ENGINES_PYTHON names another."""
    python = Path(os.environ.get("HEPATRACK_ENGINES_PYTHON", ROOT / ".venv-engines" / "bin" / "python"))
    if not python.exists():
        pytest.skip("no environment with the optional engines; make it with `make engines`")
    return python


@pytest.fixture(scope="session")
def models(engines_python: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with tiny models of every kind: nnunet (trained), longiseg, nninteractive, totalsegmentator."""
    folder = tmp_path_factory.mktemp("models")
    maker = Path(__file__).with_name("tiny_models.py")
    done = subprocess.run(
        [engines_python, "-P", maker, folder], capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 0, done.stderr
    return folder
