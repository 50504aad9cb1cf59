"""The boundary around one series or volume: what goes wrong inside takes out that one, with its reason, no other."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

from pipeline.model.catalog import FileEntry, FileStatus, SliceHeader
from pipeline.model.errors import HepatrackError, InputError
from pipeline.model.internal import InternalError, describe

Made = TypeVar("Made")
Part = TypeVar("Part")
Given = ParamSpec("Given")


@dataclass(frozen=True)
class TakenOut:
    """Why something is taken out: unreadable where that was foreseen, else internal, with the traceback."""

    status: FileStatus
    reason: str
    trace: str = ""

    def entry(self, header: SliceHeader) -> tuple[int, FileEntry]:
        """Return the source and the account of the file of a slice that is taken out."""
        return header.source, FileEntry(header.path, self.status, reason=self.reason, trace=self.trace)


def attempt(what: str, work: Callable[Given, Made], *args: Given.args, **options: Given.kwargs) -> Made | TakenOut:
    """Do some work on something named; what is wrong with that comes back.

    What is wrong with the machine (a full disk, an engine that does not start) is raised as ever.
    """
    try:
        return work(*args, **options)
    except InputError as error:
        return TakenOut(FileStatus.UNREADABLE, str(error))
    except Exception as error:
        if isinstance(error, HepatrackError | OSError) and not isinstance(error, InternalError):
            raise
        internal = describe(error)
        return TakenOut(FileStatus.INTERNAL, f"{internal.reason}; met by {what}", internal.trace)


def together(
    work: Callable[[Sequence[Part]], Made], parts: Mapping[str, Part]
) -> tuple[Made | None, dict[str, TakenOut]]:
    """Do some work on named parts together; return what was made of the sound ones, and the others with their fault.

    Where the whole meets a fault, the parts that meet one alone are taken out, and the rest is done again; where none
    does alone, all are.
    """
    more = f" together with {len(parts) - 1} more" if len(parts) > 1 else ""
    whole = attempt(f"{next(iter(parts), 'nothing')}{more}", work, list(parts.values()))
    if not isinstance(whole, TakenOut):
        return whole, {}
    alone = {name: attempt(name, work, [part]) for name, part in parts.items()} if more else {}
    taken = {name: fault for name, fault in alone.items() if isinstance(fault, TakenOut)}
    if not taken:
        return None, dict.fromkeys(parts, whole)
    rest, others = together(work, {name: part for name, part in parts.items() if name not in taken})
    return rest, taken | others
