"""What could not be completed, and why."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Failure:
    """A step that could not be completed; visit is empty when the whole subject failed.

    reason says what was found, what was expected and what to do.
    """

    subject: str
    visit: str
    step: str
    reason: str
