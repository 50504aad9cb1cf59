"""Put the visits of one reader in order, and choose the baseline among them.

Dates order the visits; VISITNUM orders only those whose dates are partial, missing or equal. An unscheduled
visit is often numbered 900, and a number says nothing of time. Our decision [D] (decision 26).
"""

import datetime as dt
import itertools
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from decimal import Decimal

from pipeline.model import partial_date, visit_name
from pipeline.model.tumor import Occasion
from pipeline.model.visit import BASELINE
from pipeline.model.visit_name import NumberedVisit, plain

Occasions = Mapping[Decimal, Occasion]
"""The visits of one reader by VISITNUM."""


def day(dtc: str) -> dt.date | None:
    """Return the day that --DTC says; None where it says none, or only a month or a year."""
    date = partial_date.parse(dtc) if dtc else None
    return date.first() if date is not None and date.complete else None


def arranged(occasions: Occasions) -> tuple[Decimal, ...]:
    """Return the visits in order.

    1. Those with a whole date by it (of several scans the last), of equal dates by number.
    2. Each of the others, by number, behind the last visit of a smaller number; a partial date keeps it
       behind what ended before that month or year, and before what came after it.
    """
    known = {number: date for number, each in occasions.items() if (date := day(each.dtc)) is not None}
    order = sorted(known, key=lambda number: (known[number], number))
    for number in sorted(set(occasions) - set(known)):
        order.insert(_place(number, order, occasions), number)
    return tuple(order)


def _place(number: Decimal, order: Sequence[Decimal], occasions: Occasions) -> int:
    first, last = _span(occasions[number])
    spans = [_span(occasions[each]) for each in order]
    low = max((place + 1 for place, span in enumerate(spans) if span[1] < first), default=0)
    high = min((place for place, span in enumerate(spans) if span[0] > last), default=len(order))
    return max((place + 1 for place in range(low, high) if order[place] < number), default=min(low, high))


def _span(occasion: Occasion) -> tuple[dt.date, dt.date]:
    if not occasion.dtc:
        return dt.date.min, dt.date.max
    date = partial_date.parse(occasion.dtc)
    return date.first(), date.last()


def contradiction(order: Sequence[Decimal], occasions: Occasions) -> str:
    """Return in words where VISITNUM and whole dates disagree first, both visits named; empty where they agree."""
    dated = ((number, day(occasions[number].dtc)) for number in order)
    return visit_name.against_dates(
        NumberedVisit(number, occasions[number].visit, date) for number, date in dated if date is not None
    )


def overlaps(order: Sequence[Decimal], occasions: Occasions) -> Iterator[str]:
    """Yield in words each visit whose scans reach back to or behind the visit before it: perhaps a wrong date."""
    for earlier, number in itertools.pairwise(order):
        before, here = occasions[earlier], occasions[number]
        if len(here.days) > 1 and before.days and here.days[0] <= before.days[-1] < here.days[-1]:
            yield (
                f"VISITNUM {plain(number)} ({_name(here)}) has scans from {here.days[0]} to {here.days[-1]}, across "
                f"VISITNUM {plain(earlier)} ({_name(before)}) on {before.days[-1]}; a lesion has its own date"
            )


def baseline(
    order: Sequence[Decimal], occasions: Occasions, flagged: AbstractSet[Decimal], start: dt.date | None
) -> Decimal:
    """Return the visit that is the baseline.

    1. The last one that a record is marked at as baseline (--LOBXFL, --BLFL). 2. The one named BASELINE. 3. Where
    the start of treatment is known, the last one on or before it. 4. The first one.
    """
    marked = [number for number in order if number in flagged]
    if marked:
        return marked[-1]
    named = [number for number in order if occasions[number].visit.upper() == BASELINE]
    if named:
        return named[0]
    before = [number for number in order if start is not None and _span(occasions[number])[1] <= start]
    return before[-1] if before else order[0]


def doubts(
    chosen: Decimal,
    order: Sequence[Decimal],
    occasions: Occasions,
    flagged: AbstractSet[Decimal],
    start: dt.date | None,
) -> Iterator[str]:
    """Yield what speaks against a baseline: marked at two visits, another one is named so, it lies after the start."""
    marked = [number for number in order if number in flagged]
    if len(marked) > 1:
        visits = " and ".join(f"VISITNUM {plain(number)}" for number in marked)
        yield f"baseline records are marked at {visits}; each lesion keeps its own, and the last visit is the baseline"
    named = [number for number in order if occasions[number].visit.upper() == BASELINE and number != chosen]
    if named:
        yield (
            f"VISITNUM {plain(named[0])} is called BASELINE, but the baseline is marked at VISITNUM {plain(chosen)}; "
            "the mark counts"
        )
    first = _span(occasions[chosen])[0]
    if start is not None and first > start:
        yield f"the baseline, VISITNUM {plain(chosen)} on {occasions[chosen].dtc}, lies after the start on {start}"
    earlier = list(order[: order.index(chosen)])
    if earlier:
        visits = ", ".join(plain(number) for number in earlier)
        yield f"VISITNUM {visits} lies before the baseline, VISITNUM {plain(chosen)}, and is no time point"


def _name(occasion: Occasion) -> str:
    return occasion.visit or "no VISIT"
