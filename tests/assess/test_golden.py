"""Responses of the golden tables: input, expected answer and citation stand in one row."""

import pytest

from pipeline.assess.timepoints import assess
from pipeline.model.response import TimePoint
from tests.builders import golden, histories, trials


def follow_up(row: dict[str, str], settings: str) -> tuple[TimePoint, ...]:
    visits, findings = histories.lesions(row["history"])
    protocol = histories.changed(trials.retnet(), settings)
    return assess(histories.SUBJECT, visits, findings, {}, protocol)[1:]


@pytest.mark.parametrize("row", golden.cases("recist11"))
def test_recist11(row: dict[str, str]) -> None:
    points = follow_up(row, f"{row['settings']} endpoint.scope=whole-body")
    assert [tp.target.response.value for tp in points] == golden.split(row["target"])
    assert [tp.non_target.response.value for tp in points] == golden.split(row["non_target"])
    assert [tp.hepatic_recist11.response.value for tp in points] == golden.split(row["hepatic"])
    assert [tp.overall_recist11.response.value for tp in points] == golden.split(row["overall"])


@pytest.mark.parametrize("row", golden.cases("mrecist"))
def test_mrecist(row: dict[str, str]) -> None:
    points = follow_up(row, row["settings"])
    assert [tp.hepatic_recist11.response.value for tp in points] == golden.split(row["hepatic_recist11"])
    assert [tp.hepatic_mrecist.response.value for tp in points] == golden.split(row["hepatic_mrecist"])


@pytest.mark.parametrize("table", ["recist11", "mrecist", "hpfs", "best_response"])
def test_every_golden_row_has_a_citation_and_a_name_of_its_own(table: str) -> None:
    rows = [param.values[0] for param in golden.cases(table)]
    assert all(row["citation"] for row in rows)
    assert len({row["case"] for row in rows}) == len(rows)
