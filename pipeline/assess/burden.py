"""The class of a hepatic tumor burden (rule book, section 3; S14).

Burden is tumor as a share of the liver including tumor [D].
"""

from decimal import Decimal

from pipeline.model.protocol import Protocol

CITATION = "Hepatic tumor burden (S14); rule book section 3"


def burden_class(percent: Decimal | None, protocol: Protocol) -> str:
    """Return the class of a burden in percent: `<=10`, `>10-25`, `>25-50`, `>50`; empty where not known.

    A bound belongs to the class below it: 10.0 is `<=10` and 10.1 lies above. The published
    classes name whole percents (11-25); what lies between two of them belongs to the upper one
    [D]. The bounds are the protocol's; [25, 50] gives the other classes in use.
    """
    if percent is None:
        return ""
    bounds = protocol.criteria.burden_bounds_percent
    lower = ""
    for bound in bounds:
        if percent <= bound:
            return f">{lower}-{bound}" if lower else f"<={bound}"
        lower = str(bound)
    return f">{lower}"
