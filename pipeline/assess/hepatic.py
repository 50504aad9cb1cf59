"""The two scopes every time point is read in: the liver alone and the whole body.

Liver lesions only make the hepatic read; hilar nodes and peritoneum are extrahepatic
(rule book, section 2, our decision [D]).
"""

from collections.abc import Iterable
from enum import StrEnum

from pipeline.model.lesion import Finding, Organ


class Scope(StrEnum):
    """Which lesions a read regards; spelled as endpoint.scope of the protocol."""

    LIVER = "liver"
    WHOLE_BODY = "whole-body"


def within(findings: Iterable[Finding], scope: Scope) -> tuple[Finding, ...]:
    """Return the findings of lesions that the scope regards."""
    return tuple(f for f in findings if scope is Scope.WHOLE_BODY or f.organ is Organ.LIVER)
