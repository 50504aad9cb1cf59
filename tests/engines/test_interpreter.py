"""The process of an engine: what it says when something is missing or fails, and that no connection leaves it."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from pipeline.engines import interpreter, local_files
from pipeline.engines.interpreter import Interpreter
from pipeline.model.errors import EngineError

RUN = Path(interpreter.__file__).with_name("outside") / "run.py"


def test_versions_are_those_of_its_packages() -> None:
    assert Interpreter().versions(("numpy",), "") == f"numpy {np.__version__}"
    with pytest.raises(EngineError, match="no-such-package not installed in the Python of hepatrack; pip install it"):
        Interpreter().versions(("numpy", "no-such-package"), "pip install it")


def test_a_python_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="absent: No such file or directory; name the Python that holds nnunet"):
        Interpreter(tmp_path / "absent").ask("nnunet", {}, (), {})


def test_its_last_words_are_told() -> None:
    with pytest.raises(EngineError, match=r"nnunet failed: .*ModuleNotFoundError: No module named 'torch'"):
        Interpreter().ask("nnunet", {}, [np.zeros((1, 2, 3), np.float32)], {})


@pytest.mark.parametrize(
    "call", ["socket.create_connection(('127.0.0.1', 9))", "socket.socket().connect_ex(('::1', 9))"]
)
def test_no_connection_leaves(call: str) -> None:
    code = f"import runpy, socket; runpy.run_path({str(RUN)!r}); {call}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert "loads local files only; no connection is made" in done.stderr
    assert done.returncode == 1


def test_a_folder_is_known_by_the_names_and_content_of_its_files(tmp_path: Path) -> None:
    (tmp_path / "fold_0").mkdir()
    (tmp_path / "fold_0" / "a.pth").write_bytes(b"weights")
    first = local_files.sha256(tmp_path)
    (tmp_path / "notes.txt").write_text("x")
    assert local_files.sha256(tmp_path, ("fold_*/*.pth",)) == first
    assert local_files.sha256(tmp_path) != first
    (tmp_path / "fold_0" / "a.pth").rename(tmp_path / "fold_0" / "b.pth")
    assert local_files.sha256(tmp_path, ("fold_*/*.pth",)) != first
    with pytest.raises(EngineError, match=r"holds no plans\.json; put the weights there, nothing is downloaded"):
        local_files.sha256(tmp_path, ("plans.json",))
    with pytest.raises(EngineError, match="absent: No such file"):
        local_files.sha256(tmp_path / "absent")
