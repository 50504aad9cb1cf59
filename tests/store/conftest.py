"""An empty study database on SQLite, and on a PostgreSQL server of this test run, on a socket of its own."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.store.db import schema
from pipeline.store.db.study import StudyDatabase


def _program(name: str) -> str | None:
    installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return shutil.which(name) or (str(installed[-1]) if installed else None)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The SQLAlchemy URL of an empty server; skipped where the programs are absent and not required."""
    initdb, control = _program("initdb"), _program("pg_ctl")
    if initdb is None or control is None:
        required = os.environ.get("HEPATRACK_REQUIRE_PROGRAMS") == "1"
        (pytest.fail if required else pytest.skip)("initdb and pg_ctl are not here; install postgresql")
    with tempfile.TemporaryDirectory(prefix="pg") as folder:
        data, log = Path(folder) / "data", Path(folder) / "log"
        as_owner = _as_owner(Path(folder))
        subprocess.run(
            [*as_owner, initdb, "-D", data, "-A", "trust", "-U", "hepatrack"], check=True, capture_output=True
        )
        options = f"-k {folder} -c listen_addresses=''"
        subprocess.run([*as_owner, control, "-D", data, "-l", log, "-w", "-o", options, "start"], check=True)
        try:
            yield f"postgresql+psycopg://hepatrack@/postgres?host={folder}"
        finally:
            subprocess.run([*as_owner, control, "-D", data, "-m", "fast", "-w", "stop"], check=True)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database(request, tmp_path):
    server = request.param == "postgresql"
    url = request.getfixturevalue("postgres") if server else f"sqlite:///{tmp_path / 'study.sqlite'}"
    opened = StudyDatabase.open(url, tmp_path)
    yield opened
    if server:
        schema.metadata.drop_all(opened.engine)
    opened.close()


def _as_owner(folder: Path) -> list[str]:
    """PostgreSQL refuses to run as root: there it runs as its own user."""
    if os.geteuid() != 0:
        return []
    shutil.chown(folder, "postgres")
    return ["runuser", "-u", "postgres", "--"]
