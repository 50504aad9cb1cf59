"""Which findings a scope regards: those of the liver alone, or all.

Liver lesions only make the hepatic read; hilar nodes and peritoneum are extrahepatic
(rule book, section 2, our decision [D]).
"""

from collections.abc import Iterable

from pipeline.model.lesion import Finding, Organ
from pipeline.model.scope import Scope


def within(findings: Iterable[Finding], scope: Scope) -> tuple[Finding, ...]:
    """Return the findings of lesions that the scope regards."""
    return tuple(f for f in findings if scope is Scope.WHOLE_BODY or f.organ is Organ.LIVER)
