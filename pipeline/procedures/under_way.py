"""Which steps of a study were begun and did not end; what rests on them waits until they are repeated.

A step writes its rows subject by subject. A command that is killed in it leaves the rows of some subjects as they are
now and of others as they were before; tables of both would be of no moment at all.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.model.errors import InputError
from pipeline.store.db.study import StudyDatabase

INGEST, PROPOSE, ASSESS = STEPS = ("ingest", "propose", "assess")
"""What is done to a study, in this order; each is the name of its command."""
FINISHED = "finished"
"""Key of what the last complete run had for inputs; empty once a step began."""
_KEY = "under way"


@contextmanager
def step(database: StudyDatabase, study: Path, name: str) -> Iterator[None]:
    """Note that a step is under way until the block ends; the study does not count as finished any more.

    Raises:
        InputError: an earlier step did not end.
    """
    check(database, study, STEPS[: STEPS.index(name)])
    database.put_meta(FINISHED, "")
    database.put_meta(_KEY, sorted({*_begun(database), name}))
    yield
    database.put_meta(_KEY, sorted({*_begun(database)} - {name}))


def check(database: StudyDatabase, study: Path, steps: tuple[str, ...] = STEPS) -> None:
    """Refuse what rests on steps of which one did not end.

    Raises:
        InputError: which step, and that it is to be repeated.
    """
    begun = _begun(database)
    for each in steps:
        if each in begun:
            raise InputError(
                f"study {study}: the last `hepatrack {each}` on it did not end, so that what it did stands beside "
                "earlier results. Repeat it, or `hepatrack run`: it goes on where it ended."
            )


def _begun(database: StudyDatabase) -> tuple[str, ...]:
    stored = database.get_meta(_KEY)
    return tuple(map(str, stored)) if isinstance(stored, list) else ()
