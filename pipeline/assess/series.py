"""Read the visits of one subject in date order under one criterion and one scope."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from pipeline.assess import barring, mrecist, new_lesions, non_target, overall, recist11, sums, target
from pipeline.assess.history import History, Lesion, latest
from pipeline.assess.new_lesions import Sighting
from pipeline.assess.sums import ZERO, References, Sum
from pipeline.model.criteria import Criterion
from pipeline.model.lesion import Role
from pipeline.model.protocol import Protocol
from pipeline.model.response import Explained, NewLesion, Response
from pipeline.model.visit import BASELINE, Visit


@dataclass(frozen=True)
class Method:
    """A sum-based criterion: its name, its thresholds, its values and when one is gone.

    is_gone regards the value of a target, rest_is_gone the finding of a non-target lesion.
    unit: of the sums (mm, mm2, ml). first: what the criterion decides before the sum does; it
    sees no later visit, and None leaves the decision to the sum.
    """

    name: str
    criterion: Callable[[Protocol], Criterion]
    values: Callable[[History, Visit, Protocol], dict[str, Decimal | None]]
    is_gone: Callable[[Lesion, Decimal | None, Decimal], bool]
    citation: str
    rest_is_gone: non_target.IsGone = non_target.has_disappeared
    unit: str = "mm"
    first: Callable[[History, Visit, Protocol, target.Case], Explained | None] | None = None


RECIST11 = Method(recist11.NAME, lambda p: p.criteria.recist11, recist11.values, recist11.is_gone, recist11.CITATION)
MRECIST = Method(
    mrecist.NAME,
    lambda p: p.criteria.mrecist,
    mrecist.values,
    recist11.is_gone,
    mrecist.CITATION,
    mrecist.has_disappeared,
)


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


@dataclass(frozen=True)
class _Past:
    """What earlier time points leave behind: references, an overall CR, a response that lasts."""

    against: References = sums.NO_REFERENCES
    had_cr: bool = False
    responded: bool = False


def read(history: History, method: Method, protocol: Protocol, *, bar: bool = True) -> tuple[Read, ...]:
    """Return one read per visit; each sees only itself and earlier ones.

    bar: flags make a lesion not evaluable where the protocol says so; without it given values
    stand. The one exception is an equivocal new lesion that a later visit confirms: it is dated
    back (RECIST 1.1, 4.3.5).
    """
    seen = new_lesions.sightings(history, method.criterion(protocol).new_lesion_min_mm)
    past = _Past()
    reads: list[Read] = []
    for visit in history.visits:
        case = _case(history, method, protocol, visit=visit, past=past, bar=bar)
        new = seen.get(visit.name, _NOTHING)
        now = _read_visit(history, method, protocol, visit=visit, case=case, had_cr=past.had_cr, new=new)
        reads.append(now)
        if not history.precedes_baseline(visit):
            past = _after(past, now)
    return tuple(reads)


_NOTHING = Sighting(NewLesion.NO)


def _after(past: _Past, now: Read) -> _Past:
    said = now.target.response
    decisive = said in {Response.CR, Response.PR, Response.PD}
    return _Past(
        sums.after(past.against, now.visit.name, now.now, BASELINE),
        past.had_cr or now.overall.response is Response.CR,
        said is not Response.PD if decisive else past.responded,
    )


def _read_visit(
    history: History,
    method: Method,
    protocol: Protocol,
    *,
    visit: Visit,
    case: target.Case,
    had_cr: bool,
    new: Sighting,
) -> Read:
    unread = _unread(history, method.name, visit)
    if unread is not None:
        of_target = of_rest = whole = unread
    elif visit.name == BASELINE:
        of_target, of_rest = target.baseline(case), non_target.baseline(history, visit)
        whole = overall.baseline(method.name, of_target, of_rest)
    else:
        decided = None if method.first is None else method.first(history, visit, protocol, case)
        of_target = decided or target.classify(case)
        came_back = had_cr and case.criterion.reappearance_is_pd
        of_rest = non_target.classify(history, visit, protocol, came_back, method.rest_is_gone)
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


def _case(history: History, method: Method, protocol: Protocol, *, visit: Visit, past: _Past, bar: bool) -> target.Case:
    lesions = history.of_role(Role.TARGET)
    values = method.values(history, visit, protocol)
    out = barring.barred(method.name, history, visit, values, protocol) if bar else {}
    if out:
        values = {name: None if name in out else value for name, value in values.items()}
    criterion = method.criterion(protocol)
    normal = protocol.targets.normal_node_short_axis_mm if method.unit == "mm" else ZERO
    there = [
        (lesion, value)
        for lesion in lesions
        if (value := values[lesion.name]) is not None and not method.is_gone(lesion, value, normal)
    ]
    now = sums.add(values)
    gone = not there and not now.missing
    found = [finding for lesion in lesions if (finding := history.at(visit, lesion)) is not None]
    return target.Case(
        name=method.name,
        criterion=criterion,
        now=now,
        against=past.against,
        gone=gone,
        date=latest(found) or visit.date,
        reappeared=tuple(lesion.name for lesion, _ in there) if past.had_cr and criterion.reappearance_is_pd else (),
        responded=past.responded,
        values=values,
        left=sum((value - normal if lesion.is_node else value for lesion, value in there), ZERO),
        to_present=_to_present(lesions, values, normal) if gone else ZERO,
        unit=method.unit,
        citation=method.citation,
        barred=out,
    )


def _to_present(lesions: tuple[Lesion, ...], values: Mapping[str, Decimal | None], normal: Decimal) -> Decimal:
    """The least growth of one target that ends a CR: a node may grow up to the normal limit."""
    room = (normal - (values[lesion.name] or ZERO) if lesion.is_node else ZERO for lesion in lesions)
    return min(room, default=ZERO)
