"""Decide which of several responses of one evaluator on one date counts: the worst.

So the order of rows never decides. admiralonco keeps the worst record of a date likewise (S25); that one
evaluator means two things by one day is for the sponsor to mend, so both rows are told [D].
"""

import datetime as dt
from collections.abc import Callable, Iterable
from typing import TypeVar

from pipeline.model.response import Response

Item = TypeVar("Item")

_WORST_FIRST = (Response.PD, Response.NON_CR_NON_PD, Response.SD, Response.PR, Response.CR, Response.NE)


def rank(response: Response) -> int:
    """Return the place of a response among those of one day, the worst first; one that says nothing comes last."""
    plain = response.plain
    return _WORST_FIRST.index(plain) if plain in _WORST_FIRST else len(_WORST_FIRST)


def worst(items: Iterable[Item], of: Callable[[Item], tuple[dt.date, Response]]) -> tuple[Item, ...]:
    """Return the item with the worst response of each date, in date order; of equal ones the first given."""
    ordered = sorted(items, key=lambda item: (of(item)[0], rank(of(item)[1])))
    by_date: dict[dt.date, Item] = {}
    for item in ordered:
        by_date.setdefault(of(item)[0], item)
    return tuple(by_date.values())
