"""What could not be completed, and why."""

from dataclasses import dataclass

from pipeline.model.errors import HepatrackError
from pipeline.model.internal import InternalError, describe


@dataclass(frozen=True)
class Failure:
    """A step that could not be completed; visit is empty when the whole subject failed.

    reason says what is wrong, what was expected and what to do. trace is the traceback of a fault of hepatrack; it may
    hold what was read and stays in the study folder.
    """

    subject: str
    visit: str
    step: str
    reason: str
    trace: str = ""

    @classmethod
    def of(cls, subject: str, visit: str, step: str, error: Exception) -> "Failure":
        """Tell a step that raised an error."""
        return cls(subject, visit, step, *why_of(error))


def why_of(error: Exception) -> tuple[str, str]:
    """Return why a step failed: our own words or those of the system, else what `describe` tells, with the traceback.

    The text of any other error may hold what was read, so it is none.
    """
    if isinstance(error, HepatrackError) and not isinstance(error, InternalError):
        return f"{type(error).__name__}: {error}", ""
    if isinstance(error, OSError) and error.strerror:
        return f"{type(error).__name__}: {error.strerror}", ""
    internal = describe(error)
    return internal.reason, internal.trace
