"""Read the visits of one subject in date order under one criterion and one scope."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from pipeline.assess import mrecist, new_lesions, non_target, overall, recist11, sums, target
from pipeline.assess.history import History, Lesion, latest
from pipeline.assess.new_lesions import Sighting
from pipeline.assess.sums import References, Sum
from pipeline.model.lesion import Role
from pipeline.model.protocol import Criterion, Protocol
from pipeline.model.response import Explained, NewLesion, Response
from pipeline.model.visit import BASELINE, Visit


@dataclass(frozen=True)
class Method:
    """A sum-based criterion: its name, its thresholds, its values and when one is gone."""

    name: str
    criterion: Callable[[Protocol], Criterion]
    values: Callable[[History, Visit, Protocol], dict[str, Decimal | None]]
    is_gone: Callable[[Lesion, Decimal | None, Decimal], bool]


RECIST11 = Method(recist11.NAME, lambda p: p.criteria.recist11, recist11.values, recist11.is_gone)
MRECIST = Method(mrecist.NAME, lambda p: p.criteria.mrecist, mrecist.values, mrecist.is_gone)


@dataclass(frozen=True)
class Read:
    """What one criterion says at one visit in one scope."""

    visit: Visit
    now: Sum
    against: References
    target: Explained
    non_target: Explained
    new: Sighting
    overall: Explained


def read(history: History, method: Method, protocol: Protocol) -> tuple[Read, ...]:
    """Return one read per visit; each sees only itself and earlier ones.

    The one exception is an equivocal new lesion that a later visit confirms: it is dated
    back (RECIST 1.1, 4.3.5).
    """
    seen = new_lesions.sightings(history)
    reads: list[Read] = []
    for visit in history.visits:
        new = seen.get(visit.name, _NOTHING)
        reads.append(_read_visit(history, method, protocol, visit=visit, earlier=reads, new=new))
    return tuple(reads)


_NOTHING = Sighting(NewLesion.NO)


def _read_visit(
    history: History, method: Method, protocol: Protocol, *, visit: Visit, earlier: Sequence[Read], new: Sighting
) -> Read:
    timed = [past for past in earlier if not history.precedes_baseline(past.visit)]
    case = _case(history, method, protocol, visit=visit, timed=timed)
    unread = _unread(history, method.name, visit)
    if unread is not None:
        of_target = of_rest = whole = unread
    elif visit.name == BASELINE:
        of_target, of_rest = target.baseline(case), non_target.baseline(history, visit)
        whole = overall.baseline(method.name, of_target, of_rest)
    else:
        of_target = target.classify(case)
        of_rest = non_target.classify(history, visit, protocol, _had_cr(timed))
        whole = overall.combine(method.name, of_target, of_rest, new)
    return Read(visit, case.now, case.against, of_target, of_rest, new, whole)


def _unread(history: History, name: str, visit: Visit) -> Explained | None:
    """The answer for a visit that is no time point or that nobody could evaluate."""
    if history.baseline is None:
        said = "There is no baseline to compare with."
        return overall.not_evaluated(name, "no_baseline", Response.NE, said)
    if history.precedes_baseline(visit):
        said = f"The scan of {visit.date} precedes the baseline; it is no time point."
        return overall.not_evaluated(name, "before_baseline", Response.NONE, said)
    if not visit.completed and not history.all_at(visit):
        return overall.not_evaluated(name, "not_completed", Response.NE, "Nothing at this visit could be evaluated.")
    return None


def _case(history: History, method: Method, protocol: Protocol, *, visit: Visit, timed: Sequence[Read]) -> target.Case:
    lesions = history.of_role(Role.TARGET)
    values = method.values(history, visit, protocol)
    normal = protocol.targets.normal_node_short_axis_mm
    gone = {lesion.name: method.is_gone(lesion, values[lesion.name], normal) for lesion in lesions}
    there = [name for name, value in values.items() if value is not None and not gone[name]]
    found = [finding for lesion in lesions if (finding := history.at(visit, lesion)) is not None]
    return target.Case(
        name=method.name,
        criterion=method.criterion(protocol),
        now=sums.add(values),
        against=sums.references([(past.visit.name, past.now) for past in timed], BASELINE),
        gone=all(gone.values()),
        date=latest(found) or visit.date,
        reappeared=tuple(there) if _had_cr(timed) else (),
        responded=_responded(timed),
    )


def _had_cr(timed: Sequence[Read]) -> bool:
    return any(past.overall.response is Response.CR for past in timed)


def _responded(timed: Sequence[Read]) -> bool:
    decisive = {Response.CR, Response.PR, Response.PD}
    last = next((past.target.response for past in reversed(timed) if past.target.response in decisive), None)
    return last in {Response.CR, Response.PR}
