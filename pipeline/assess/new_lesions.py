"""Whether a visit shows a new lesion, with back-dating of equivocal ones.

An unequivocal new lesion is progression whatever its size; an equivocal one is followed,
and once confirmed it dates back to where it was first seen (RECIST 1.1, 4.3.5). mRECIST of
hepatocellular carcinoma asks a hepatic one for 10 mm (rule book, section 3 [M]). Which
unsigned candidates are equivocal is decided where they are proposed (pipeline.track).
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from pipeline.assess.history import History, Lesion
from pipeline.assess.sums import ZERO
from pipeline.model.flags import Flag
from pipeline.model.lesion import Finding, Organ, Role, Source, State
from pipeline.model.response import NewLesion
from pipeline.model.visit import Visit

_VISIBLE = {State.PRESENT, State.TOO_SMALL, State.MERGED, State.SPLIT, State.PROGRESSED}


@dataclass(frozen=True)
class NewLesionRead:
    """What a visit shows: the answer, a sentence, the first scan that shows it.

    confirmed_at names the later visit that made an equivocal lesion certain; lesions are
    those seen, each with its own answer.
    """

    answer: NewLesion
    sentence: str = "No new lesion."
    date: dt.date | None = None
    confirmed_at: str = ""
    lesions: tuple[tuple[str, str], ...] = ()


def by_visit(history: History, floor_mm: Decimal = ZERO) -> dict[str, NewLesionRead]:
    """Return what every visit after baseline shows, by visit name.

    A liver lesion with a long axis below floor_mm is equivocal; one without a length counts
    as the reader says. Elsewhere no floor holds.
    """
    per_lesion = [_trace(history, lesion, floor_mm) for lesion in history.of_role(Role.NEW)]
    return {visit.name: _joined([trace[visit.name] for trace in per_lesion]) for visit in history.follow_up}


def _trace(history: History, lesion: Lesion, floor_mm: Decimal) -> dict[str, NewLesionRead]:
    trace: dict[str, NewLesionRead] = {}
    doubtful: list[tuple[Visit, Finding]] = []
    for visit in history.follow_up:
        finding = history.at(visit, lesion)
        answer = _answer(finding, floor_mm if lesion.organ is Organ.LIVER else ZERO)
        if finding is None or answer is None:
            trace[visit.name] = NewLesionRead(NewLesion.NO)
        elif answer is NewLesion.EQUIVOCAL:
            doubtful.append((visit, finding))
            sentence = f"{lesion.name} may be a new lesion; it does not count before it is confirmed."
            trace[visit.name] = NewLesionRead(answer, sentence, finding.date, lesions=((lesion.name, "equivocal"),))
        elif answer is NewLesion.YES:
            for earlier, first in doubtful:
                trace[earlier.name] = _confirmed(lesion, first, visit)
            doubtful = []
            sentence = f"New lesion {lesion.name} on {finding.date or visit.name}."
            trace[visit.name] = NewLesionRead(answer, sentence, finding.date, lesions=((lesion.name, "new"),))
        else:
            doubtful = []
            trace[visit.name] = NewLesionRead(NewLesion.NO)
    return trace


def _answer(finding: Finding | None, floor_mm: Decimal) -> NewLesion | None:
    """What one finding says of its lesion; None where it says nothing."""
    if finding is None or finding.state is State.NOT_EVALUABLE:
        return None
    unconfirmed = finding.source is not Source.SIGNED and Flag.EQUIVOCAL_NEW in finding.flags
    small = finding.long_axis_mm is not None and finding.long_axis_mm < floor_mm
    if finding.state is State.EQUIVOCAL or ((unconfirmed or small) and finding.state in _VISIBLE):
        return NewLesion.EQUIVOCAL
    return NewLesion.YES if finding.state in _VISIBLE else NewLesion.NO


def _confirmed(lesion: Lesion, first: Finding, later: Visit) -> NewLesionRead:
    when = first.date or first.visit
    sentence = f"New lesion {lesion.name} on {when}: equivocal then, confirmed at {later.name}, so dated back."
    return NewLesionRead(NewLesion.YES, sentence, first.date, later.name, ((lesion.name, "new, dated back"),))


def _joined(reads: list[NewLesionRead]) -> NewLesionRead:
    for answer in (NewLesion.YES, NewLesion.EQUIVOCAL):
        hits = [read for read in reads if read.answer is answer]
        if hits:
            dates = [hit.date for hit in hits if hit.date is not None]
            confirmed = next((hit.confirmed_at for hit in hits if hit.confirmed_at), "")
            lesions = tuple(pair for read in reads for pair in read.lesions)
            sentence = " ".join(hit.sentence for hit in hits)
            return NewLesionRead(answer, sentence, min(dates, default=None), confirmed, lesions)
    return NewLesionRead(NewLesion.NO)
