"""A step that was ended before its end is repeated before anything rests on it, and nothing counts as finished."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.model.errors import InputError
from pipeline.procedures import export, inputs, line
from pipeline.procedures.direct import Direct
from pipeline.procedures.inputs import Inputs
from pipeline.procedures.line import OpenStudy
from pipeline.settings import Settings
from tests.builders.command import PROTOCOL
from tests.builders.dicom_series import write_series


class KilledError(BaseException):
    """Stands for the end of a command in the midst of its work."""


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[OpenStudy]:
    (tmp_path / "study").mkdir()
    with line.stored(tmp_path / "study", Settings(), Direct()) as study:
        yield study


def asked(folder: Path, slices: int) -> Inputs:
    write_series(folder, slices)
    return inputs.read([folder], PROTOCOL, None, None, None)


def killed_in(step: str, opened: OpenStudy, given: Inputs, monkeypatch: pytest.MonkeyPatch) -> None:
    """Do the steps of the line up to one that is killed when it begins to write rows."""

    def kill(*_: object) -> None:
        raise KilledError

    steps = {"ingest": lambda: opened.ingest(given), "propose": opened.propose, "assess": opened.assess}
    for name, work in steps.items():
        if name == step:
            monkeypatch.setattr(type(opened.database), "replace", kill)
            with pytest.raises(KilledError):
                work()
            monkeypatch.undo()
            return
        work()


def whole_line(opened: OpenStudy, given: Inputs) -> None:
    opened.ingest(given)
    opened.propose()
    opened.assess()
    opened.mark_finished()


def results(opened: OpenStudy, out: Path) -> dict[str, bytes]:
    export.export(opened, out, formats=["csv"])
    return {path.name: path.read_bytes() for path in out.rglob("*.csv")}


@pytest.mark.parametrize("step", ["ingest", "propose", "assess"])
def test_what_rests_on_a_step_that_was_killed_waits(
    tmp_path: Path, opened: OpenStudy, monkeypatch: pytest.MonkeyPatch, step: str
):
    first, second = asked(tmp_path / "first", 4), asked(tmp_path / "second", 6)
    whole_line(opened, first)
    before = results(opened, tmp_path / "before")
    killed_in(step, opened, second, monkeypatch)
    assert not opened.finished(first)
    with pytest.raises(InputError, match=f"last `hepatrack {step}` on it did not end"):
        export.export(opened, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    if step != "assess":
        with pytest.raises(InputError, match=f"last `hepatrack {step}` on it did not end"):
            opened.assess()
    whole_line(opened, first)
    assert results(opened, tmp_path / "after") == before


def test_other_inputs_in_between_are_not_taken_for_finished(tmp_path: Path, opened: OpenStudy):
    first = asked(tmp_path / "first", 4)
    opened.ingest(first)
    opened.mark_finished()
    assert opened.finished(first)
    opened.ingest(asked(tmp_path / "second", 6))
    assert not opened.finished(first)
