"""The best overall response of one subject, with and without confirmation.

RECIST 1.1 (Eisenhauer 2009, 4.4 and table 3), codified in the rule book, section 2, BOR. The
same readings as admiralonco 1.0 except where the rule book says otherwise: disease seen
after a complete response too early to be stable disease is PD, there NE.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from decimal import Decimal

from pipeline.model import same_day
from pipeline.model.protocol import BestResponse
from pipeline.model.response import Explained, Response

R = Response
_CITATION = "RECIST 1.1, Eisenhauer 2009, 4.4 and table 3 (S5); rule book section 2, BOR"


@dataclass(frozen=True)
class DatedResponse:
    """The overall response of one visit; of a progression, the date of the progression.

    exact: the date is known; else it is the latest day that it may be, and equal dates are no one day.
    """

    date: dt.date
    response: Response
    exact: bool = True


def unconfirmed(
    visits: Sequence[DatedResponse], start: dt.date, rules: BestResponse, since: dt.date | None = None
) -> Explained:
    """Return the best response of a subject where no confirmation is asked (randomized and PFS-type trials).

    1. Visits count from the start to the first progression; the order given does not matter.
    2. CR, else PR, at whatever time.
    3. Else SD, else NON-CR/NON-PD, at least min_sd_days after the start, or after since where it is given.
    4. Else PD. 5. Else NE: nothing evaluable, stable disease too early, or no visit at all.

    The date is that of the first visit with the best response; None without a visit.
    """
    counted = until_progression(visits, start)
    name = "unconfirmed"
    for response in (R.CR, R.PR):
        for visit in counted:
            if visit.response is response:
                return _explain(name, response, visit, start, f"{response} on {visit.date}, {_after(visit, start)}.")
    return (
        _lasting(name, counted, start, rules, stable={R.SD}, since=since)
        or _progressed(name, counted, start)
        or _not_evaluable(name, counted, start, rules, since)
    )


def confirmed(
    visits: Sequence[DatedResponse], start: dt.date, rules: BestResponse, since: dt.date | None = None
) -> Explained:
    """Return the best response of a subject where CR and PR have to be confirmed.

    1. Visits count from the start to the first progression; the order given does not matter.
    2. CR: a CR again at least confirm_days later; between them only CR and at most
       max_ne_between visits that were not evaluable.
    3. What PR after an unconfirmed CR means says cr_then_pr: PD ends the visits there and is
       PD, PR makes the CR a PR, SD changes nothing.
    4. PR: a PR or CR at least confirm_days later; between them CR, PR, at most
       max_ne_between visits not evaluable and max_sd_between with SD; no PR follows a CR.
    5. SD: CR, PR or SD at least min_sd_days after the start, or after since. Else NON-CR/NON-PD likewise.
    6. PD, or disease seen after a CR. 7. Else NE.

    The date is that of the first visit with the best response; None without a visit.
    """
    counted = until_progression(visits, start)
    complete = _confirmation(counted, start, rules, R.CR)
    if complete is not None:
        return complete
    counted = _after_cr(counted, rules)
    return (
        _confirmation(counted, start, rules, R.PR)
        or _lasting("confirmed", counted, start, rules, stable={R.CR, R.PR, R.SD}, since=since)
        or _progressed("confirmed", counted, start)
        or _back_after_cr(counted, start)
        or _not_evaluable("confirmed", counted, start, rules, since)
    )


def confirmed_responses(visits: Sequence[DatedResponse], start: dt.date, rules: BestResponse) -> tuple[Explained, ...]:
    """Return the confirmed CR and the confirmed PR, those that there are: one at least where the best is CR or PR."""
    counted = until_progression(visits, start)
    complete = _confirmation(counted, start, rules, R.CR)
    read = counted if complete is not None else _after_cr(counted, rules)
    partial = _confirmation(read, start, rules, R.PR)
    return tuple(each for each in (complete, partial) if each is not None)


def until_progression(visits: Sequence[DatedResponse], start: dt.date) -> list[DatedResponse]:
    """Return the visits that count: from the start to the first progression, in date order; of one date the worst."""
    since = [v for v in visits if v.date >= start and v.response is not R.NONE]
    worst = same_day.worst((v for v in since if v.exact), lambda v: (v.date, v.response))
    followed = sorted((v for v in since if not v.exact or v in worst), key=lambda v: v.date)
    first = next((place for place, visit in enumerate(followed) if visit.response is R.PD), len(followed))
    return followed[: first + 1]


def counted_since(rules: BestResponse, baseline: dt.date | None) -> dt.date | None:
    """Return the baseline scan where the minimum of stable disease counts from it, None where from the start."""
    return baseline if rules.sd_from == "baseline" else None


def _confirmation(
    counted: Sequence[DatedResponse], start: dt.date, rules: BestResponse, wanted: Response
) -> Explained | None:
    allows, again = (_allows_cr, {R.CR}) if wanted is R.CR else (_allows_pr, {R.CR, R.PR})
    for place, visit in enumerate(counted):
        if visit.response is not wanted:
            continue
        due = visit.date + dt.timedelta(days=rules.confirm_days)
        period = _until(counted[place + 1 :], due, again)
        if period and allows(period, rules):
            days = (period[-1].date - visit.date).days
            sentence = f"{wanted} on {visit.date}, confirmed on {period[-1].date} after {days} days."
            return _explain("confirmed", wanted, visit, start, sentence, confirmed_after=days)
    return None


def _until(visits: Sequence[DatedResponse], due: dt.date, again: Set[Response]) -> list[DatedResponse]:
    """The visits up to the first one that responds on the due date or later; none where nothing does."""
    end = next((n for n, visit in enumerate(visits) if visit.response in again and visit.date >= due), -1)
    return list(visits[: end + 1])


def _allows_cr(period: Sequence[DatedResponse], rules: BestResponse) -> bool:
    responses = [visit.response for visit in period]
    return set(responses) <= {R.CR, R.NE} and responses.count(R.NE) <= rules.max_ne_between


def _allows_pr(period: Sequence[DatedResponse], rules: BestResponse) -> bool:
    responses = [visit.response for visit in period]
    few = responses.count(R.NE) <= rules.max_ne_between and responses.count(R.SD) <= rules.max_sd_between
    relapsed = R.CR in responses and R.PR in responses[responses.index(R.CR) :]
    return few and not relapsed and set(responses) <= {R.CR, R.PR, R.SD, R.NE}


def _after_cr(counted: list[DatedResponse], rules: BestResponse) -> list[DatedResponse]:
    """Read PR after an unconfirmed CR as the protocol says."""
    if rules.cr_then_pr == "SD":
        return counted
    read = list(counted)
    for place, visit in enumerate(counted):
        if visit.response is not R.CR:
            continue
        following = _next_other(counted, place)
        if following is None or counted[following].response is not R.PR:
            continue
        if rules.cr_then_pr == "PD":
            return [*counted[:following], replace(counted[following], response=R.PD)]
        read[place] = replace(visit, response=R.PR)
    return read


def _next_other(counted: Sequence[DatedResponse], place: int) -> int | None:
    """The next visit that says something else than CR or NE."""
    return next((n for n in range(place + 1, len(counted)) if counted[n].response not in {R.CR, R.NE}), None)


def _lasting(
    name: str,
    counted: Sequence[DatedResponse],
    start: dt.date,
    rules: BestResponse,
    *,
    stable: Set[Response],
    since: dt.date | None,
) -> Explained | None:
    """SD, else NON-CR/NON-PD, where a visit at the minimum duration or later shows it."""
    for response, shown_by in ((R.SD, stable), (R.NON_CR_NON_PD, {R.NON_CR_NON_PD})):
        for visit in counted:
            if visit.response in shown_by and (visit.date - (since or start)).days >= rules.min_sd_days:
                was = "" if visit.response is response else f" ({visit.response} without confirmation)"
                after = _after(visit, start, since)
                sentence = f"{response} on {visit.date}{was}, {after}: at least {rules.min_sd_days}."
                return _explain(name, response, visit, start, sentence)
    return None


def _progressed(name: str, counted: Sequence[DatedResponse], start: dt.date) -> Explained | None:
    if not counted or counted[-1].response is not R.PD:
        return None
    sentence = f"PD on {counted[-1].date}, and nothing better before it that counts."
    return _explain(name, R.PD, counted[-1], start, sentence)


def _back_after_cr(counted: Sequence[DatedResponse], start: dt.date) -> Explained | None:
    """PD where a CR was followed by disease and nothing lasted to be stable disease."""
    for place, visit in enumerate(counted):
        following = _next_other(counted, place) if visit.response is R.CR else None
        if following is not None:
            later = counted[following]
            sentence = f"CR on {visit.date} and {later.response} on {later.date}: disease is back, too early to be SD."
            return _explain("confirmed", R.PD, later, start, sentence)
    return None


def _not_evaluable(
    name: str, counted: Sequence[DatedResponse], start: dt.date, rules: BestResponse, since: dt.date | None
) -> Explained:
    if not counted:
        return Explained(R.NE, f"best_response.{name}.no_visit", "No visit after the start.", _CITATION)
    early = [visit for visit in counted if visit.response is not R.NE]
    sentence = "No visit after the start was evaluable."
    if early:
        after = _after(early[-1], start, since)
        sentence = f"{early[-1].response} on {early[-1].date}, {after}: short of {rules.min_sd_days} days."
    return _explain(name, R.NE, counted[0], start, sentence)


BY_CODE: Mapping[str, Callable[[Sequence[DatedResponse], dt.date, BestResponse, dt.date | None], Explained]] = {
    "BOR": unconfirmed,
    "CBOR": confirmed,
}
"""How the best response of each PARAMCD is chosen (pipeline.model.parameters.BEST_RESPONSES)."""


def _after(visit: DatedResponse, start: dt.date, since: dt.date | None = None) -> str:
    return f"{(visit.date - (since or start)).days} days after the {'start' if since is None else 'baseline scan'}"


def _explain(
    name: str,
    response: Response,
    visit: DatedResponse,
    start: dt.date,
    sentence: str,
    *,
    confirmed_after: int | None = None,
) -> Explained:
    numbers = [("days_from_start", Decimal((visit.date - start).days))]
    if confirmed_after is not None:
        numbers.append(("confirmed_after_days", Decimal(confirmed_after)))
    rule = f"best_response.{name}.{response.name.lower()}"
    return Explained(response, rule, sentence, _CITATION, tuple(numbers), visit.date)
