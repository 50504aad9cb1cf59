"""A small part of the bar of `python -m tests.fuzz`, and that the same seed makes the same inputs."""

from pathlib import Path
from random import Random

import pytest

from tests.fuzz import batches, tally
from tests.fuzz.make import files, masks, protocols, seeds, tables
from tests.fuzz.outcome import READ

SMALL = {"studies": 30, "files": 60, "masks": 20, "protocols": 30, "tables": 20}
"""Inputs of each kind that the fast suite tries."""


@pytest.mark.parametrize(
    "kind", [pytest.param("studies", marks=pytest.mark.image), "files", "masks", "protocols", "tables"]
)
def test_mutated_inputs_have_each_a_line_and_end_nothing(kind: str) -> None:
    done = batches.run(batches.Order({kind: SMALL[kind]}, seed=3, cases=False))[kind]
    assert not done.breaches, "\n".join(tally.report({kind: done}))
    assert done.inputs == SMALL[kind]
    assert sum(done.outcomes.values()) >= SMALL[kind]
    assert len(done.outcomes) > 5, "mutations that all end alike try nothing"
    assert done.outcomes[READ], "mutations of which nothing is read try headers only"


def test_the_same_seed_makes_the_same_inputs(tmp_path: Path) -> None:
    for number in range(2):
        sound = seeds.all_of(tmp_path / "seeds" / str(number), cases=False)
        files.make(_folder(tmp_path, number, "files"), 40, sound, Random(5))
        masks.make(_folder(tmp_path, number, "masks"), 5, Random(5))
        protocols.make(_folder(tmp_path, number, "protocols"), 10, Random(5))
        tables.make(_folder(tmp_path, number, "tables"), 10, Random(5))
    first, second = (_bytes(tmp_path / str(number)) for number in range(2))
    assert sorted(first) == sorted(second)
    assert [name for name in first if first[name] != second[name] and not name.startswith("masks/seg")] == []


def _folder(root: Path, number: int, kind: str) -> Path:
    folder = root / str(number) / kind
    folder.mkdir(parents=True)
    return folder


def _bytes(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink()
    }
