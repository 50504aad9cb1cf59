"""The golden tables of the criteria beside RECIST 1.1 and mRECIST: input, expected answer, citation in one row."""

import pytest

from pipeline.assess import criteria, history
from pipeline.assess.series import Read
from tests.builders import golden, histories, trials

SUMS = ("who", "easl", "qeasl", "vrecist", "choi", "mchoi")


def follow_up(name: str, row: dict[str, str]) -> tuple[Read, ...]:
    protocol = histories.changed(trials.retnet(), row["settings"])
    return criteria.read(name, history.build(*histories.lesions(row["history"])), protocol)[1:]


def check(name: str, row: dict[str, str]) -> None:
    reads = follow_up(name, row)
    assert [read.target.response.value for read in reads] == golden.split(row["target"])
    assert [read.overall.response.value for read in reads] == golden.split(row["overall"])


@pytest.mark.parametrize("row", golden.cases("who"))
def test_who(row: dict[str, str]) -> None:
    check("who", row)


@pytest.mark.parametrize("row", golden.cases("easl"))
def test_easl(row: dict[str, str]) -> None:
    check("easl", row)


@pytest.mark.parametrize("row", golden.cases("qeasl"))
def test_qeasl(row: dict[str, str]) -> None:
    check("qeasl", row)


@pytest.mark.parametrize("row", golden.cases("vrecist"))
def test_vrecist(row: dict[str, str]) -> None:
    check("vrecist", row)


@pytest.mark.parametrize("row", golden.cases("choi"))
def test_choi(row: dict[str, str]) -> None:
    check("choi", row)


@pytest.mark.parametrize("row", golden.cases("mchoi"))
def test_modified_choi(row: dict[str, str]) -> None:
    check("mchoi", row)


@pytest.mark.parametrize("row", golden.cases("irecist"))
def test_irecist(row: dict[str, str]) -> None:
    assert [read.overall.response.value for read in follow_up("recist11", row)] == golden.split(row["recist11"])
    assert [read.overall.response.value for read in follow_up("irecist", row)] == golden.split(row["irecist"])


@pytest.mark.parametrize("table", [*SUMS, "irecist", "burden", "eligibility"])
def test_every_golden_row_has_a_citation_and_a_name_of_its_own(table: str) -> None:
    rows = [param.values[0] for param in golden.cases(table)]
    assert all(row["citation"] for row in rows)
    assert len({row["case"] for row in rows}) == len(rows)
    assert len(rows) >= (15 if table == "burden" else 40)
