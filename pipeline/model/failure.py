"""What could not be completed, and why."""

from dataclasses import dataclass

from pipeline.model.errors import HepatrackError
from pipeline.model.internal import InternalError, describe


@dataclass(frozen=True)
class Failure:
    """A step that could not be completed; visit is empty when the whole subject failed.

    reason says what was found, what was expected and what to do.
    """

    subject: str
    visit: str
    step: str
    reason: str


def reason_of(error: Exception) -> str:
    """Return why a step failed: our own words or those of the system, else what `describe` tells.

    The text of any other error may hold what was read, so it is none.
    """
    if isinstance(error, HepatrackError) and not isinstance(error, InternalError):
        return f"{type(error).__name__}: {error}"
    if isinstance(error, OSError) and error.strerror:
        return f"{type(error).__name__}: {error.strerror}"
    return describe(error).reason
