"""Read the visits of one subject in date order under one criterion and one scope."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeGuard, TypeVar

from pipeline.assess import barring, lengths, new_lesions, non_target, overall, sums, target
from pipeline.assess.history import History, Lesion, earliest, latest
from pipeline.assess.method import Method, Read
from pipeline.assess.new_lesions import NewLesionRead
from pipeline.assess.sums import ZERO, References
from pipeline.model.criteria import Criterion
from pipeline.model.lesion import Role
from pipeline.model.protocol import Protocol
from pipeline.model.response import Explained, NewLesion, Response
from pipeline.model.visit import BASELINE, Visit

Rules = TypeVar("Rules", bound=Criterion)


@dataclass(frozen=True)
class SumMethod(Method[Rules]):
    """A sum-based criterion: the values of its targets and when one is gone.

    values: of every target at a visit in the unit of the sum, None where it was not measured.
    is_gone regards the value of a target (with the normal short axis of a node), rest_is_gone the
    finding of a non-target lesion. first: what the criterion decides before the sum does; it sees
    no later visit, and None leaves the decision to the sum. needs_enhancing_targets: the limits of
    given targets ask for arterial enhancement, too.
    """

    values: Callable[[History, Visit, Rules], dict[str, Decimal | None]]
    is_gone: Callable[[Lesion, Decimal | None, Decimal], bool] = lengths.is_gone
    rest_is_gone: non_target.IsGone = lengths.has_disappeared
    first: Callable[[History, Visit, Rules, target.TargetVisit], Explained | None] | None = None
    needs_enhancing_targets: bool = False

    def read(self, history: History, protocol: Protocol, *, bar: bool = True) -> tuple[Read, ...]:
        """Return one read per visit; each sees only itself and earlier ones.

        bar: flags make a lesion not evaluable where the protocol says so; without it given values
        stand. The one exception is an equivocal new lesion that a later visit confirms: it is dated
        back (RECIST 1.1, 4.3.5).
        """
        return read(history, self, protocol, bar=bar)


@dataclass(frozen=True)
class _Past:
    """What earlier time points leave behind: references, an overall CR, a response that lasts."""

    references: References = sums.NO_REFERENCES
    had_cr: bool = False
    responded: bool = False


def compares_lengths(method: Method[Any]) -> TypeGuard[SumMethod[Any]]:
    """Whether a criterion compares nothing but sums of lengths, so that they tell all of a PD by sum."""
    return isinstance(method, SumMethod) and method.facts.unit == "mm" and method.first is None


def read(history: History, method: SumMethod[Rules], protocol: Protocol, *, bar: bool = True) -> tuple[Read, ...]:
    """Return the reads of a sum-based criterion (SumMethod.read)."""
    rules = method.rules(protocol)
    new_by_visit = new_lesions.by_visit(history, rules.new_lesion_min_mm)
    past = _Past()
    reads: list[Read] = []
    for visit in history.visits:
        case = _case(history, method, rules, protocol, visit=visit, past=past, bar=bar)
        new = new_by_visit.get(visit.name, _NOTHING)
        current = _read_visit(history, method, rules, protocol, visit=visit, case=case, had_cr=past.had_cr, new=new)
        reads.append(current)
        if not history.precedes_baseline(visit):
            past = _after(past, current)
    return tuple(reads)


_NOTHING = NewLesionRead(NewLesion.NO)


def _after(past: _Past, current: Read) -> _Past:
    response = current.target.response
    decisive = response in {Response.CR, Response.PR, Response.PD}
    return _Past(
        sums.after(past.references, current.visit.name, current.total, BASELINE),
        past.had_cr or current.overall.response is Response.CR,
        response is not Response.PD if decisive else past.responded,
    )


def _read_visit(
    history: History,
    method: SumMethod[Rules],
    rules: Rules,
    protocol: Protocol,
    *,
    visit: Visit,
    case: target.TargetVisit,
    had_cr: bool,
    new: NewLesionRead,
) -> Read:
    unread = _unread(history, method.name, visit)
    if unread is not None:
        of_target = of_rest = whole = unread
    elif visit.name == BASELINE:
        of_target, of_rest = target.baseline(case), non_target.baseline(history, visit)
        whole = overall.baseline(method.name, of_target, of_rest)
    else:
        decided = None if method.first is None else method.first(history, visit, rules, case)
        of_target = decided or target.classify(case)
        came_back = had_cr and case.criterion.reappearance_is_pd
        of_rest = non_target.classify(
            history, visit, protocol, came_back, too_small_mm=rules.too_small_value_mm, is_gone=method.rest_is_gone
        )
        whole = overall.combine(method.name, of_target, of_rest, new)
    return Read(visit, case.total, case.references, of_target, of_rest, new, whole)


def _unread(history: History, name: str, visit: Visit) -> Explained | None:
    """The answer for a visit that is no time point or that nobody could evaluate."""
    if history.baseline is None:
        sentence = "There is no baseline to compare with."
        return overall.not_evaluated(name, "no_baseline", Response.NE, sentence)
    if history.precedes_baseline(visit):
        sentence = f"The scan of {visit.date} precedes the baseline; it is no time point."
        return overall.not_evaluated(name, "before_baseline", Response.NONE, sentence)
    if not visit.completed and not history.all_at(visit):
        return overall.not_evaluated(name, "not_completed", Response.NE, "Nothing at this visit could be evaluated.")
    return None


def _case(
    history: History,
    method: SumMethod[Rules],
    rules: Rules,
    protocol: Protocol,
    *,
    visit: Visit,
    past: _Past,
    bar: bool,
) -> target.TargetVisit:
    lesions = history.of_role(Role.TARGET)
    values = method.values(history, visit, rules)
    out = barring.barred(rules, history, visit, values, protocol) if bar else {}
    if out:
        values = {name: None if name in out else value for name, value in values.items()}
    normal = protocol.targets.normal_node_short_axis_mm if method.facts.unit == "mm" else ZERO
    there = [
        (lesion, value)
        for lesion in lesions
        if (value := values[lesion.name]) is not None and not method.is_gone(lesion, value, normal)
    ]
    total = sums.add(values)
    gone = not there and not total.missing
    findings = [finding for lesion in lesions if (finding := history.at(visit, lesion)) is not None]
    return target.TargetVisit(
        name=method.name,
        criterion=rules,
        total=total,
        references=past.references,
        gone=gone,
        date=(earliest if protocol.endpoint.target_progression == "first" else latest)(findings) or visit.date,
        reappeared=tuple(lesion.name for lesion, _ in there) if past.had_cr and rules.reappearance_is_pd else (),
        responded=past.responded,
        values=values,
        remaining=sum((value - normal if lesion.is_node else value for lesion, value in there), ZERO),
        regrowth=_regrowth(lesions, values, normal) if gone else ZERO,
        unit=method.facts.unit,
        citation=method.facts.citation,
        barred=out,
    )


def _regrowth(lesions: tuple[Lesion, ...], values: Mapping[str, Decimal | None], normal: Decimal) -> Decimal:
    """The least growth of one target that ends a CR: a node may grow up to the normal limit."""
    room = (normal - (values[lesion.name] or ZERO) if lesion.is_node else ZERO for lesion in lesions)
    return min(room, default=ZERO)
