"""What a command started ends with it, whatever it is doing and however the command ends."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pytest

from flows import cli
from tests.builders import command
from tests.damage import processes

STARTS = """
import multiprocessing, sys
from pathlib import Path
from tests.builders import crash
if __name__ == "__main__":
    worker = multiprocessing.get_context("spawn").Process(target=crash.worker_in_a_library, args=(Path(sys.argv[1]),))
    worker.start()
    worker.join()
"""
"""A command with a worker that keeps its interpreter for a minute: no thread of it can look for its parent."""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere such a worker ends when it has the interpreter again")
def test_a_worker_ends_with_a_command_that_is_killed(tmp_path: Path):
    script, mark = tmp_path / "starts.py", tmp_path / "mark"
    script.write_text(STARTS)
    environment = command.environment() | {"PYTHONPATH": str(command.ROOT)}
    with subprocess.Popen([sys.executable, script, mark], env=environment, start_new_session=True) as process:
        while not mark.exists() or not mark.read_text():
            time.sleep(0.05)
        os.kill(process.pid, signal.SIGKILL)
    assert processes.left_after(process.pid) == []


WATCHES = """
import subprocess, sys, time
from pathlib import Path
from flows import ending
log = Path(sys.argv[1])
server = subprocess.Popen(["sleep", "60"])
with ending.started(server), ending.watched(log.parent, server, log):
    log.write_text("sqlite3.OperationalError: disk I/O error")
    time.sleep(60)
"""
"""A command whose server says that its database cannot be written, as it is under a quota."""


def test_a_server_that_cannot_write_ends_the_command_in_one_line(tmp_path: Path):
    line = [sys.executable, "-c", WATCHES, str(tmp_path / "server.log")]
    done = subprocess.run(line, cwd=command.ROOT, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 2
    assert "disk full (Prefect's database: disk I/O error)" in done.stderr
    assert "raise a quota" in done.stderr


def test_a_worker_that_is_killed_is_no_fault_of_ours(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    def broken() -> None:
        raise BrokenProcessPool

    monkeypatch.setattr(cli, "app", broken)
    monkeypatch.setattr(cli.ending, "on_signals", lambda: None)
    with pytest.raises(SystemExit) as ended:
        cli.command()
    assert ended.value.code == 1
    assert "a worker of this command was ended from outside" in capsys.readouterr().err
