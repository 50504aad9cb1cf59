"""A study folder locked for one command, with or without a Prefect server behind it."""

import importlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flows import server
from pipeline.procedures import line
from pipeline.procedures.direct import Direct
from pipeline.procedures.line import OpenStudy
from pipeline.settings import Settings


@contextmanager
def stored(path: Path, settings: Settings) -> Iterator[OpenStudy]:
    """Lock the study and open its database, without a Prefect server: enough to export."""
    with server.locked(path), line.stored(path, settings, Direct()) as study:
        yield study


@contextmanager
def opened(path: Path, settings: Settings, refresh: bool = False) -> Iterator[OpenStudy]:
    """Lock the study, start its Prefect server, open its database; all is undone at the end.

    refresh makes Prefect do every step again instead of taking kept results.
    """
    os.environ["PREFECT_TASKS_REFRESH_CACHE"] = str(refresh).lower()
    with server.locked(path), server.serving(path, settings, meanwhile=_load_flows):
        from flows.batch import OnPrefect

        with line.stored(path, settings, OnPrefect(settings)) as study:
            yield study


def _load_flows() -> None:
    """Import the flows, which takes about as long as the server needs to start."""
    importlib.import_module("flows.batch")
