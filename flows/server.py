"""The embedded Prefect server: started by a command, stopped when it ends.

A server named by HEPATRACK_PREFECT_API_URL is used as it is and never stopped. The
embedded one keeps its SQLite file and the task results in the study folder; a lock makes
sure that one command at a time works on a study, so runs that stand as running when the
lock is taken belong to a killed command: they are set to crashed, and their slots freed.
"""

import asyncio
import contextlib
import ctypes
import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

from sqlalchemy import URL

from flows import ending, server_database
from pipeline.model.errors import HepatrackError, InputError
from pipeline.settings import Settings
from pipeline.store import disk, place

SUBJECT_TAG = "hepatrack-subject"
"""Task tag whose concurrency limit on the server bounds the subjects in progress."""

START_SECONDS = 120.0
"""Seconds after which a server that does not answer has failed; own choice, ten times the usual."""
STOP_SECONDS = 5.0
"""Seconds that a server has to stop by itself before it is killed; own choice, its database stands either."""
LOG = "server.log"
_QUIET = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_LOGGING_LEVEL": "WARNING",
    "PREFECT_CLI_PROMPT": "false",
}
_SERVICES_OFF = ("SCHEDULER", "LATE_RUNS", "PAUSE_EXPIRATIONS", "CANCELLATION_CLEANUP", "FOREMAN", "TRIGGERS")
"""Services of the server that only deployments need; the embedded one has none."""


def environment(study: Path, settings: Settings) -> dict[str, str]:
    """Return the environment variables that Prefect needs before it is imported."""
    home = study.resolve() / "prefect"
    values = {
        **_QUIET,
        "PREFECT_HOME": str(home),
        "PREFECT_LOCAL_STORAGE_PATH": str(home / "results"),
        "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "false",
        "PREFECT_API_DATABASE_CONNECTION_URL": _database_url(home),
    }
    if settings.prefect_api_url:
        values["PREFECT_API_URL"] = settings.prefect_api_url
    return {**values, **{k: os.environ[k] for k in ("PREFECT_LOGGING_LEVEL",) if k in os.environ}}


def _database_url(home: Path) -> str:
    """Return the URL of Prefect's database; its own default has signs of a path (%, ?) for signs of the URL."""
    return URL.create("sqlite+aiosqlite", database=str(home / server_database.NAME)).render_as_string()


@contextlib.contextmanager
def locked(study: Path) -> Iterator[None]:
    """Hold the study's lock.

    Raises:
        InputError: another command works on the study, or nothing can be written there.
    """
    place.check(study)
    study.mkdir(parents=True, exist_ok=True)
    with (study / "lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise InputError(f"study {study} is in use by another hepatrack command; wait until it ends") from error
        yield


@contextlib.contextmanager
def serving(study: Path, settings: Settings, meanwhile: Callable[[], object] = tuple) -> Iterator[str]:
    """Have a Prefect server for the study and yield its API URL; do something else while it starts.

    Raises:
        HepatrackError: the server did not answer in time; its log is named.
    """
    os.environ.update(environment(study, settings))
    if settings.prefect_api_url:
        meanwhile()
        answers(settings.prefect_api_url)
        asyncio.run(_limit(settings.workers))
        yield settings.prefect_api_url
        return
    home = study / "prefect"
    disk.check(study)
    home.mkdir(parents=True, exist_ok=True)
    new = server_database.begin(home)
    process, url = _start(home)
    os.environ["PREFECT_API_URL"] = url
    with ending.started(process):
        try:
            meanwhile()
            _await(process, url, home)
            with ending.watched(study, process, home / LOG):
                if new:
                    server_database.keep(home)
                asyncio.run(_crash_the_dead())
                asyncio.run(_limit(settings.workers))
                yield url
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def answers(url: str) -> None:
    """Ask a Prefect server for its health.

    Raises:
        OSError: it cannot be reached.
    """
    with urllib.request.urlopen(f"{url}/health", timeout=2):  # noqa: S310  the operator's own address
        return


def _start(home: Path) -> tuple[subprocess.Popen[bytes], str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log, url = home / LOG, f"http://127.0.0.1:{port}/api"
    services_off = {f"PREFECT_SERVER_SERVICES_{name}_ENABLED": "false" for name in _SERVICES_OFF}
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603  our own interpreter and constant words
            command,
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            env={**os.environ, **services_off, "PREFECT_SERVER_UI_API_URL": url},
            preexec_fn=_die_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509  one libc call
        )
    return process, url


def _die_with_parent() -> None:
    """Ask Linux to kill the server when the main thread of the command, which starts it, is gone (PR_SET_PDEATHSIG)."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def _await(process: subprocess.Popen[bytes], url: str, home: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError):
            return answers(url)
        time.sleep(0.1)
    if process.poll() is None:
        process.kill()
    disk.check(home)
    raise HepatrackError(f"the Prefect server did not start; its log is {home / LOG}")


async def _crash_the_dead() -> None:
    """Set runs of a killed command to crashed and remove the limit with the slots that its tasks held.

    Prefect forgets who held a slot when its server ends, and to reset the limit frees none of those (3.8.8).
    """
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterState, FlowRunFilterStateType
    from prefect.client.schemas.objects import StateType
    from prefect.exceptions import ObjectNotFound
    from prefect.states import Crashed

    live = FlowRunFilter(
        state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.RUNNING, StateType.PENDING]))
    )
    async with get_client() as client:
        for run in await client.read_flow_runs(flow_run_filter=live):
            await client.set_flow_run_state(run.id, Crashed(message="the command was killed"), force=True)
        with contextlib.suppress(ObjectNotFound):
            await client.delete_concurrency_limit_by_tag(SUBJECT_TAG)


async def _limit(workers: int) -> None:
    """Set how many subjects may be in progress."""
    from prefect.client.orchestration import get_client

    async with get_client() as client:
        await client.create_concurrency_limit(tag=SUBJECT_TAG, concurrency_limit=workers)
