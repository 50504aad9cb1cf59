"""What stood at a candidate's place before decides whether it is new for sure."""

from decimal import Decimal

import pytest

from pipeline.model.flags import Flag
from pipeline.model.lesion import State
from pipeline.model.protocol import NewLesions
from pipeline.track import new_lesions
from pipeline.track.new_lesions import LookBack, NewLesionCandidate


def judged(before: LookBack | None, *, counted: bool = False) -> new_lesions.NewLesionVerdict:
    seen = NewLesionCandidate(Decimal("14.0"), 0.9, covered_before=True, counted_before=counted, before=before)
    return new_lesions.verdict(seen, NewLesions())


@pytest.mark.parametrize(
    ("state", "length", "words"),
    [
        (State.PRESENT, Decimal("9.1"), "seen at this place with 9.1 mm"),
        (State.TOO_SMALL, Decimal("4.2"), "seen at this place with 4.2 mm"),
        (State.MERGED, None, "part of a mass at this place"),
    ],
)
def test_what_stood_there_before_is_not_new_for_sure(state: State, length: Decimal | None, words: str):
    verdict = judged(LookBack("NL01", "BASELINE", state, length))
    assert verdict.state is State.EQUIVOCAL
    assert verdict.flags == (Flag.EQUIVOCAL_NEW, Flag.SEEN_BEFORE)
    assert verdict.reasons == (f"BASELINE: {words}",)


def test_where_nothing_stood_it_is_new():
    answer = LookBack("NL01", "BASELINE", State.ABSENT)
    assert answer.words == "nothing seen at this place"
    assert judged(answer) == judged(None) == new_lesions.NewLesionVerdict(State.PRESENT, ())


def test_one_that_counted_stays_counted():
    assert judged(LookBack("NL01", "BASELINE", State.PRESENT, Decimal("9.1")), counted=True).state is State.PRESENT
