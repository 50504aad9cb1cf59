"""doctor and ui: what surrounds the line."""

import functools
import importlib.metadata
import json as jsonlib
import platform
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from flows import screen

if TYPE_CHECKING:
    from pipeline.settings import Settings

PACKAGES = ("hepatrack", "prefect", "fastapi", "SimpleITK", "numpy", "scipy", "scikit-image", "pydicom", "highdicom")
MIN_FREE_GB = 5.0
"""Room in GB (10^9 bytes) that a study needs; own choice, three times what the sample study takes with its server."""


def register(app: typer.Typer) -> None:
    """Add the commands that surround the line."""
    app.command()(doctor)
    app.command()(ui)


def doctor(
    study: Annotated[Path | None, typer.Option("--study", help="Also check this study's database.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Tell versions, engines, database, Prefect server and disk; exit code 1 if anything is amiss."""
    from pipeline.settings import Settings

    settings = Settings()
    checks: dict[str, Callable[[], str]] = {
        "python": platform.python_version,
        **{name: functools.partial(importlib.metadata.version, name) for name in PACKAGES},
        "engine greedy": _greedy,
        "engine networks": _networks,
        "engines of your own": lambda: _own_engines(settings),
        "database": lambda: _database(study, settings),
        "prefect server": lambda: _prefect(settings),
        "disk": lambda: _disk(study or Path.cwd()),
    }
    rows = [_checked(name, check) for name, check in checks.items()]
    if json:
        typer.echo(jsonlib.dumps([{"check": n, "ok": ok, "found": detail} for n, ok, detail in rows], indent=2))
    else:
        table = Table("check", "", "found", box=None)
        for name, ok, detail in rows:
            table.add_row(name, "ok" if ok else "AMISS", detail)
        screen.console().print(table)
    raise typer.Exit(0 if all(ok for _, ok, _ in rows) else 1)


def ui(study: Annotated[Path, typer.Option("--study", help="The study folder.", exists=True, file_okay=False)]) -> None:
    """Serve the Prefect UI of a study until interrupted: its flow runs, states, retries and artifacts."""
    from flows import ending, server
    from pipeline.procedures.study_folder import Study
    from pipeline.settings import Settings

    settings = Settings()
    Study(study).check_there(settings, "ingest")
    with server.locked(study), server.serving(study, settings) as url:
        screen.console().print(f"Prefect UI: {url.removesuffix('/api')} (Ctrl+C ends it)")
        ending.until_interrupted()


def _checked(name: str, check: Callable[[], str]) -> tuple[str, bool, str]:
    try:
        return name, True, check()
    except Exception as error:  # noqa: BLE001  every check is told, whatever it finds
        return name, False, f"{type(error).__name__}: {error}"


def _greedy() -> str:
    from pipeline.engines import greedy

    return greedy.available()


def _networks() -> str:
    from pipeline.engines import onnx_network, shipped

    for weights in (shipped.LIVER, shipped.LESIONS):
        onnx_network.load(weights)
    return f"{shipped.RUNTIME} {shipped.installed()}, weights as checked"


def _own_engines(settings: "Settings") -> str:
    from pipeline.engines import choice
    from pipeline.procedures import engines_file

    if settings.engines:
        return engines_file.of_line(settings).identity()
    return f"none chosen (HEPATRACK_ENGINES). {'; '.join(choice.possible())}"


def _database(study: Path | None, settings: "Settings") -> str:
    if study is None and not settings.database_url.get_secret_value():
        return "SQLite in the study folder"
    from pipeline.procedures.study_folder import Study
    from pipeline.store.db import engines

    if study is None:
        engine = engines.engine(settings.database_url.get_secret_value())
        with engine.connect():
            return f"{engine.dialect.name}, reachable"
    Study(study).check_there(settings, "ingest")
    database = Study(study).database(settings)
    try:
        return f"{database.engine.dialect.name}, reachable; agrees with the journal"
    finally:
        database.close()


def _prefect(settings: "Settings") -> str:
    from flows import server

    if not settings.prefect_api_url:
        with tempfile.TemporaryDirectory() as folder, server.serving(Path(folder), settings):
            return "embedded: starts and answers"
    server.answers(settings.prefect_api_url)
    return f"{settings.prefect_api_url}, reachable"


def _disk(path: Path) -> str:
    free = shutil.disk_usage(path if path.exists() else Path.cwd()).free / 1e9
    if free < MIN_FREE_GB:
        raise OSError(f"{free:.1f} GB free at {path}; a study needs at least {MIN_FREE_GB:.0f} GB")
    return f"{free:.0f} GB free"
