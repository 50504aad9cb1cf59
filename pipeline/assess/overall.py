"""The overall response of a time point from target, non-target and new lesions.

RECIST 1.1 (Eisenhauer 2009, tables 1 and 2), codified in the rule book, section 2; mRECIST
combines alike (section 3).
"""

import datetime as dt

from pipeline.assess.new_lesions import NewLesionRead
from pipeline.model.response import Explained, NewLesion, Response

_CITATION = "RECIST 1.1, Eisenhauer 2009, tables 1 and 2 (S5); rule book sections 2 and 3"

R = Response
TABLE: dict[tuple[Response, Response], Response] = {
    (R.CR, R.CR): R.CR,
    (R.CR, R.NONE): R.CR,
    (R.CR, R.NON_CR_NON_PD): R.PR,
    (R.CR, R.NE): R.PR,
    (R.PR, R.CR): R.PR,
    (R.PR, R.NONE): R.PR,
    (R.PR, R.NON_CR_NON_PD): R.PR,
    (R.PR, R.NE): R.PR,
    (R.SD, R.CR): R.SD,
    (R.SD, R.NONE): R.SD,
    (R.SD, R.NON_CR_NON_PD): R.SD,
    (R.SD, R.NE): R.SD,
    (R.NE, R.CR): R.NE,
    (R.NE, R.NONE): R.NE,
    (R.NE, R.NON_CR_NON_PD): R.NE,
    (R.NE, R.NE): R.NE,
    (R.NONE, R.CR): R.CR,
    (R.NONE, R.NON_CR_NON_PD): R.NON_CR_NON_PD,
    (R.NONE, R.NE): R.NE,
    (R.NONE, R.NONE): R.NE,
}
"""(target, non-target) without progression and without a new lesion."""


def combine(name: str, target: Explained, non_target: Explained, new: NewLesionRead) -> Explained:
    """Return the overall response; name is recist11 or mrecist.

    Any progression or an unequivocal new lesion is PD, dated to the earliest scan that
    shows one. Otherwise the table decides; an equivocal new lesion does not count. With
    neither target nor non-target lesions and none new there is nothing to evaluate: NE.
    """
    states = (*non_target.states, *new.lesions)
    progressed = [part for part in (target, non_target) if part.response is R.PD]
    if progressed or new.answer is NewLesion.YES:
        sentences = [part.sentence for part in progressed]
        dates = [part.date for part in progressed]
        if new.answer is NewLesion.YES:
            sentences.append(new.sentence)
            dates.append(new.date)
        date = min((day for day in dates if day is not None), default=None)
        return _explain(name, R.PD, _pd_rule(target, non_target), " ".join(sentences), target, states=states, date=date)
    response = TABLE[target.response, non_target.response]
    parts = f"Target {_name(target)}, non-target {_name(non_target)}, new lesion {new.answer.value}: {response}."
    sentences = [parts, target.sentence]
    if non_target.response is not R.NONE:
        sentences.append(non_target.sentence)
    if new.answer is NewLesion.EQUIVOCAL:
        sentences.append(new.sentence)
    return _explain(name, response, "table", " ".join(sentences), target, states=states)


def baseline(name: str, target: Explained, non_target: Explained) -> Explained:
    """Return the row of the baseline: NE if it is incomplete or shows no lesion at all."""
    incomplete = [part for part in (target, non_target) if part.response is R.NE]
    if incomplete:
        sentence = " ".join(part.sentence for part in incomplete)
        return _explain(name, R.NE, "baseline_incomplete", sentence, target)
    if target.rule.endswith(".none") and non_target.rule.endswith(".none"):
        return _explain(name, R.NE, "no_disease", "No lesion was recorded at baseline.", target)
    return _explain(name, R.NONE, "baseline", f"{target.sentence} {non_target.sentence}", target)


def not_evaluated(name: str, rule: str, response: Response, sentence: str) -> Explained:
    """Return the same answer for every part of a visit that is not classified."""
    return Explained(response, f"{name}.{rule}", sentence, _CITATION)


def _pd_rule(target: Explained, non_target: Explained) -> str:
    if target.response is R.PD:
        return "pd_target"
    return "pd_non_target" if non_target.response is R.PD else "pd_new_lesion"


def _explain(
    name: str,
    response: Response,
    rule: str,
    sentence: str,
    target: Explained,
    *,
    states: tuple[tuple[str, str], ...] = (),
    date: dt.date | None = None,
) -> Explained:
    place = f"{name}.overall.{rule}"
    return Explained(response, place, sentence, _CITATION, target.numbers, date, target.inputs, states, target.margins)


def _name(part: Explained) -> str:
    return part.response.value or "none"
