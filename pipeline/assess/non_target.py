"""Classify the non-target lesions of a visit under RECIST 1.1 (Eisenhauer 2009, 4.3.2-4.3.4).

mRECIST uses the same categories (S8). Progression must be unequivocal: only a signed read
says it, a proposal never does.
"""

import datetime as dt
from collections.abc import Mapping

from pipeline.assess import recist11
from pipeline.assess.history import History, Lesion, earliest
from pipeline.assess.target import counted
from pipeline.model.lesion import Finding, Role, Source, State
from pipeline.model.protocol import Protocol
from pipeline.model.response import Explained, Response
from pipeline.model.visit import Visit

_CITATION = "RECIST 1.1, Eisenhauer 2009, 4.3.2-4.3.4 (S5); EORTC (S6); rule book section 2"


def classify(history: History, visit: Visit, protocol: Protocol, after_cr: bool) -> Explained:
    """Return the non-target response of one follow-up visit.

    1. PD: a signed unequivocal progression, or a lesion that is back after an overall CR.
    2. NE: none progressed and one was not assessed.
    3. CR: all gone, nodes below the normal short axis. 4. else NON-CR/NON-PD.
    Without a non-target lesion there is nothing to classify.
    """
    lesions = history.of_role(Role.NON_TARGET)
    if not lesions:
        return _explain(Response.NONE, "none", "No non-target lesion was recorded at baseline.")
    assessed, missing = _assessed(history, visit)
    rest = [lesion.name for lesion in lesions if lesion.name in assessed and not _is_gone(lesion, assessed, protocol)]
    progressed = [name for name in rest if _has_progressed(assessed[name])]
    if progressed:
        said = f"{', '.join(progressed)}: unequivocal progression, said by a reader."
        return _explain(Response.PD, "pd", said, earliest(assessed[name] for name in progressed))
    if after_cr and rest:
        said = f"{', '.join(rest)} came back after an overall complete response."
        return _explain(Response.PD, "pd_reappeared", said, earliest(assessed[name] for name in rest))
    if missing:
        return _explain(Response.NE, "ne", f"{', '.join(missing)} not assessed, and none progressed.")
    if rest:
        said = f"{', '.join(rest)} still present, without unequivocal progression."
        return _explain(Response.NON_CR_NON_PD, "non_cr_non_pd", said)
    return _explain(Response.CR, "cr", "Every non-target lesion is gone or a normal node.")


def baseline(history: History, visit: Visit) -> Explained:
    """Return the row of the baseline itself: NE where a lesion was not assessed."""
    count = len(history.of_role(Role.NON_TARGET))
    if not count:
        return _explain(Response.NONE, "none", "No non-target lesion was recorded at baseline.")
    _, missing = _assessed(history, visit)
    if missing:
        said = f"Baseline is incomplete: {', '.join(missing)} not assessed."
        return _explain(Response.NE, "baseline_incomplete", said)
    return _explain(Response.NONE, "baseline", f"Baseline: {counted(count, 'non-target lesion')}.")


def _assessed(history: History, visit: Visit) -> tuple[dict[str, Finding], list[str]]:
    found = {lesion.name: history.at(visit, lesion) for lesion in history.of_role(Role.NON_TARGET)}
    assessed = {name: f for name, f in found.items() if f is not None and f.state is not State.NOT_EVALUABLE}
    return assessed, [name for name in found if name not in assessed]


def _is_gone(lesion: Lesion, assessed: Mapping[str, Finding], protocol: Protocol) -> bool:
    value = recist11.axis(lesion, assessed[lesion.name], protocol.criteria.recist11.too_small_value_mm)
    return recist11.is_gone(lesion, value, protocol.targets.normal_node_short_axis_mm)


def _has_progressed(finding: Finding) -> bool:
    return finding.state is State.PROGRESSED and finding.source is Source.SIGNED


def _explain(response: Response, rule: str, sentence: str, date: dt.date | None = None) -> Explained:
    return Explained(response, f"recist11.non_target.{rule}", sentence, _CITATION, date=date)
