"""The criteria by name, each read by one call: the registry behind `--criteria`."""

from collections.abc import Callable, Mapping
from functools import partial

from pipeline.assess import choi, easl, irecist, series, volume, who
from pipeline.assess.history import History
from pipeline.assess.series import Method, Read
from pipeline.model.protocol import Protocol

Reader = Callable[[History, Protocol, bool], tuple[Read, ...]]
"""Reads every visit of one subject and scope, in date order; the last argument is `bar`."""

METHODS = (
    series.RECIST11,
    series.MRECIST,
    who.METHOD,
    easl.METHOD,
    volume.QEASL,
    volume.VRECIST,
    choi.CHOI,
    choi.MCHOI,
)
"""Every criterion that compares sums of its targets."""


def _read_sums(method: Method, history: History, protocol: Protocol, bar: bool) -> tuple[Read, ...]:
    return series.read(history, method, protocol, bar=bar)


CRITERIA: Mapping[str, Reader] = {
    **{method.name: partial(_read_sums, method) for method in METHODS},
    irecist.NAME: irecist.read,
}
"""Every criterion by the name that the protocol and the command line use."""


def read(name: str, history: History, protocol: Protocol, *, bar: bool = True) -> tuple[Read, ...]:
    """Return one read per visit under a criterion of the registry.

    bar: flags make a lesion not evaluable where the protocol says so, as in our own reads;
    without it the given values stand.

    Raises:
        KeyError: no criterion has that name; the names are the keys of CRITERIA.
    """
    return CRITERIA[name](history, protocol, bar)
