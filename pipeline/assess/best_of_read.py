"""The best response of a read whose visits are numbered and whose dates may be partial or missing."""

import datetime as dt
from collections.abc import Sequence

from pipeline.assess import best_response
from pipeline.assess.best_response import Dated
from pipeline.model import partial_date
from pipeline.model.protocol import BestResponse
from pipeline.model.response import Explained, Response
from pipeline.model.tumor import Occasion


def unconfirmed(
    baseline: Occasion | None, visits: Sequence[tuple[Occasion, Response]], rules: BestResponse
) -> Explained:
    """Return the best response without confirmation of the visits after baseline, in their order.

    Dates serve one question: was stable disease too early (min_sd_days after baseline)? It
    was only where the dates show it: baseline counts as the earliest day that it may be, a
    visit as the latest, which is no later than that of any visit after it. So without dates
    stable disease stands.
    """
    start = dt.date.min if baseline is None or not baseline.dtc else partial_date.parse(baseline.dtc).first()
    dated: list[Dated] = []
    latest = dt.date.max
    for occasion, response in reversed(visits):
        if occasion.dtc:
            latest = min(latest, partial_date.parse(occasion.dtc).last())
        dated.append(Dated(max(latest, start), response))
    return best_response.unconfirmed(dated[::-1], start, rules)
