"""A fault of hepatrack itself, told apart from damage of what it reads."""

import re
import traceback
from dataclasses import dataclass

from pipeline.model.errors import HepatrackError


class InternalError(HepatrackError):
    """A fault of hepatrack met while a foreign file was read; trace is its traceback."""

    def __init__(self, internal: "Internal") -> None:
        super().__init__(internal.reason)
        self.internal = internal


@dataclass(frozen=True)
class Internal:
    """reason names the kind of fault and its place, nothing of what was read; trace is for the study's log only."""

    reason: str
    trace: str


def places(trace: str) -> str:
    """Return the lines of code that a traceback names, without what the errors say: that may be what was read."""
    frames = re.findall(r'^ +File ".+", line \d+, in \S+$', trace, re.MULTILINE)
    return "\n".join(["Traceback, without what the errors say:", *frames])


def describe(error: BaseException) -> Internal:
    """Tell a fault: its type and the line of code that raised it."""
    if isinstance(error, InternalError):
        return error.internal
    frames = traceback.extract_tb(error.__traceback__)
    place = f" ({frames[-1].filename.rpartition('/')[2]}, line {frames[-1].lineno})" if frames else ""
    reason = f"INTERNAL: {type(error).__name__}{place}, a fault of hepatrack"
    return Internal(reason, "".join(traceback.format_exception(error)))
