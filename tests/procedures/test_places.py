"""What a command is to write has a place of its own where something can be written; else nothing is begun."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.cli import app
from pipeline.model.errors import InputError
from tests.builders.command import PROTOCOL

RUNNER = CliRunner()
WRITING = {
    "respond": ("--tu", "IN", "--tr", "in.csv", "--out", "OUT.csv"),
    "respond --faults": ("--tu", "IN", "--tr", "in.csv", "--out", "out.csv", "--faults", "OUT.csv"),
    "derive": ("--rs", "IN", "--adsl", "IN", "--param", "PFS", "--out", "OUT.csv"),
    "derive to a folder": ("--rs", "IN", "--adsl", "IN", "--param", "ALL", "--out", "OUT"),
    "derive --rates": ("--rs", "IN", "--adsl", "IN", "--param", "PFS", "--out", "out.csv", "--rates", "OUT.csv"),
    "derive --faults": ("--rs", "IN", "--adsl", "IN", "--param", "PFS", "--out", "out.csv", "--faults", "OUT.csv"),
    "simulate": ("--measurements", "--out", "OUT"),
    "simulate images": ("--images", "--out", "OUT"),
    "segment": ("IN", "--what", "liver", "--out", "OUT.nii.gz"),
    "register": ("IN", "IN", "--out", "OUT.tfm"),
    "scan": (".", "--visits-template", "OUT.csv"),
    "run": (".", "--protocol", str(PROTOCOL), "--study", "study", "--out", "OUT"),
    "ingest": (".", "--protocol", str(PROTOCOL), "--study", "OUT"),
}


@pytest.mark.parametrize("name", WRITING)
def test_a_place_where_nothing_can_be_written_is_told_first(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in.csv").write_text("x\n")
    words = [word.replace("IN", "in.csv").replace("OUT", "in.csv/below") for word in WRITING[name]]
    done = RUNNER.invoke(app, [name.split(maxsplit=1)[0], *words])
    assert isinstance(done.exception, InputError), done.output
    assert "cannot be written (" in str(done.exception)
    assert [path.name for path in tmp_path.iterdir()] == ["in.csv"]


@pytest.mark.parametrize("name", ["respond --faults", "derive --faults", "derive --rates"])
def test_what_is_read_is_not_overwritten(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in.csv").write_text("x\n")
    words = [word.replace("IN", "in.csv").replace("OUT.csv", "in.csv") for word in WRITING[name]]
    done = RUNNER.invoke(app, [name.split(maxsplit=1)[0], *words])
    assert isinstance(done.exception, InputError), done.output
    assert "found as the file to write and as another table" in str(done.exception)
    assert (tmp_path / "in.csv").read_text() == "x\n"
