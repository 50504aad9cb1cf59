"""Show what the Prefect server sees while flows run: one line, the steps done and the latest one."""

import contextlib
import datetime as dt
import os
import threading
from collections.abc import Iterator

import httpx
from rich.console import Console
from rich.progress import Progress, ProgressColumn, SpinnerColumn, TextColumn, TimeElapsedColumn

from flows import beside

EVERY_SECONDS = 3.0
"""Seconds between two questions to the server; own choice, rare enough not to slow it."""


def columns() -> tuple[ProgressColumn, ...]:
    """Return what the line shows; a step's name is printed as it is."""
    return SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn()


@contextlib.contextmanager
def shown(console: Console) -> Iterator[None]:
    """Show progress on the console until the block ends."""
    with (
        Progress(*columns(), console=console, transient=not console.is_terminal) as bar,
        beside.running(_watch, bar, console),
    ):
        yield


def _watch(stop: threading.Event, bar: Progress, console: Console) -> None:
    row = bar.add_task("starting", total=None)
    shown_names: set[str] = set()
    since = dt.datetime.now(dt.UTC).isoformat()
    with httpx.Client(base_url=os.environ["PREFECT_API_URL"], timeout=5) as client:
        while not stop.wait(EVERY_SECONDS):
            with contextlib.suppress(httpx.HTTPError):
                done = _names(client, "COMPLETED", since)
                running = _names(client, "RUNNING", since)
                fresh = [name for name in done if name not in shown_names]
                shown_names.update(fresh)
                if not console.is_terminal:
                    for name in fresh:
                        console.print(f"done: {name}")
                bar.update(row, description=f"{len(shown_names)} steps done. {', '.join(running[:3]) or 'waiting'}")


def _names(client: httpx.Client, state: str, since: str) -> list[str]:
    """Return the names of this command's steps in a state, oldest first."""
    wanted = {"task_runs": {"state": {"type": {"any_": [state]}}, "start_time": {"after_": since}}}
    answer = client.post("/task_runs/filter", json={**wanted, "sort": "EXPECTED_START_TIME_ASC", "limit": 200})
    answer.raise_for_status()
    return [run["name"] for run in answer.json() if " " in run["name"]]
