"""What a task raised, by reference: Prefect keeps the text of an error, and that may hold names of files.

The text goes to the artifacts of the study, Prefect gets an error that names it there.
"""

from dataclasses import dataclass

from pipeline.model.errors import EngineError, HepatrackError, InputError, IntegrityError, ProtocolError, StorageError
from pipeline.model.failure import why_of
from pipeline.model.internal import Internal, InternalError
from pipeline.store.artifacts import Artifacts, Ref

_KINDS: tuple[type[HepatrackError], ...] = (InputError, IntegrityError, ProtocolError, EngineError, StorageError)
"""Errors whose kind decides what becomes of a run."""


class RaisedError(HepatrackError):
    """Stands for an error that is kept in the artifacts; again: another try may pass."""

    def __init__(self, ref: Ref, again: bool) -> None:
        super().__init__(ref, again)
        self.ref = ref
        self.again = again

    def __str__(self) -> str:
        """Name the artifact that holds the reason."""
        return f"the reason is artifact {self.ref} of the study"


@dataclass(frozen=True)
class _Raised:
    """An error as kept: kind is the name of its class where one is foreseen."""

    kind: str
    reason: str
    trace: str = ""


def kept(artifacts: Artifacts, error: Exception) -> RaisedError:
    """Keep an error, and return what stands for it."""
    kind = next((each.__name__ for each in _KINDS if isinstance(error, each)), "")
    raised = _Raised(kind, str(error)) if kind else _Raised("", *why_of(error))
    again = isinstance(error, IntegrityError) or not isinstance(error, HepatrackError)
    return RaisedError(artifacts.put_value(_Raised, raised), again)


def restored(artifacts: Artifacts, error: RaisedError) -> HepatrackError:
    """Return the error that is kept."""
    raised = artifacts.get_value(_Raised, error.ref)
    for each in _KINDS:
        if each.__name__ == raised.kind:
            return each(raised.reason)
    return InternalError(Internal(raised.reason, raised.trace))
