"""The best response of a read under iRECIST, whose answers stand beside plain ones."""

from decimal import Decimal

from pipeline.assess import best_of_read
from pipeline.model.protocol import BestResponse
from pipeline.model.response import Response
from pipeline.model.tumor import Occasion

R = Response


def best(*responses: Response) -> Response:
    visits = [(Occasion(Decimal(number)), said) for number, said in enumerate(responses, start=2)]
    return best_of_read.unconfirmed(Occasion(Decimal(1)), visits, BestResponse()).response


def test_immune_answers_count_beside_a_visit_that_is_not_evaluable() -> None:
    assert best(R.ISD, R.NE) is R.ISD
    assert best(R.NE, R.IPR, R.ICPD) is R.IPR


def test_a_progression_is_the_best_only_where_there_is_nothing_else() -> None:
    assert best(R.IUPD, R.NE) is R.IUPD
    assert best(R.IUPD, R.ICPD) is R.ICPD
    assert best(R.IUPD, R.ISD) is R.ISD


def test_plain_answers_end_at_progression() -> None:
    assert best(R.SD, R.PD, R.CR) is R.SD
