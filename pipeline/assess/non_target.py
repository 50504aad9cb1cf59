"""Classify the non-target lesions of a visit under RECIST 1.1 (Eisenhauer 2009, 4.3.2-4.3.4).

mRECIST uses the same categories (S8). Progression must be unequivocal: only a signed read
says it, a proposal never does.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal

from pipeline.assess import lengths
from pipeline.assess.history import History, Lesion, earliest
from pipeline.assess.target import counted
from pipeline.model.lesion import Finding, Role, Source, State
from pipeline.model.protocol import Protocol
from pipeline.model.response import Explained, Response
from pipeline.model.visit import Visit

IsGone = Callable[[Lesion, Finding, Decimal, Decimal], bool]
"""When a non-target lesion has disappeared; in mm, what stands for too small and the normal short axis of a node."""

_RULES = "recist11.non_target"
_CITATION = "RECIST 1.1, Eisenhauer 2009, 4.3.2-4.3.4 (S5); EORTC (S6); rule book section 2"


def classify(
    history: History,
    visit: Visit,
    protocol: Protocol,
    after_cr: bool,
    *,
    too_small_mm: Decimal,
    is_gone: IsGone = lengths.has_disappeared,
) -> Explained:
    """Return the non-target response of one follow-up visit.

    after_cr: an earlier overall CR makes a lesion that is back a progression. too_small_mm stands
    for a lesion too small to measure.

    1. PD: a signed unequivocal progression, or a lesion that is back after an overall CR.
    2. NE: none progressed and one was not assessed; where the protocol does not need all,
       only if none of the others is left.
    3. CR: all gone, nodes below the normal short axis. 4. else NON-CR/NON-PD.
    Without a non-target lesion there is nothing to classify.
    """
    lesions = history.of_role(Role.NON_TARGET)
    if not lesions:
        return _NO_LESION
    assessed, missing = _assessed(history, visit)
    normal = protocol.targets.normal_node_short_axis_mm
    there = ((lesion, assessed[lesion.name]) for lesion in lesions if lesion.name in assessed)
    rest = [lesion.name for lesion, finding in there if not is_gone(lesion, finding, too_small_mm, normal)]
    response, rule, sentence = _verdict(assessed, missing, rest, after_cr, protocol.non_targets.needs_all)
    shows = {"pd": [name for name in rest if _has_progressed(assessed[name])], "pd_reappeared": rest}.get(rule, [])
    date = earliest(assessed[name] for name in shows)
    states = tuple((e.name, assessed[e.name].state.value if e.name in assessed else "not assessed") for e in lesions)
    return Explained(response, f"{_RULES}.{rule}", sentence, _CITATION, date=date, states=states)


def _verdict(
    assessed: Mapping[str, Finding], missing: list[str], rest: list[str], after_cr: bool, needs_all: bool
) -> tuple[Response, str, str]:
    """Response, rule and sentence; rest are the lesions still there."""
    progressed = [name for name in rest if _has_progressed(assessed[name])]
    if progressed:
        return Response.PD, "pd", f"{', '.join(progressed)}: unequivocal progression, said by a reader."
    if after_cr and rest:
        return Response.PD, "pd_reappeared", f"{', '.join(rest)} came back after an overall complete response."
    if missing and (needs_all or not rest):
        return Response.NE, "ne", f"{', '.join(missing)} not assessed, and none progressed."
    if rest:
        sentence = f"{', '.join(rest)} still present, without unequivocal progression."
        return Response.NON_CR_NON_PD, "non_cr_non_pd", sentence
    return Response.CR, "cr", "Every non-target lesion is gone or a normal node."


def baseline(history: History, visit: Visit) -> Explained:
    """Return the row of the baseline itself: NE where a lesion was not assessed."""
    count = len(history.of_role(Role.NON_TARGET))
    if not count:
        return _NO_LESION
    _, missing = _assessed(history, visit)
    if missing:
        sentence = f"Baseline is incomplete: {', '.join(missing)} not assessed."
        return _explain(Response.NE, "baseline_incomplete", sentence)
    return _explain(Response.NONE, "baseline", f"Baseline: {counted(count, 'non-target lesion')}.")


def _assessed(history: History, visit: Visit) -> tuple[dict[str, Finding], list[str]]:
    findings = {lesion.name: history.at(visit, lesion) for lesion in history.of_role(Role.NON_TARGET)}
    assessed = {name: f for name, f in findings.items() if f is not None and f.state is not State.NOT_EVALUABLE}
    return assessed, [name for name in findings if name not in assessed]


def _has_progressed(finding: Finding) -> bool:
    return finding.state is State.PROGRESSED and finding.source is Source.SIGNED


def _explain(response: Response, rule: str, sentence: str) -> Explained:
    return Explained(response, f"{_RULES}.{rule}", sentence, _CITATION)


_NO_LESION = _explain(Response.NONE, "none", "No non-target lesion was recorded at baseline.")
