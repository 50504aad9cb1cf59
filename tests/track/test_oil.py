"""A candidate with lipiodol is not new before a reader says so."""

from decimal import Decimal

from pipeline.model.flags import Flag
from pipeline.model.lesion import State
from pipeline.model.protocol import NewLesions
from pipeline.track import new_lesions


def test_oil_makes_a_candidate_equivocal():
    plain = new_lesions.NewLesionCandidate(Decimal("13.8"), 0.9, covered_before=True)
    oily = new_lesions.NewLesionCandidate(Decimal("13.8"), 0.9, covered_before=True, oil=True)
    assert new_lesions.verdict(plain, NewLesions()).state is State.PRESENT
    verdict = new_lesions.verdict(oily, NewLesions())
    assert verdict.state is State.EQUIVOCAL
    assert verdict.flags == (Flag.EQUIVOCAL_NEW,)
    assert "lipiodol" in verdict.reasons[0]
