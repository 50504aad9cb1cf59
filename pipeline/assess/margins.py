"""How far a target sum lies from the neighboring categories, in exact decimals.

The limits are those of pipeline.model.thresholds (Eisenhauer 2009, 4.3.1). A reader sees from a
margin whether measuring again could change the response.
"""

from dataclasses import dataclass
from decimal import Decimal

from pipeline.model.response import Response

MEANINGS = {
    "to_pd": "growth of the sum at which it is PD; beyond which where PD lies above its threshold (EASL)",
    "to_pr": "shrinkage of the sum at which it is PR",
    "to_sd": "growth of the sum beyond which it is SD",
    "to_cr": "what must still vanish: whole lesions, and of nodes the part above the normal limit",
    "to_present": "growth of one node at which CR ends; 0 where any regrowth ends it",
    "over_pd": "excess of the sum over the least sum that is PD",
    "back": "what is back after a CR: whole lesions, and of nodes the part above the normal limit",
}
"""Every margin by name, in the unit of the sum."""


@dataclass(frozen=True)
class ResponseLimits:
    """What bounds the categories of one visit; None where its reference is not known.

    progression: the least sum that is PD. response: the greatest sum that is PR. remaining: what
    is above the limits of gone. regrowth: the least growth of one target that ends a CR.
    """

    progression: Decimal | None
    response: Decimal | None
    remaining: Decimal
    regrowth: Decimal


def of(response: Response, total: Decimal, limits: ResponseLimits) -> tuple[tuple[str, Decimal], ...]:
    """Return the distances of a sum to the categories next to its own; total may be that of a subset.

    SD lies next to PR only where it can be reached before PD: after a deep nadir growth meets
    PD while the sum is still well below the limit of PR.
    """
    to_pd = None if limits.progression is None else limits.progression - total
    to_pr = None if limits.response is None else total - limits.response
    distances: tuple[tuple[str, Decimal | None], ...]
    match response:
        case Response.CR:
            distances = (("to_present", limits.regrowth),)
        case Response.PR:
            next_is_sd = to_pr is not None and to_pr <= 0 and (to_pd is None or -to_pr < to_pd)
            distances = (("to_pd", to_pd), ("to_sd", -to_pr if next_is_sd and to_pr is not None else None))
            distances = (*distances, ("to_cr", limits.remaining))
        case Response.SD:
            distances = (("to_pd", to_pd), ("to_pr", to_pr))
        case Response.PD:
            distances = (("over_pd", None if to_pd is None else -to_pd),)
        case _:
            distances = (("to_pd", to_pd),)
    return tuple((name, value) for name, value in distances if value is not None)
