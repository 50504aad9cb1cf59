"""A study folder locked for one command, with or without a Prefect server behind it."""

import importlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flows import server
from pipeline.procedures import line
from pipeline.procedures.direct import Direct
from pipeline.procedures.line import OpenStudy
from pipeline.procedures.study_folder import Study
from pipeline.settings import Settings


@contextmanager
def stored(path: Path, settings: Settings, after: str = "") -> Iterator[OpenStudy]:
    """Lock the study and open its database, without a Prefect server: enough to export.

    after names the command that must have made the study; without it an empty folder becomes one.

    Raises:
        InputError: the folder holds no study and `after` is given; nothing is made.
    """
    _check(path, settings, after)
    with server.locked(path), line.stored(path, settings, Direct()) as study:
        _tell_mended(study)
        yield study


@contextmanager
def opened(path: Path, settings: Settings, refresh: bool = False, after: str = "") -> Iterator[OpenStudy]:
    """Lock the study, start its Prefect server, open its database; all is undone at the end.

    refresh makes Prefect do every step again instead of taking kept results; after: see `stored`.
    """
    _check(path, settings, after)
    os.environ["PREFECT_TASKS_REFRESH_CACHE"] = str(refresh).lower()
    with server.locked(path), server.serving(path, settings, meanwhile=_load_flows):
        from flows.batch import OnPrefect

        with line.stored(path, settings, OnPrefect(settings)) as study:
            _tell_mended(study)
            yield study


def _check(path: Path, settings: Settings, after: str) -> None:
    if after:
        Study(path).check_there(settings, after)


def _tell_mended(study: OpenStudy) -> None:
    for notice in study.database.mended:
        print(f"hepatrack: {notice}", file=sys.stderr)


def _load_flows() -> None:
    """Import the flows, which takes about as long as the server needs to start."""
    importlib.import_module("flows.batch")
