"""Derive the time-to-event rows of one subject of our own study from its time points and events.

HPFS runs from the first embolization, HPFSR from randomization; both stand in endpoint.csv,
the protocol names the primary. All parameters stand in ADTTE (rule book, sections 1 and 6).
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from pipeline.endpoint import derive as engine
from pipeline.endpoint import from_timepoints, rule_book
from pipeline.endpoint.history import ResponseHistory
from pipeline.endpoint.sources import Reason
from pipeline.model.endpoint import EndpointRow
from pipeline.model.events import Event
from pipeline.model.parameters import BY_CODE, HPFS, HPFSR, PARAMETERS, Parameter, ParameterScope
from pipeline.model.protocol import Protocol
from pipeline.model.response import TimePoint
from pipeline.model.visit import Visit


def derive(
    subject: str,
    timepoints: Sequence[TimePoint],
    visits: Sequence[Visit],
    events: Sequence[Event],
    protocol: Protocol,
    *,
    cut: dt.date | None = None,
) -> tuple[EndpointRow, ...]:
    """Return the rows of endpoint.csv: HPFS, HPFSR, and the protocol's primary where it is another.

    cut: the data cut; what is given must not lie after it, and no date will.

    Raises:
        InputError: the events contradict each other or the scans.
    """
    chosen = dict.fromkeys((HPFS, HPFSR, BY_CODE[protocol.endpoint.primary]))
    histories = _histories(subject, timepoints, visits, events, protocol)
    return tuple(_row(histories, parameter, protocol, cut) for parameter in chosen)


def derive_all(
    subject: str,
    timepoints: Sequence[TimePoint],
    visits: Sequence[Visit],
    events: Sequence[Event],
    protocol: Protocol,
    *,
    cut: dt.date | None = None,
) -> tuple[EndpointRow, ...]:
    """Return the rows of ADTTE: every parameter, then one INTEMB for each interval between embolizations.

    A duration of response without a response is what the rule set says: no row, or censored on day 1.

    cut: the data cut; what is given must not lie after it, and no date will.

    Raises:
        InputError: the events contradict each other or the scans.
    """
    histories = _histories(subject, timepoints, visits, events, protocol)
    dates = histories[False].dates
    follows = rule_book.get(protocol.endpoint.rule_set).without_response
    rows = []
    for parameter in PARAMETERS:
        row: EndpointRow | None = _row(histories, parameter, protocol, cut)
        if row is not None and row.reason == Reason.NO_RESPONSE:
            row = engine.without_response(row, dates, dates.randomized or dates.treated, follows)
        rows += [] if row is None else [row]
    return (*rows, *engine.embolization_intervals(histories[False]))


def _histories(
    subject: str,
    timepoints: Sequence[TimePoint],
    visits: Sequence[Visit],
    events: Sequence[Event],
    protocol: Protocol,
) -> dict[bool, ResponseHistory]:
    """Return the history in the liver (False) and in the whole body (True)."""
    return {
        whole_body: from_timepoints.history(subject, timepoints, visits, events, protocol, whole_body=whole_body)
        for whole_body in (False, True)
    }


def _row(
    histories: dict[bool, ResponseHistory], parameter: Parameter, protocol: Protocol, cut: dt.date | None = None
) -> EndpointRow:
    """Return one row; survival looks at no response, so that a progression bounds no death."""
    by_protocol = protocol.endpoint.scope == ParameterScope.WHOLE_BODY.value
    whole_body = (
        by_protocol if parameter.scope is ParameterScope.PROTOCOL else parameter.scope is ParameterScope.WHOLE_BODY
    )
    history = histories[whole_body]
    return engine.row(
        history if parameter.by_rule_set else replace(history, baseline=(), followed=()),
        parameter,
        schedule=protocol.schedule,
        endpoint=protocol.endpoint,
        whole_body=whole_body,
        cut=cut,
    )
