"""What a derivation from tables of others follows: sections of the protocol, readers, cut, switches."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from pydantic import ValidationError

from pipeline.assess import best_response, registry
from pipeline.assess.response_parameters import BenefitRules
from pipeline.endpoint import rule_book
from pipeline.endpoint.reported import Enrolled, Impute, Reader
from pipeline.endpoint.rule import AfterTherapy, WithoutResponse
from pipeline.model import deciding
from pipeline.model.errors import InputError
from pipeline.model.parameters import BY_CODE, OS, PFS, TTP, Clock, Parameter, ParameterScope
from pipeline.model.protocol import BestResponse, Endpoint, Protocol, Schedule
from pipeline.model.scope import Scope
from pipeline.store import protocol_keys

START_COLUMNS = {Clock.TREATMENT: "TRTSDT", Clock.RANDOMIZATION: "RANDDT"}
"""The column of ADSL that starts a clock."""

_COMPARED = 2
"""Readers that are held against each other: the site and the central read."""

_EITHER_CLOCK = {PFS.code, TTP.code, OS.code}
"""Parameters whose name says nothing of their start, so that it may be chosen."""


@dataclass(frozen=True)
class Terms:
    """What the derivation follows: the protocol's sections, readers, partial dates, cut, switches.

    categories: RSCAT, in capital letters, of what decides in each scope; RECIST 1.1 where a scope has none.
    readers: whose responses; two of them are compared. start: day 1 of PFS, TTP, OS and of the responses; None leaves
    each its own, of responses RANDDT, else TRTSDT. min_benefit_days: of CB, as min_sd_days of DCR. missing: BOR of a
    subject without any assessment is MISSING, not NE. after_therapy: whether responses after new therapy count; None:
    in ADRS they do, in DOR the rule set decides. without_response: DOR of who did not respond; None as the rule set.
    """

    schedule: Schedule
    endpoint: Endpoint
    best: BestResponse
    categories: Mapping[Scope, str] = field(default_factory=dict)
    readers: tuple[Reader, ...] = (Reader(),)
    impute: Impute | None = None
    cut: dt.date | None = None
    start: Clock | None = None
    min_benefit_days: int | None = None
    missing: bool = False
    after_therapy: AfterTherapy | None = None
    without_response: WithoutResponse | None = None

    def benefit(self, baseline: dt.date | None) -> BenefitRules:
        """Return how responses are chosen, confirmed, and from when on benefit counts in a subject."""
        return BenefitRules(self.best, self.min_benefit_days, best_response.counted_since(self.best, baseline))

    @property
    def unresponsive(self) -> WithoutResponse:
        """What a duration of response is where there was no response."""
        return self.without_response or rule_book.get(self.endpoint.rule_set).without_response

    def parameter(self, code: str) -> Parameter | None:
        """Return a time to event with the clock that it is counted on; None of a parameter of ADRS."""
        parameter = BY_CODE.get(code)
        if parameter is None or self.start is None or code not in _EITHER_CLOCK:
            return parameter
        return replace(parameter, clock=self.start)

    def scope(self, parameter: Parameter | None) -> Scope:
        """Return the scope of the responses that a parameter looks at."""
        scope = ParameterScope.PROTOCOL if parameter is None else parameter.scope
        return self.endpoint.scope if scope is ParameterScope.PROTOCOL else Scope(scope.value)

    def category(self, scope: Scope) -> str:
        """Return RSCAT, in capital letters, of the responses of a scope."""
        return self.categories.get(scope, "RECIST 1.1")

    def start_of(self, parameter: Parameter | None, subject: Enrolled) -> dt.date | None:
        """Return day 1 of a parameter where a column of ADSL holds it; None of a duration of response."""
        if parameter is None:
            return self.day_one(subject)
        column = {Clock.RANDOMIZATION: subject.dates.randomized, Clock.TREATMENT: subject.dates.treated}
        return column.get(parameter.clock)

    def day_one(self, subject: Enrolled) -> dt.date | None:
        """Return the start that responses are counted from."""
        dates = subject.dates
        if self.start is None:
            return dates.randomized or dates.treated
        return dates.randomized if self.start is Clock.RANDOMIZATION else dates.treated


def categories(protocol: Protocol) -> dict[Scope, str]:
    """Return RSCAT, in capital letters, of what decides in each scope under a protocol."""
    by = {scope: deciding.in_scope(protocol, scope).criterion for scope in Scope}
    return {scope: registry.get(name).facts.category.upper() for scope, name in by.items()}


def spaced(schedule: Schedule, every_days: int | None, window_days: int | None) -> Schedule:
    """Return a schedule with other days between visits, or another window around each.

    Raises:
        InputError: a number that a schedule may not have, or the windows of two visits meet.
    """
    given = {"every_days": every_days, "window_days": window_days}
    changed = {key: value for key, value in given.items() if value is not None}
    try:
        other = Schedule.model_validate({**schedule.model_dump(), **changed})
    except ValidationError as error:
        first = error.errors()[0]
        key = str(first["loc"][0])
        allowed = protocol_keys.allowed(("schedule", key))
        raise InputError(f"--{key.replace('_', '-')}: found {first['input']}; allowed: {allowed}") from error
    most = (other.every_days - 1) // 2
    if changed and other.window_days > most:
        raise InputError(f"--window-days: found {other.window_days}; allowed: up to {most}, so that no two visits meet")
    return other


def readers(evaluators: Sequence[str], identifiers: Sequence[str], accepted: bool | None) -> tuple[Reader, ...]:
    """Return one reader, by --EVAL and --EVALID together where both are given, or two by either.

    Raises:
        InputError: other than one or two of them.
    """
    if len(evaluators) <= 1 and len(identifiers) <= 1:
        return (Reader(next(iter(evaluators), None), next(iter(identifiers), None), accepted),)
    each = [*(Reader(name, None, accepted) for name in evaluators), *(Reader(None, n, accepted) for n in identifiers)]
    if len(set(each)) != _COMPARED:
        raise InputError(f"--eval, --evalid: found {len(set(each))} readers; allowed: one, or two to compare")
    return tuple(each)
