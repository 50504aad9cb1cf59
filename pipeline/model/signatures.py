"""Signed reads are only ever added to: what was signed once stays, a newer signing stands above it.

21 CFR 11.10 (rule book, section 5): old values are not obscured. So an export as of an earlier moment
finds what it found then.
"""

from collections.abc import Iterable

from pipeline.model.errors import InputError
from pipeline.model.lesion import Finding


def unrecorded(recorded: Iterable[Finding], reads: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the reads that are not among those recorded, each once.

    Raises:
        InputError: a read differs from one of the same subject, visit, date, lesion, reader and moment.
    """
    known = {_signature(read): read for read in recorded}
    new = []
    for read in reads:
        signature = _signature(read)
        if signature not in known:
            known[signature] = read
            new.append(read)
        elif known[signature] != read:
            raise InputError(
                f"Read of {read.lesion} of {read.subject} at {read.visit or read.date} by {read.reader}, signed "
                f"{read.signed_at}: differs from what the study holds under that signature; expected the same. "
                "A correction is a new signing: give it the moment at which it was signed."
            )
    return tuple(new)


def _signature(read: Finding) -> tuple[object, ...]:
    return read.subject, read.visit, read.date, read.lesion, read.reader, read.signed_at
