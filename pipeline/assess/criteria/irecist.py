"""iRECIST: a progression by RECIST 1.1 is unconfirmed until it grows on, 4 to 8 weeks later.

Seymour, Lancet Oncol 2017;18:e143, general knowledge [M]: iUPD, iCPD, iSD, iPR, iCR. Window
and growth are the protocol's (criteria.irecist).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Annotated

from pydantic import BeforeValidator, Field, model_validator

from pipeline.assess.criteria import recist11
from pipeline.assess.history import History
from pipeline.assess.method import Method, Read
from pipeline.assess.sums import ZERO
from pipeline.model.criterion import CriterionFacts
from pipeline.model.lesion import Finding, Role, State
from pipeline.model.protocol import Protocol
from pipeline.model.response import Explained, NewLesion, Response
from pipeline.model.scope import Scope
from pipeline.model.setting import Days, Strict, bare_number
from pipeline.model.visit import Visit

CITATION = "iRECIST, Seymour 2017, Lancet Oncol 18:e143 [M]; rule book section 2"

_PLAIN = {
    Response.CR: Response.ICR,
    Response.PR: Response.IPR,
    Response.SD: Response.ISD,
    Response.NON_CR_NON_PD: Response.NON_ICR_NON_IUPD,
}


class Irecist(Strict):
    """When a progression is confirmed, and by how much growth (Seymour 2017 [M]).

    The sums, their thresholds and the flags that bar them are those of RECIST 1.1.
    """

    confirm_from_days: Days = 28
    confirm_to_days: Days = 56
    growth_mm: Annotated[Decimal, Field(gt=0, le=100), BeforeValidator(bare_number)] = Decimal(5)

    @model_validator(mode="after")
    def _in_order(self) -> "Irecist":
        if self.confirm_to_days < self.confirm_from_days:
            raise ValueError("confirm_to_days: allowed: at least confirm_from_days")
        return self


@dataclass(frozen=True)
class _Terms:
    """What a confirmation depends on: the settings, and from which long axis on a new lesion is measurable."""

    settings: Irecist
    measurable_mm: Decimal


@dataclass(frozen=True)
class _Pending:
    """A progression that is not confirmed: where it began, and the last read that a growth is compared with."""

    began: Read
    last: Read


@dataclass(frozen=True)
class _Confirmation:
    """Where a subject stands: a progression that is not confirmed yet, or one that is."""

    pending: _Pending | None = None
    confirmed: Explained | None = None


@dataclass(frozen=True)
class Confirming(Method[Irecist]):
    """A criterion that reads through RECIST 1.1 and asks for a later scan before a progression counts."""

    def read(self, history: History, protocol: Protocol, *, bar: bool = True) -> tuple[Read, ...]:
        """Return the reads of RECIST 1.1 with the overall response of iRECIST; the parts stay those of RECIST.

        1. First progression: iUPD. 2. The next one that falls into the window after the last iUPD
        and has grown on (see `growth`): iCPD, dated to the iUPD that began it; later visits stay
        iCPD [D]. Outside the window or without growth it remains iUPD; one before the window does
        not replace the iUPD it is compared with [D]. 3. iCR, iPR, iSD reset: a later progression
        is an iUPD again. NE neither confirms nor resets [D].
        """
        terms = _Terms(self.rules(protocol), protocol.targets.min_long_axis_mm)
        confirmation = _Confirmation()
        reads: list[Read] = []
        for past in recist11.CRITERION.read(history, protocol, bar=bar):
            response, confirmation = _next(history, terms, confirmation, past)
            reads.append(replace(past, overall=response))
        return tuple(reads)


def _next(history: History, terms: _Terms, confirmation: _Confirmation, read: Read) -> tuple[Explained, _Confirmation]:
    response = read.overall.response
    if confirmation.confirmed is not None:
        sentence = f"Progression was confirmed before. {read.overall.sentence}"
        return _explain(read, Response.ICPD, "after_icpd", sentence, confirmation.confirmed), confirmation
    if response is Response.PD:
        return _progressed(history, terms, confirmation, read)
    if response in _PLAIN:
        reset = " The unconfirmed progression is withdrawn." if confirmation.pending is not None else ""
        rule = "reset" if reset else "recist"
        return _explain(read, _PLAIN[response], rule, f"{read.overall.sentence}{reset}"), _Confirmation()
    return _explain(read, response, "recist", read.overall.sentence), confirmation


def _progressed(
    history: History, terms: _Terms, confirmation: _Confirmation, read: Read
) -> tuple[Explained, _Confirmation]:
    if confirmation.pending is None:
        sentence = f"Unconfirmed progression. {read.overall.sentence}"
        return _explain(read, Response.IUPD, "iupd", sentence), _Confirmation(_Pending(read, read))
    began, before = confirmation.pending.began, confirmation.pending.last
    later = _Confirmation(_Pending(began, read))
    settings = terms.settings
    days = _days(before.visit, read.visit)
    if days is None or days > settings.confirm_to_days:
        sentence = f"Not within {settings.confirm_to_days} days after {before.visit.name}; unconfirmed."
        return _explain(read, Response.IUPD, "iupd_late", f"{sentence} {read.overall.sentence}"), later
    if days < settings.confirm_from_days:
        sentence = f"Only {days} days after {before.visit.name}; unconfirmed."
        return _explain(read, Response.IUPD, "iupd_early", f"{sentence} {read.overall.sentence}"), confirmation
    why = growth(history, terms, before, read)
    if not why:
        sentence = f"No further growth since {before.visit.name}; unconfirmed."
        return _explain(read, Response.IUPD, "iupd_unchanged", f"{sentence} {read.overall.sentence}"), later
    sentence = f"Progression of {began.visit.name} confirmed {days} days after {before.visit.name}: {why}."
    explained = _explain(read, Response.ICPD, "icpd", sentence, began.overall)
    return explained, _Confirmation(confirmed=explained)


def growth(history: History, terms: _Terms, before: Read, read: Read) -> str:
    """Return why a progression has grown on since an earlier one, empty if it has not.

    - targets: they progressed now and not then, or their sum grew by growth_mm or more;
    - non-target lesions: they progressed now and not then, one more progressed, or one that
      progressed is larger by any amount;
    - new lesions: one more, or the sum of the measurable ones (targets.min_long_axis_mm then)
      grew by growth_mm or more, or a smaller one grew by any amount.
    """
    reasons = (
        _of_targets(terms.settings, before, read),
        _of_non_targets(history, before, read),
        _of_new(history, terms, before, read),
    )
    return "; ".join(reason for reason in reasons if reason)


def _of_targets(settings: Irecist, before: Read, read: Read) -> str:
    if read.target.response is not Response.PD:
        return ""
    if before.target.response is not Response.PD:
        return "the targets have progressed too"
    then = before.total.complete_mm
    if then is None or read.total.measured_mm - then < settings.growth_mm:
        return ""
    return f"the target sum grew by {read.total.measured_mm - then:f} mm"


def _of_non_targets(history: History, before: Read, read: Read) -> str:
    if read.non_target.response is not Response.PD:
        return ""
    if before.non_target.response is not Response.PD:
        return "non-target lesions have progressed too"
    then = {f.lesion: f for f in _in_progress(history, before.visit)}
    anew = [f.lesion for f in _in_progress(history, read.visit) if f.lesion not in then or _larger(then[f.lesion], f)]
    return f"{', '.join(anew)} progressed further" if anew else ""


def _in_progress(history: History, visit: Visit) -> Iterator[Finding]:
    for lesion in history.of_role(Role.NON_TARGET):
        finding = history.at(visit, lesion)
        if finding is not None and finding.state is State.PROGRESSED:
            yield finding


def _of_new(history: History, terms: _Terms, before: Read, read: Read) -> str:
    if read.new_lesions.answer is not NewLesion.YES:
        return ""
    then = _new_at(history, before)
    certain = {name for name, answer in read.new_lesions.lesions if answer != "equivocal"}
    findings = {name: finding for name, finding in _new_at(history, read).items() if name in certain}
    more = [name for name in findings if name not in then]
    if more:
        return f"new lesion {', '.join(more)}"
    settings, least = terms.settings, terms.measurable_mm
    pairs = [(_size(then[name]), _size(finding), name) for name, finding in findings.items()]
    total = sum((later - first for first, later, _ in pairs if first >= least), ZERO)
    if total >= settings.growth_mm:
        return f"the new lesions grew by {total:f} mm"
    small = [name for first, later, name in pairs if 0 < first < least and later > first]
    return f"new lesion {', '.join(small)} grew" if small else ""


def _new_at(history: History, read_then: Read) -> dict[str, Finding]:
    findings = ((name, history.findings.get((read_then.visit.name, name))) for name, _ in read_then.new_lesions.lesions)
    return {name: finding for name, finding in findings if finding is not None}


def _size(finding: Finding) -> Decimal:
    return finding.long_axis_mm or finding.short_axis_mm or ZERO


def _larger(then: Finding, read: Finding) -> bool:
    return 0 < _size(then) < _size(read)


def _days(first: Visit, later: Visit) -> int | None:
    return None if first.date is None or later.date is None else (later.date - first.date).days


def _explain(read: Read, response: Response, rule: str, sentence: str, dated: Explained | None = None) -> Explained:
    """Dated: the progression whose date a confirmed one has."""
    date = read.overall.date if dated is None else dated.date
    return replace(
        read.overall, response=response, rule=f"irecist.overall.{rule}", sentence=sentence, citation=CITATION, date=date
    )


CRITERION = Confirming(
    CriterionFacts(
        name="irecist",
        title="iRECIST",
        category="iRECIST",
        measures="diameters; progression must be confirmed",
        citation=CITATION,
        code="I",
        decides_in=(Scope.LIVER, Scope.WHOLE_BODY),
        terms=(
            (Response.ICR, "complete response by iRECIST"),
            (Response.IPR, "partial response by iRECIST"),
            (Response.ISD, "stable disease by iRECIST"),
            (Response.NON_ICR_NON_IUPD, "neither complete response nor unconfirmed progression by iRECIST"),
            (Response.IUPD, "progression that is not confirmed"),
            (Response.ICPD, "progression that is confirmed"),
        ),
    ),
    Irecist,
)
