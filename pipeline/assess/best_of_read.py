"""The best response of a read whose visits are numbered and whose dates may be partial or missing."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from pipeline.assess import best_response
from pipeline.assess.best_response import DatedResponse
from pipeline.model import partial_date
from pipeline.model.protocol import BestResponse
from pipeline.model.response import Explained, Response
from pipeline.model.tumor import Occasion

R = Response

_IMMUNE = {response: response.plain for response in R if response.plain is not response} | {R.ICPD: R.NE}
"""What a response of iRECIST is when the best is chosen: a progression never ends the choice."""


def unconfirmed(
    baseline: Occasion | None,
    visits: Sequence[tuple[Occasion, Response]],
    rules: BestResponse,
    started: dt.date | None = None,
) -> Explained:
    """Return the best response without confirmation of the visits after baseline, in their order.

    started: randomization, else treatment, where it is known. Dates serve one question: was stable disease too
    early (min_sd_days after started, after baseline where that is not known or rules.sd_from says so)? It
    was only where the dates show it: baseline counts as the earliest day that it may be, a
    visit as the latest, which is no later than that of any visit after it. So without dates
    stable disease stands. Whole dates order the visits, so that a progression shown before another
    visit's scan ends the choice there, as BOR does.

    Under iRECIST the best of iCR, iPR, iSD; only where there is none, iCPD, else iUPD (Seymour
    2017 [M]).
    """
    start = dt.date.min if baseline is None or not baseline.dtc else partial_date.parse(baseline.dtc).first()
    if any(response in _IMMUNE for _, response in visits):
        return _immune(baseline, visits, rules, started)
    dated: list[DatedResponse] = []
    latest = dt.date.max
    for occasion, response in reversed(visits):
        known = partial_date.parse(occasion.dtc) if occasion.dtc else None
        exact = known is not None and known.complete
        bound = latest if known is None else known.last() if exact else min(latest, known.last())
        latest = min(latest, bound)
        dated.append(DatedResponse(max(bound, start), response, exact))
    since = started if rules.sd_from == "start" else None
    return best_response.unconfirmed(dated[::-1], start, rules, since)


def _immune(
    baseline: Occasion | None,
    visits: Sequence[tuple[Occasion, Response]],
    rules: BestResponse,
    started: dt.date | None,
) -> Explained:
    plain = [(occasion, _IMMUNE.get(response, response)) for occasion, response in visits]
    best = unconfirmed(baseline, plain, rules, started)
    progressed = [immune for immune in (R.ICPD, R.IUPD) if immune in {response for _, response in visits}]
    if best.response is R.NE:
        return replace(best, response=progressed[0]) if progressed else best
    return replace(best, response=next(immune for immune, plain in _IMMUNE.items() if plain is best.response))
