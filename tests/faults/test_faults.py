"""Every fault planted into the tables of a small trial is named in one run; one that nobody names is noticed."""

from pathlib import Path

import pytest

from pipeline.model.errors import InputError
from pipeline.store.faults import Faults
from tests.faults import kinds, trial

SUBJECTS = 60
"""Subjects of the small trial: own choice, enough for a sound one beside each kind of fault."""


def test_every_fault_is_named_and_the_sound_subjects_are_as_without(tmp_path: Path) -> None:
    outcome = trial.run(tmp_path, SUBJECTS, seed=7)
    assert outcome.unnamed == []
    assert {each.kind for each in outcome.planted} == set(kinds.EVERY)
    assert outcome.differing == {"respond": [], "derive": []}
    assert outcome.passed


def test_a_fault_that_is_not_named_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add = Faults.add

    def forget(self: Faults, error: InputError, subject: str = "") -> None:
        if "column TRSTRESU" not in str(error):
            add(self, error, subject)

    monkeypatch.setattr(Faults, "add", forget)
    outcome = trial.run(tmp_path, SUBJECTS, seed=7)
    assert {each.kind.name for each in outcome.missed} == {"an unknown unit"}
    assert not outcome.passed


def test_a_subject_that_a_fault_of_another_changes_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "_plant", lambda tables, _choice: _silent(tables))
    outcome = trial.run(tmp_path, SUBJECTS, seed=7)
    assert outcome.differing["respond"]
    assert not outcome.passed


def _silent(tables: dict[str, trial.Table]) -> list[trial.Planted]:
    """Change lengths that nobody is told of, beside one fault a command."""
    for line in tables["TR"].lines[::20]:
        if line.cells["TRSTRESN"]:
            line.cells |= dict.fromkeys(("TRSTRESN", "TRSTRESC", "TRORRES"), "250")
    planted = []
    for name, kind in (("TR", kinds.OF_TR[0]), ("RS", kinds.OF_RS[0])):
        line = next(each for each in tables[name].lines if kind.fits(each))
        planted.append(trial.Planted(kind, line.subject, kind.plant(tables[name], line)))
    return planted
