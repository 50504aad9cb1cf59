"""The registry reads every criterion by one call."""

import pytest

from pipeline.assess import criteria, history, series
from tests.builders import histories, trials

TEXT = "T1=50/50 | T1=50/30 | T1=61/30"


def test_a_criterion_is_read_by_its_name() -> None:
    one = history.build(*histories.lesions(TEXT))
    assert criteria.read("mrecist", one, trials.retnet()) == series.read(one, series.MRECIST, trials.retnet())
    assert [read.overall.response.value for read in criteria.read("recist11", one, trials.retnet())] == ["", "SD", "PD"]


def test_an_unknown_name_is_an_error() -> None:
    with pytest.raises(KeyError, match="recist10"):
        criteria.read("recist10", history.build(*histories.lesions(TEXT)), trials.retnet())
