"""What may not be read or written is told in one line with its name, and nothing is taken for damage."""

import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import make_url

from flows import server, server_database
from pipeline.procedures.study_folder import DATABASE, Study
from pipeline.settings import Settings
from pipeline.store import aside, journal
from tests.builders import command
from tests.builders.files import flipped

SIGNS = ("a b", "100%25", "a?b", "a#b", "é ü", "a'b")
"""Names of folders whose signs mean something in a URL."""


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("study")
    Study(folder).database(Settings()).close()
    (folder / "lock").touch()
    return folder


def without_privilege(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run hepatrack so that the rights of files hold, also where the tests run as root."""
    plain: list[str] = []
    if os.geteuid() == 0:
        if shutil.which("setpriv") is None:
            pytest.skip("root may read all, and setpriv is not here")
        taken = "-dac_override,-dac_read_search"
        plain = ["setpriv", f"--bounding-set={taken}", f"--inh-caps={taken}"]
    line = [*plain, sys.executable, "-m", "flows.cli", *map(str, arguments)]
    return subprocess.run(
        line, cwd=command.ROOT, env=command.environment(), capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("name", [DATABASE, journal.NAME, "lock"])
@pytest.mark.parametrize("words", [("restore",), ("export", "--out", "out")], ids=["restore", "export"])
def test_a_file_without_the_right_to_it_is_one_line(study: Path, name: str, words: tuple[str, ...]):
    before = sorted(path.name for path in study.iterdir())
    (study / name).chmod(0)
    try:
        done = without_privilege(*words, "--study", study)
    finally:
        (study / name).chmod(0o644)
    assert done.returncode == 2, done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert str(study / name) in done.stderr
    assert "Give this account the right" in done.stderr
    assert sorted(path.name for path in study.iterdir()) == before


@pytest.mark.parametrize("name", SIGNS)
def test_databases_lie_where_the_study_lies(tmp_path: Path, name: str):
    folder = tmp_path / name
    folder.mkdir()
    Study(folder).database(Settings()).close()
    url = make_url(server.environment(folder, Settings())["PREFECT_API_DATABASE_CONNECTION_URL"])
    assert url.database == str(folder / "prefect" / server_database.NAME)
    assert {path.name for path in folder.iterdir()} == {DATABASE, journal.NAME}
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("damage", [lambda path: flipped(path, 20), lambda path: path.write_bytes(b""), None])
def test_a_damaged_database_of_prefect_is_put_aside(tmp_path: Path, capsys: pytest.CaptureFixture[str], damage):
    path = tmp_path / server_database.NAME
    with sqlite3.connect(path) as connection:
        connection.execute("create table flow (name text)")
        connection.executemany("insert into flow values (?)", [("x" * 500,)] * 100)
    connection.close()
    if damage:
        damage(path)
    whole = damage is None or not path.stat().st_size
    assert server_database.begin(tmp_path) is not whole
    assert ("is damaged. Prefect begins a new one" in capsys.readouterr().err) is not whole
    assert path.with_name(f"{path.name}.{aside.WORD}-1").exists() is not whole
