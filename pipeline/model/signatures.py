"""Signed reads are only ever added to: what was signed once stays, a newer signing stands above it.

21 CFR 11.10 (rule book, section 5): old values are not obscured. So an export as of an earlier moment
finds what it found then.
"""

from collections.abc import Iterable

from pipeline.model.errors import InputError
from pipeline.model.lesion import Finding


def added(known: Iterable[Finding], given: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the known reads followed by those given that are not among them, each once.

    Raises:
        InputError: a given read says something else than one of the same reader, lesion, visit and moment.
    """
    merged = {_signature(read): read for read in known}
    for read in given:
        before = merged.setdefault(_signature(read), read)
        if before != read:
            raise InputError(
                f"Read of {read.lesion} of {read.subject} at {read.visit or read.date} by {read.reader}, signed "
                f"{read.signed_at}: differs from what the study holds under that signature; expected the same. "
                "A correction is a new signing: give it the moment at which it was signed."
            )
    return tuple(merged.values())


def _signature(read: Finding) -> tuple[object, ...]:
    return read.subject, read.visit, read.date, read.lesion, read.reader, read.signed_at
