"""Merged lesions are one mass with one value: which of them has it, and which count 0.

Lesions that coalesce are measured as one, by the longest diameter of the mass (RECIST 1.1,
Eisenhauer 2009, 4.3.2; rule book, section 2). The value stands on one of them; the others of the
same organ that merged, too, have none of their own and count 0. Where none of them has the value,
the mass was not measured. Which lesion merged with which is not recorded.
"""

from collections.abc import Callable, Iterable
from decimal import Decimal

from pipeline.model.lesion import Finding, State

Value = Callable[[Finding], Decimal | None]
"""What a finding states under a criterion, None where it states nothing."""


def counted_elsewhere(finding: Finding, others: Iterable[Finding], value: Value) -> bool:
    """Whether a merged target has no value of its own because another one states that of the mass.

    others: the other targets of its organ at the same visit, by the same reader.
    """
    if finding.state is not State.MERGED or value(finding) is not None:
        return False
    return any(other.state is State.MERGED and value(other) is not None for other in others)
