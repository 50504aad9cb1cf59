"""Criteria are discovered; two under one name, code or category, and what is none, are errors that name the place."""

from dataclasses import replace

import pytest

from pipeline.assess import history, registry
from pipeline.assess.criteria import mrecist, recist11
from pipeline.model.errors import InputError
from tests.builders import histories, trials
from tests.conftest import ROOT

TEXT = "T1=50/50 | T1=50/30 | T1=61/30"


def test_every_file_of_the_room_is_a_criterion() -> None:
    files = {path.stem for path in (ROOT / "pipeline" / "assess" / "criteria").glob("*.py")} - {"__init__"}
    assert set(registry.criteria()) == files


def test_a_criterion_is_read_by_its_name() -> None:
    one = history.build(*histories.lesions(TEXT))
    assert registry.get("mrecist") is mrecist.CRITERION
    reads = registry.get("recist11").read(one, trials.retnet())
    assert [read.overall.response.value for read in reads] == ["", "SD", "PD"]


def test_an_unknown_name_is_an_error() -> None:
    with pytest.raises(InputError, match=r"found 'recist10'; allowed: .*choi, easl"):
        registry.get("recist10")


@pytest.mark.parametrize("what", ["name", "code", "category"])
def test_what_names_a_criterion_stands_once(what: str) -> None:
    own = {"name": "other", "code": "O", "category": "OTHER"} | {what: getattr(recist11.CRITERION.facts, what)}
    other = replace(recist11.CRITERION, facts=replace(recist11.CRITERION.facts, **own))
    with pytest.raises(InputError, match=rf"found the {what} '.*' twice, in ours and in a-package: other;"):
        registry.joined([("ours", recist11.CRITERION), ("a-package: other", other)])


def test_categories_that_differ_in_case_alone_are_one() -> None:
    facts = replace(recist11.CRITERION.facts, name="other", code="O", category="Recist 1.1")
    with pytest.raises(InputError, match=r"found the category 'Recist 1\.1' twice"):
        registry.joined([("ours", recist11.CRITERION), ("theirs", replace(recist11.CRITERION, facts=facts))])


def test_what_is_no_criterion_is_refused() -> None:
    with pytest.raises(InputError, match=r"a-package: found int; expected a pipeline\.assess\.method\.Method"):
        registry.joined([("a-package", 3)])


@pytest.mark.parametrize("name", registry.criteria())
def test_every_criterion_has_its_page(name: str) -> None:
    page = (ROOT / "docs" / "methods" / f"{name}.md").read_text(encoding="utf-8")
    assert f"<!-- table: criterion-{name} -->" in page
    assert f"criteria.{name}" in page
    assert f"tests/golden/{name}.csv" in page
