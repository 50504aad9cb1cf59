"""A command that cannot be done says what is wrong and writes nothing."""

from pathlib import Path

import pytest

from tests.builders.command import PROTOCOL, QUICK, SAMPLE, hepatrack

pytestmark = pytest.mark.prefect


def test_steps_out_of_order_say_what_is_missing(tmp_path: Path):
    (tmp_path / "study").mkdir()
    done = hepatrack("propose", "--study", tmp_path / "study")
    assert done.code == 2
    assert "hepatrack ingest" in done.err


@pytest.mark.parametrize("command", [("propose",), ("assess",), ("export", "--out", "out")])
def test_a_study_that_is_not_there_is_not_made(tmp_path: Path, command: tuple[str, ...]):
    done = hepatrack(*command, "--study", tmp_path / "stuyd")
    assert done.code == 2
    assert "--study" in done.err
    assert not (tmp_path / "stuyd").exists()


@pytest.mark.parametrize(
    ("table", "text", "told"),
    [
        ("--events", "subject,event,date,detail\n,EMBOLIZATION,2021-03-01,\n", "column subject"),
        ("--events", "subject,event\nS-1,DEATH\n", "date"),
        ("--reads", "subject,lesion\nS-1,T01\n", "signed_at"),
    ],
)
def test_invalid_table_writes_nothing(tmp_path: Path, table: str, text: str, told: str):
    path = tmp_path / "table.csv"
    path.write_text(text, encoding="utf-8")
    study, out = tmp_path / "study", tmp_path / "out"
    done = hepatrack("run", SAMPLE / QUICK, "--protocol", PROTOCOL, table, path, "--study", study, "--out", out)
    assert done.code == 2
    assert "table.csv" in done.err
    assert told in done.err
    assert not study.exists()
    assert not out.exists()


def test_invalid_protocol_names_the_line(tmp_path: Path):
    text = PROTOCOL.read_text(encoding="utf-8").replace("progression_percent: 20", "progression_percent: twenty", 1)
    path = tmp_path / "bad.yaml"
    path.write_text(text, encoding="utf-8")
    line = 1 + text[: text.index("twenty")].count("\n")
    done = hepatrack("run", SAMPLE / QUICK, "--protocol", path, "--study", tmp_path / "s", "--out", tmp_path / "o")
    assert done.code == 2
    assert f"bad.yaml line {line}" in done.err
