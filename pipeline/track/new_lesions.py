"""Decide whether an unsigned candidate counts as a new lesion.

Rule book, section 4, "Unsigned proposals": provisionally, a candidate counts only if it is
at least 10 mm, its place was covered earlier in the same phase, and its confidence passes
the protocol's threshold; otherwise it is equivocal and flagged. RECIST 1.1 itself has no size
floor (Eisenhauer 2009, 4.3.5): a reader may confirm a smaller one, and its date goes back.
It is equivocal as well where the baseline, asked at that place (look-back, as Vivanti 2017), shows that
something stood there: missed then, not new for sure.
"""

from dataclasses import dataclass
from decimal import Decimal

from pipeline.model.flags import Flag, Flags, ordered
from pipeline.model.lesion import State
from pipeline.model.protocol import NewLesions

WEAK_BELOW = 0.5
"""Confidence (0 to 1): a candidate of less is not shown as equivocal, its place is remembered. Own decision."""


@dataclass(frozen=True)
class LookBack:
    """What an earlier visit shows at the place of a candidate, named lesion since.

    state: absent where nothing stood there, not evaluable where the visit does not show the place in the same phase;
    else something stood there, long_axis_mm long.
    """

    lesion: str
    visit: str
    state: State
    long_axis_mm: Decimal | None = None

    @property
    def stood_there(self) -> bool:
        """Whether something stood there."""
        return self.state not in {State.ABSENT, State.NOT_EVALUABLE}

    @property
    def words(self) -> str:
        """The answer in words."""
        if self.state is State.NOT_EVALUABLE:
            return "place not shown in the same phase"
        if not self.stood_there:
            return "nothing seen at this place"
        if self.long_axis_mm is None:
            return "part of a mass at this place"
        return f"seen at this place with {self.long_axis_mm} mm"


@dataclass(frozen=True)
class NewLesionCandidate:
    """A candidate that matches no known lesion, or a new lesion seen again.

    covered_before: an earlier visit of the same phase and modality shows its place whole.
    weak_before: at that place an earlier candidate was dropped for low confidence.
    counted_before: it counted as new at an earlier visit. oil: it holds lipiodol, which a session of
    chemoembolization leaves in treated tissue. before: what the look-back showed there, None where it was not asked.
    """

    long_axis_mm: Decimal
    confidence: float
    covered_before: bool
    weak_before: bool = False
    counted_before: bool = False
    oil: bool = False
    before: LookBack | None = None


@dataclass(frozen=True)
class NewLesionVerdict:
    """State and flags of the candidate, and the reasons why it does not count yet."""

    state: State
    flags: Flags
    reasons: tuple[str, ...] = ()


def verdict(candidate: NewLesionCandidate, rule: NewLesions) -> NewLesionVerdict:
    """Return PRESENT for a candidate that counts, else EQUIVOCAL with its reasons.

    One that counted stays counted, whatever its size later. One whose place held a weak candidate
    before is not new for sure.
    """
    reasons = () if candidate.counted_before else tuple(_reasons(candidate, rule))
    if reasons:
        raised = (Flag.SEEN_BEFORE,) if candidate.before is not None and candidate.before.stood_there else ()
        return NewLesionVerdict(State.EQUIVOCAL, ordered(Flag.EQUIVOCAL_NEW, *raised), reasons)
    return NewLesionVerdict(State.PRESENT, ())


def _reasons(candidate: NewLesionCandidate, rule: NewLesions) -> list[str]:
    reasons = []
    if candidate.long_axis_mm < rule.min_long_axis_mm:
        reasons.append(f"long axis {candidate.long_axis_mm} mm, below {rule.min_long_axis_mm} mm")
    if candidate.confidence < rule.min_confidence:
        reasons.append(f"confidence {candidate.confidence:.2f}, below {rule.min_confidence:.2f}")
    if not candidate.covered_before:
        reasons.append("its place was not covered earlier in the same phase")
    if candidate.oil:
        reasons.append("it holds lipiodol: treated tissue, not new for sure")
    if candidate.weak_before:
        reasons.append("a weak candidate lay there before")
    if candidate.before is not None and candidate.before.stood_there:
        reasons.append(f"{candidate.before.visit}: {candidate.before.words}")
    return reasons
