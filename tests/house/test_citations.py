"""Every key that is cited resolves; every place in the rule book exists; every reference is cited."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from pathlib import Path

import pytest

from pipeline.assess import exploratory, timepoints
from pipeline.endpoint import rule_book, sources
from pipeline.model import citations
from pipeline.model.references import BY_KEY, REFERENCES, Reference
from pipeline.model.response import CriterionRow, Explained
from pipeline.model.rules import MARKS, SECTIONS
from pipeline.report import methods
from tests.builders import histories, pages, trials
from tests.house import citations as house
from tests.house import links
from tests.house.citations import Text

RULES = house.RULES.read_text(encoding="utf-8")
EVENTFUL = "T1=50 T2=40 NT1=present | T1=30 T2=20 NT1=present | T1=70 T2=ne NT1=pd NL1=12 | T1=0 T2=0 NT1=0"
"""Response, a part not measured, progression of every kind, all gone."""


def test_every_key_resolves() -> None:
    assert house.unknown(house.texts()) == []


def test_every_place_that_prose_quotes_exists() -> None:
    quoted = list(house.quoted(house.texts()))
    assert len(quoted) >= 15
    assert house.nowhere(quoted, RULES) == []


def test_every_golden_row_cites_what_exists() -> None:
    rows = list(house.golden())
    assert len(rows) > 900
    assert house.unknown(rows) == []
    assert house.empty(rows) == [], "a citation names a source, a section of docs/rules.md or the mark [D]"
    assert house.nowhere(rows, RULES) == [], "docs/rules.md has no such place: a bold word, a heading, item or row"


def explained() -> list[Text]:
    """What responses, rule sets and reasons cite at run time."""
    protocol = trials.retnet()
    visits, findings = histories.lesions(EVENTFUL)
    assessed = (
        timepoints.assess(histories.SUBJECT, visits, findings, {}, protocol),
        exploratory.assess(histories.SUBJECT, visits, findings, {}, protocol),
    )
    texts = list(cited(assessed))
    for rules in (*rule_book.RULE_SETS, rule_book.SURVIVAL):
        texts.append(Text(rules.name, rules.citation))
        texts += [Text(f"{rules.name} {rule.condition}", rule.citation) for rule in rules.rules]
    return texts + [Text(source.reason, source.citation) for source in sources.SOURCES]


def cited(value: object) -> Iterator[Text]:
    """Every citation inside a value, whatever holds it, by its rule."""
    if isinstance(value, Explained | CriterionRow):
        yield Text(value.rule, value.citation)
    elif is_dataclass(value):
        yield from cited([getattr(value, field.name) for field in fields(value)])
    elif isinstance(value, Mapping):
        yield from cited(list(value.values()))
    elif isinstance(value, tuple | list):
        for each in value:
            yield from cited(each)


def test_every_explanation_rule_and_reason_cites_what_exists() -> None:
    texts = explained()
    assert {text.place.split(".")[0] for text in texts} > {"recist11", "mrecist", "who", "irecist", "choi", "FDA-A"}
    assert house.unknown(texts) == []
    assert house.empty(texts) == []
    assert house.nowhere(texts, RULES) == []


def test_every_citation_in_the_code_of_rules_exists() -> None:
    texts = list(constants("assess", "endpoint"))
    assert len(texts) >= 15
    assert house.unknown(texts) == []
    assert house.empty(texts) == []
    assert house.nowhere(texts, RULES) == []


def constants(*packages: str) -> Iterator[Text]:
    """Every text that a module calls a citation: CITATION = "...", citation="..."."""
    for package in packages:
        for path in sorted((house.ROOT / "pipeline" / package).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                match node:
                    case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=str(text))) if name.endswith(
                        "CITATION"
                    ):
                        yield Text(path.name, text)
                    case ast.keyword(arg="citation", value=ast.Constant(value=str(text))):
                        yield Text(path.name, text)


def test_every_reference_is_cited() -> None:
    assert house.uncited(REFERENCES, house.texts()) == [], "cite it, mark it as background or take it out"


def test_references_have_one_key_each_and_say_where_to_read() -> None:
    assert len(BY_KEY) == len(REFERENCES)
    assert [f"S{n}" for n in range(1, 29)] == [r.key for r in REFERENCES if r.key[1:].isdigit()]
    for reference in REFERENCES:
        assert reference.place or reference.identifiers, reference.key
        assert "http" not in f"{reference.text} {reference.identifiers}"


@pytest.mark.parametrize("key", [r.key for r in REFERENCES if r.key[-4:].isdigit()])
def test_the_year_of_a_key_is_that_of_its_paper(key: str) -> None:
    assert key.rsplit(" ", 1)[1] in BY_KEY[key].place


def test_rules_and_the_list_of_sections_are_equal() -> None:
    headings = [line[3:] for line in RULES.splitlines() if line.startswith("## ") and line[3].isdigit()]
    assert headings == [f"{section.number} {section.title}" for section in SECTIONS]
    assert [line for mark, meaning in MARKS.items() if (line := f"| {mark} | {meaning}") not in RULES] == []


def test_the_page_of_references_is_that_of_the_code() -> None:
    page = (house.ROOT / "docs" / "references.md").read_text(encoding="utf-8")
    assert methods.filled(page) == page, "run `make docs`"
    assert pages.tables(page) == {"references", "further-references"}


# --- the collector itself ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("S8, S9", ("S8", "S9")),
        ("(S7-S9)", ("S7", "S8", "S9")),
        ("rule book, section 2", ("rule book 2",)),
        ("the rule book, sections 3 and\n4, say", ("rule book 3", "rule book 4")),
        ("Rule book 2 item 4 and 3", ("rule book 2",)),
        ("rule book 4 2 x interval + window", ("rule book 4",)),
        ("our decision [D]; [D, until then]; [D: 1.2 cubed]", ("[D]",)),
        ("Eisenhauer 2009, 4.3.1", ("Eisenhauer 2009",)),
        ("Kaplan & Meier, JASA 1958;53:457", ("Kaplan 1958",)),
        ("Aalen & Johansen 1978; Aalen 1978", ("Aalen & Johansen 1978", "Aalen 1978")),
        ("Gray, Annals of Statistics 1988;16", ("Gray 1988",)),
        ("Moawad et al. 2021", ("Moawad 2021",)),
        ("FDA 2007 Table A; PMID 31477779; PMC3094725", ("FDA 2007", "PMID 31477779", "PMC3094725")),
        ("21 CFR 11.10 and EMA/CHMP/27994/2008", ("21 CFR 11.10", "EMA/CHMP/27994/2008")),
        ("doi:10.7937/TCIA.5FNA-0924, CC BY", ("doi:10.7937/TCIA.5FNA-0924",)),
        ("Date: 2026-11-24. JPEG 2000, S0005, S-014, IVS7, list[T] by 2019", ("[T]",)),
        ("nothing at all", ()),
    ],
)
def test_keys_of_a_text(text: str, keys: tuple[str, ...]) -> None:
    assert citations.keys(text) == keys


@pytest.mark.parametrize(
    "planted",
    ["S29", "rule book 8", "[X]", "Frangi 1998", "PMID 1", "PMC1", "NCT00000001", "FDA 2031", "doi:10.1/x"],
)
def test_a_planted_key_is_caught(planted: str, tmp_path: Path) -> None:
    module = tmp_path / "pipeline" / "assess" / "rule.py"
    module.parent.mkdir(parents=True)
    module.write_text(f'"""A rule (S5; {planted})."""\n\nBOX: dict[str, list[int]] = {{}}\n', encoding="utf-8")
    assert house.unknown(house.texts(tmp_path)) == [f"pipeline/assess/rule.py: {planted}"]


def test_a_planted_golden_row_is_caught(tmp_path: Path) -> None:
    table = tmp_path / "tests" / "golden" / "new.csv"
    table.parent.mkdir(parents=True)
    table.write_text('case,citation\na,rule book 2 item 4\nb,as agreed\nc,"S5; rule book 2 item 9"\n', encoding="utf-8")
    rows = list(house.golden(tmp_path))
    assert house.empty(rows) == ["new.csv:3: as agreed"]
    assert house.nowhere(rows, RULES) == ["new.csv:4: rule book 2 item 9"]


@pytest.mark.parametrize(
    "place", ["rule book 2 Vaules", "rule book 4 row 11", "rule book 9", "rule book section 1, BOR"]
)
def test_a_place_that_the_rule_book_does_not_have_is_caught(place: str) -> None:
    assert len(house.nowhere([Text("x", place)], RULES)) == 1


def test_a_place_that_prose_quotes_is_read() -> None:
    text = Text(
        "x", 'the rule book, section 4, "Unsigned\nproposals": and (rule book, section 2 "Nothing"; section 3, "Own")'
    )
    assert [t.text for t in house.quoted([text])] == ["rule book 4 Unsigned proposals", "rule book 2 Nothing"]


def test_a_reference_that_nothing_cites_is_caught_unless_it_is_background() -> None:
    planted = replace(REFERENCES[0], key="Frangi 1998", names=())
    assert house.uncited([planted], house.texts()) == ["Frangi 1998"]
    assert house.uncited([replace(planted, background=True)], house.texts()) == []


def test_meanings_are_in_order_and_each_once() -> None:
    found = citations.meanings(["Seymour 2017 [M]; Eisenhauer 2009 (S5); rule book section 2", "S5; Nobody 1999; [D]"])
    assert [meaning.key for meaning in found] == ["rule book 2", "S5", "Seymour 2017", "[M]", "[D]"]
    assert found[0].where == "docs/rules.md#2-recist-11"
    assert "doi:10.1016/j.ejca.2008.10.026" in found[1].where
    assert found[1].read == "a copy, summary or excerpt by others"


def test_every_key_there_is_has_a_meaning() -> None:
    assert len(citations.every()) == len(SECTIONS) + len(REFERENCES) + len(MARKS)


def test_every_section_is_where_its_meaning_says() -> None:
    sections = [meaning for meaning in citations.every() if meaning.key.startswith(citations.RULE_BOOK)]
    assert [m.where for m in sections if m.where.partition("#")[2] not in links.anchors(RULES)] == []


def test_a_place_may_say_several_keys() -> None:
    text = "mRECIST (S7-S8); rule book sections 3 and 4"
    assert [(found.key, text[found.start : found.end]) for found in citations.locate(text)] == [
        ("S7", "S7-S8"),
        ("S8", "S7-S8"),
        ("rule book 3", "rule book sections 3 and 4"),
        ("rule book 4", "rule book sections 3 and 4"),
    ]


def test_a_source_goes_by_its_other_names() -> None:
    found: list[Reference | None] = [
        citations.source(key) for key in ("Yoon", "PMID 19097774", "S5", "Eisenhauer 2009")
    ]
    assert [reference.key for reference in found if reference] == ["S15", "S5", "S5", "S5"]
