"""Whatever is damaged or lost in a study and can be made again is made again by the next run, byte for byte."""

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.builders.command import QUICK, hepatrack, inputs, part_of_sample
from tests.builders.files import flipped

pytestmark = [pytest.mark.prefect, pytest.mark.image]
MADE_ANEW = "damaged or missing: made anew, with what rests on them"


@pytest.fixture(scope="module")
def first_run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, dict[str, bytes]]:
    """An undisturbed run: its source, its study, and every file that it wrote."""
    folder = tmp_path_factory.mktemp("repair")
    source = part_of_sample(folder, QUICK)
    done = hepatrack("run", *inputs(source, folder / "study", folder / "out"))
    assert done.code == 0, done.err[-3000:]
    return source, folder / "study", written(folder / "out")


def written(out: Path) -> dict[str, bytes]:
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()}


def artifacts(study: Path) -> list[Path]:
    """The artifacts of a study, the largest first: images lead."""
    return sorted((study / "artifacts").glob("??/*"), key=lambda path: -path.stat().st_size)


def flip_all(study: Path) -> None:
    for path in artifacts(study):
        flipped(path)


def lose_all(study: Path) -> None:
    shutil.rmtree(study / "artifacts")


def damage_by_kind(study: Path) -> None:
    """Images, masks and transforms are empty, as after a loss of power; values have a flipped bit."""
    for path in artifacts(study)[:30]:
        path.write_bytes(b"")
    for path in artifacts(study)[-30:]:
        if path.stat().st_size:
            flipped(path)


def flip_results(study: Path) -> None:
    """What Prefect keeps of each step."""
    for number, path in enumerate(sorted((study / "prefect" / "results").iterdir())):
        flipped(path, 40 + 7 * number)


def as_before_the_report(study: Path) -> None:
    """A run that ended before its last step: nothing counts as finished."""
    with sqlite3.connect(study / "study.sqlite") as database:
        database.execute("delete from meta where key = 'finished'")


@pytest.mark.parametrize(
    ("damage", "options", "told"),
    [
        ((flip_all, as_before_the_report), (), True),
        ((damage_by_kind,), ("--verify",), True),
        ((lose_all,), (), True),
        ((flip_results, as_before_the_report), (), False),
    ],
    ids=["flipped", "emptied and flipped", "lost", "results of Prefect flipped"],
)
def test_a_run_makes_anew_what_is_damaged(
    first_run: tuple[Path, Path, dict[str, bytes]],
    tmp_path: Path,
    damage: tuple[Callable[[Path], None], ...],
    options: tuple[str, ...],
    told: bool,
):
    source, whole, expected = first_run
    study = shutil.copytree(whole, tmp_path / "study")
    for each in damage:
        each(study)
    done = hepatrack("run", *inputs(source, study, tmp_path / "out"), *options)
    assert done.code == 0, done.err[-3000:]
    assert written(tmp_path / "out") == expected
    assert done.err.count(MADE_ANEW) == told, done.err[-3000:]
    again = hepatrack("run", *inputs(source, study, tmp_path / "again"), "--verify")
    assert again.code == 0, again.err[-3000:]
    assert (written(tmp_path / "again"), again.err) == (expected, "")


def test_outputs_that_were_lost_or_damaged_are_written_again(
    first_run: tuple[Path, Path, dict[str, bytes]], tmp_path: Path
):
    source, study, expected = first_run
    out = tmp_path / "out"
    for name, content in expected.items():
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_bytes(content)
    next(out.rglob("*.png")).unlink()
    flipped(next(out.rglob("*.png")))
    (out / "endpoint.csv").unlink()
    flipped(out / "sdtm" / "tr.xpt")
    assert hepatrack("run", *inputs(source, study, out)).code == 0
    assert written(out) == expected
