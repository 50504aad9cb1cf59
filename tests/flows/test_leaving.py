"""A command that did its work ends with its exit code, whatever crashes while a process is taken apart."""

import multiprocessing
import signal
import subprocess
import sys
from pathlib import Path
from typing import IO

import pytest

from tests.builders import command, crash

CRASHES = ("in_the_interpreter", "in_a_library")


def run(code: str, *arguments: object, out: int | IO[str] = subprocess.PIPE) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        cwd=command.ROOT,
        env=command.environment() | {"PYTHONUNBUFFERED": ""},
        stdout=out,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("planted", CRASHES)
def test_the_planted_crash_ends_a_process_by_signal(planted: str):
    assert run(f"from tests.builders import crash; crash.{planted}()").returncode == -signal.SIGSEGV


@pytest.mark.parametrize("planted", CRASHES)
@pytest.mark.parametrize(("words", "code"), [(("--help",), 0), (("doctor", "--no-such-option"), 2)])
def test_a_command_ends_with_its_code(planted: str, words: tuple[str, ...], code: int):
    plain = run("from flows import cli; cli.main()", *words)
    done = run(f"from tests.builders import crash; crash.{planted}(); from flows import cli; cli.main()", *words)
    assert (done.returncode, done.stdout, done.stderr) == (code, plain.stdout, plain.stderr)
    assert done.stdout if code == 0 else done.stderr


def test_nothing_is_left_undone(tmp_path: Path):
    done = run(
        "import sys; from pathlib import Path; from flows import leaving; from tests.builders import crash\n"
        "crash.leave_to_be_done(Path(sys.argv[1])); sys.stdout.write('not flushed'); leaving.leave(7)",
        tmp_path,
    )
    assert (done.returncode, done.stdout, done.stderr) == (7, "not flushed", "")
    assert {path.name for path in tmp_path.iterdir()} == {"thread", "atexit"}


def test_output_that_is_lost_is_told():
    with Path("/dev/full").open("w") as full:
        done = run("import sys; from flows import leaving; sys.stdout.write('late'); leaving.leave(0)", out=full)
    assert done.returncode == 1
    assert "the last of the output or of the logs may be missing: OSError(28" in done.stderr


@pytest.mark.parametrize(("leaves", "code"), [(True, 0), (False, -signal.SIGSEGV)])
def test_a_worker_process_ends_without_a_signal(leaves: bool, code: int):
    worker = multiprocessing.get_context("spawn").Process(target=crash.worker, args=(leaves,))
    worker.start()
    worker.join(30)
    assert worker.exitcode == code
