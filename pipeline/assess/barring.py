"""Which lesions a flag bars from a criterion at a visit, and why.

Lipiodol mimics enhancement and spoils densities; without an arterial phase nothing viable
can be told; a switch of phase or modality is a reader's decision (rule book, sections 3 and
4). Which flags bar a criterion is the key barred_by of its section.
"""

from collections.abc import Mapping
from decimal import Decimal
from functools import cache

from pipeline.assess.history import History
from pipeline.model.criteria import Criterion
from pipeline.model.flags import Flag, Flags, ordered
from pipeline.model.lesion import Finding, Role, Source
from pipeline.model.protocol import Protocol
from pipeline.model.visit import Visit


def barred(
    rules: Criterion, history: History, visit: Visit, values: Mapping[str, Decimal | None], protocol: Protocol
) -> dict[str, Flags]:
    """Return the barring flags of every target whose value must not count, by its name.

    A flag of the visit bars all its targets. A value that a reader signed stands in spite of
    the flags that the protocol lets readers overrule; lipiodol under a density is not one of
    them by default.
    """
    bars = _flags(rules.barred_by)
    if not bars:
        return {}
    overruled = _flags(protocol.criteria.readers_overrule)
    flags_of: dict[str, Flags] = {}
    for lesion in history.of_role(Role.TARGET):
        finding = history.at(visit, lesion)
        raised = (*visit.flags, *(() if finding is None else finding.flags))
        kept = tuple(flag for flag in bars if flag in raised) if raised else ()
        if kept and _is_signed(finding) and values[lesion.name] is not None:
            kept = tuple(flag for flag in kept if flag not in overruled)
        if kept:
            flags_of[lesion.name] = kept
    return flags_of


@cache
def _flags(names: tuple[str, ...]) -> Flags:
    return ordered(*(Flag[name] for name in names))


def _is_signed(finding: Finding | None) -> bool:
    return finding is not None and finding.source is Source.SIGNED
