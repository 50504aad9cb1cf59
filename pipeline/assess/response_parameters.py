"""Whether and when a subject responded, had benefit, progressed, was last assessed: parameters of ADRS.

Definitions of admiralonco's article "Creating ADRS" (S25), of its functions derive_param_response,
derive_param_confirmed_resp and derive_param_clinbenefit (read as published, no code taken). Like a best response
they rest on the visits from the start to the first progression.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.assess import best_response
from pipeline.assess.best_response import DatedResponse
from pipeline.model import same_day
from pipeline.model.protocol import BestResponse
from pipeline.model.response import Response

R = Response
_BENEFIT = {R.CR, R.PR, R.SD, R.NON_CR_NON_PD}


@dataclass(frozen=True)
class BenefitRules:
    """How responses are chosen and confirmed, and from how many days after the start on benefit counts.

    min_benefit_days: of CB; None takes best.min_sd_days, as DCR always does. since: the day that these count from,
    where it is not the start (best.sd_from).
    """

    best: BestResponse
    min_benefit_days: int | None = None
    since: dt.date | None = None

    @property
    def benefit_days(self) -> int:
        """Days from the start to the first visit that shows benefit without a response."""
        return self.best.min_sd_days if self.min_benefit_days is None else self.min_benefit_days


@dataclass(frozen=True)
class ResponseAnswer:
    """AVALC of a parameter (Y, N or a response) and the visit that gives it; None without one."""

    value: str
    visit: DatedResponse | None = None


def response(visits: Sequence[DatedResponse], start: dt.date, _rules: BenefitRules) -> ResponseAnswer:
    """Return RSP: the first CR or PR up to the first progression."""
    return _first(v for v in best_response.until_progression(visits, start) if v.response in {R.CR, R.PR})


def confirmed_response(visits: Sequence[DatedResponse], start: dt.date, rules: BenefitRules) -> ResponseAnswer:
    """Return CRSP: the first CR or PR that was confirmed, as the confirmed best response wants it."""
    shown = {each.date for each in best_response.confirmed_responses(visits, start, rules.best)}
    return _first(v for v in best_response.until_progression(visits, start) if v.date in shown)


def benefit(visits: Sequence[DatedResponse], start: dt.date, rules: BenefitRules) -> ResponseAnswer:
    """Return CB: a response, or a visit that is neither PD nor NE at start + benefit_days or later."""
    return _benefit(visits, start, rules, rules.benefit_days, response(visits, start, rules))


def confirmed_benefit(visits: Sequence[DatedResponse], start: dt.date, rules: BenefitRules) -> ResponseAnswer:
    """Return CCB: the same with a confirmed response."""
    return _benefit(visits, start, rules, rules.benefit_days, confirmed_response(visits, start, rules))


def control(visits: Sequence[DatedResponse], start: dt.date, rules: BenefitRules) -> ResponseAnswer:
    """Return DCR: the same with the minimum of stable disease: the best response is CR, PR, SD or NON-CR/NON-PD."""
    return _benefit(visits, start, rules, rules.best.min_sd_days, response(visits, start, rules))


def progression(visits: Sequence[DatedResponse], start: dt.date, _rules: BenefitRules) -> ResponseAnswer:
    """Return PD: the first progression."""
    return _first(v for v in best_response.until_progression(visits, start) if v.response is R.PD)


def last_assessment(visits: Sequence[DatedResponse], start: dt.date, _rules: BenefitRules) -> ResponseAnswer:
    """Return LSTA: the last visit from the start on, evaluable or not, also after PD; the worst of one date."""
    followed = [visit for visit in visits if visit.date >= start]
    last = max(followed, key=lambda visit: (visit.date, -same_day.rank(visit.response)), default=None)
    return ResponseAnswer("" if last is None else last.response.value, last)


BY_CODE: Mapping[str, Callable[[Sequence[DatedResponse], dt.date, BenefitRules], ResponseAnswer]] = {
    "RSP": response,
    "CRSP": confirmed_response,
    "CB": benefit,
    "CCB": confirmed_benefit,
    "DCR": control,
    "PD": progression,
    "LSTA": last_assessment,
}
"""How each PARAMCD is derived (pipeline.model.parameters.RESPONSES)."""


def _benefit(
    visits: Sequence[DatedResponse], start: dt.date, rules: BenefitRules, days: int, responded: ResponseAnswer
) -> ResponseAnswer:
    counted = best_response.until_progression(visits, start)
    lasting = _first(v for v in counted if v.response in _BENEFIT and (v.date - (rules.since or start)).days >= days)
    return _first(visit for visit in (responded.visit, lasting.visit) if visit is not None)


def _first(visits: Iterable[DatedResponse]) -> ResponseAnswer:
    first = min(visits, key=lambda visit: visit.date, default=None)
    return ResponseAnswer("N" if first is None else "Y", first)
