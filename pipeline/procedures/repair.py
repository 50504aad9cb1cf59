"""Make damaged or missing artifacts anew: what needs them is done again, and what is whole is not."""

from collections.abc import Callable
from typing import TypeVar

from pipeline.model import words
from pipeline.model.errors import IntegrityError
from pipeline.store.artifacts import Artifacts

Done = TypeVar("Done")


def repaired(artifacts: Artifacts, work: Callable[[], Done], tell: Callable[[str], None]) -> Done:
    """Return what a piece of work makes; where it meets damage, every artifact is read and the work is done once more.

    A step does not run again while its result is whole, so the second time makes what is wanting and what rests on
    it. tell gets one line where anything was made anew.

    Raises:
        IntegrityError: the damage is still there after the second time.
    """
    done = _once(work)
    if artifacts.wanted():
        artifacts.sweep()
        done = _once(work)
    mended = artifacts.settle()
    if mended:
        tell(f"{words.plural(mended, 'artifact')} damaged or missing: made anew, with what rests on them")
    if isinstance(done, IntegrityError):
        raise done
    return done


def _once(work: Callable[[], Done]) -> Done | IntegrityError:
    try:
        return work()
    except IntegrityError as error:
        return error
