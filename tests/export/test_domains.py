"""The metadata tables are consistent in themselves and within the limits of XPT."""

import re

import pytest

from pipeline.export import codelists, dataset, limits, methods, qualifiers
from pipeline.export.dataset import Core, Domain
from pipeline.export.domains import every
from tests.conftest import ROOT

DOMAINS = [pytest.param(domain, id=domain.name) for domain in every.DOMAINS]


@pytest.mark.parametrize("domain", DOMAINS)
def test_metadata_fit_xpt(domain: Domain) -> None:
    assert limits.broken(dataset.of(domain, [])) == ()


@pytest.mark.parametrize("domain", DOMAINS)
def test_every_name_leads_somewhere(domain: Domain) -> None:
    assert set(domain.keys) <= set(domain.names)
    for variable in domain.variables:
        assert not variable.codelist or variable.codelist in codelists.BY_NAME, variable
        assert not variable.method or variable.method in methods.METHODS, variable
        assert variable.is_text or variable.length == 8, variable
    assert any(variable.core is Core.REQ for variable in domain.variables)


@pytest.mark.parametrize("domain", DOMAINS)
def test_value_level_metadata_name_terms_that_exist(domain: Domain) -> None:
    for value in domain.values:
        assert value.variable in domain.names
        terms = {term.value for term in codelists.BY_NAME[domain.variable(value.by).codelist].terms}
        assert set(value.among) <= terms


def test_no_list_and_no_method_is_unused() -> None:
    variables = [entry for domain in every.DOMAINS for entry in (*domain.variables, *domain.values)]
    assert {v.codelist for v in variables} - {""} == set(codelists.BY_NAME)
    assert {v.method for v in variables} - {""} == set(methods.METHODS)


def test_terms_are_unique_and_fit_their_variables() -> None:
    for codelist in codelists.CODELISTS:
        values = [term.value for term in codelist.terms]
        assert len(set(values)) == len(values), codelist.name
        assert all(value.isascii() and len(value) <= 40 for value in values), codelist.name


def test_the_terms_are_those_of_the_rule_book() -> None:
    def values(name: str) -> set[str]:
        return {term.value for term in codelists.BY_NAME[name].terms}

    section = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8").split("\n## 6 CDISC")[1]
    for name in ("TUTESTCD", "TUIDRS", "TRTESTCD", "RSTESTCD"):
        strange = [term for term in sorted(values(name)) if not re.search(rf"(?<![\w-]){term}(?![\w-])", section)]
        assert strange == [], f"{name}: write the term into docs/rules.md, section 6, with its mark"
    assert {"TUMIDENT", "TUSPLIT", "TUMERGE"} <= values("TUTESTCD")
    assert {"LDIAM", "LPERP", "SUMDIAM", "TUMSTATE", "LNSTATE"} <= values("TRTESTCD")
    assert {"PRESENT", "ABSENT", "UNEQUIVOCAL", "EQUIVOCAL", "UNEQUIVOCAL PROGRESSION"} <= values("TRSTATE")
    assert {"TRGRESP", "NTRGRESP", "OVRLRESP", "BESTRESP", "NEWLPROG"} <= values("RSTESTCD")
    assert {"CR", "PR", "SD", "PD", "NE", "NON-CR/NON-PD", "NOT ALL EVALUATED"} <= values("RSRESP")


def test_qualifiers_fit_their_variables() -> None:
    for qualifier in qualifiers.QUALIFIERS:
        assert len(qualifier.name) <= 8
        assert len(qualifier.label) <= 40


def test_an_unknown_term_has_no_meaning() -> None:
    assert codelists.meaning("TRTESTCD", "LDIAM") == "Longest Diameter"
    with pytest.raises(KeyError):
        codelists.meaning("TRTESTCD", "WEIGHT")
