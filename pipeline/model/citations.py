"""Find the keys of a citation, and what each stands for.

A text cites a section of the rule book ("rule book, section 2", "rule book 2 item 4"), a source of the rule book
(S5, S7-S9), a paper by first author and year (Seymour 2017; Kaplan & Meier, JASA 1958), an identifier (PMID, PMC,
DOI, NCT, CFR, EMA) or a mark ([D]). Section keys read "rule book 2" whatever words stood around the number.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

from pipeline.model.references import BY_KEY, REFERENCES, Reference
from pipeline.model.rules import BY_NUMBER, MARKS

RULE_BOOK = "rule book"
"""What the key of a section begins with."""
RULES_PAGE = "docs/rules.md"
"""Where the sections of the rule book stand."""

_SECTIONS = re.compile(r"\brule book,?(?: sections?)? (\d+(?:(?:, (?:and )?| and )\d+\b)*)", re.IGNORECASE)
_SOURCES = re.compile(r"(?<![\w.-])S(\d{1,2})(?:[-–]S(\d{1,2}))?(?![\w-])")
_MARKS = re.compile(r"\[([A-Z])(?:[:,][^\]]*)?\]")
_NAMED = re.compile(
    r"\b([A-Z][a-zà-ÿ]+)(?: (?:&|and) ([A-Z][a-zà-ÿ]+)|,? et al\.?)?(?:,(?: [A-Z][A-Za-z]*)(?: [A-Za-z]+){0,3})?"
    r",? \(?((?:19|20)\d\d)\b(?![-/.]\d)"
)
_AGENCY = re.compile(r"\b(FDA) (\d{4})\b")
_IDENTIFIERS = re.compile(
    r"\bdoi:(?:[\w./-]|\([\w./-]*\))*\w|\bPMID \d+|\bPMC\d+|\bNCT\d+|\b\d+ CFR \d+(?:\.\d+)?|\bEMA/CHMP/\d+/\d+",
    re.IGNORECASE,
)
_NO_AUTHORS = frozenset({"Date", "In", "Since", "Until", "April", "December", "July", "May", "November"})
"""Capitalized words that a year follows without naming anybody."""


@dataclass(frozen=True)
class Meaning:
    """One key, what it stands for in one line, where it can be read and how far we did."""

    key: str
    text: str
    where: str
    read: str = ""


@dataclass(frozen=True)
class LocatedKey:
    """A key and the part of a text that says it, from start up to end."""

    key: str
    start: int
    end: int


def keys(text: str) -> tuple[str, ...]:
    """Return every key that a text cites, each once, in the order of its place; unknown ones too."""
    return tuple(dict.fromkeys(located.key for located in locate(" ".join(text.split()))))


def locate(text: str) -> tuple[LocatedKey, ...]:
    """Return every key of a text of one line with its place, in that order; one place may say several (S7-S9)."""
    located = chain(
        (
            LocatedKey(f"{RULE_BOOK} {number}", m.start(), m.end())
            for m in _SECTIONS.finditer(text)
            for number in _numbers(m)
        ),
        (LocatedKey(f"S{n}", m.start(), m.end()) for m in _SOURCES.finditer(text) for n in _range(m)),
        (LocatedKey(f"[{m[1]}]", m.start(), m.end()) for m in _MARKS.finditer(text)),
        (LocatedKey(_by_name(m), m.start(), m.end()) for m in _NAMED.finditer(text) if m[1] not in _NO_AUTHORS),
        (LocatedKey(f"{m[1]} {m[2]}", m.start(), m.end()) for m in _AGENCY.finditer(text)),
        (LocatedKey(m[0], m.start(), m.end()) for m in _IDENTIFIERS.finditer(text)),
    )
    return tuple(sorted(located, key=lambda each: each.start))


def resolve(key: str) -> Meaning | None:
    """Return what a key stands for; None for an unknown one."""
    if key in MARKS:
        return Meaning(key, MARKS[key], RULES_PAGE)
    if key.startswith(f"{RULE_BOOK} "):
        section = BY_NUMBER.get(int(key.removeprefix(RULE_BOOK)))
        if section is None:
            return None
        return Meaning(key, f"{section.title}. {section.summary}", f"{RULES_PAGE}#{section.anchor}")
    reference = source(key)
    if reference is None:
        return None
    return Meaning(reference.key, reference.text, "; ".join(reference.identifiers), reference.read.value)


def source(key: str) -> Reference | None:
    """Return the reference that a key, another of its names or one of its identifiers means; None without one."""
    return BY_KEY.get(key) or _BY_NAME.get(key.lower())


def meanings(texts: Iterable[str]) -> tuple[Meaning, ...]:
    """Return what the citations of some texts stand for, each once, sections first; unknown keys are left out."""
    known = (resolve(key) for text in texts for key in keys(text))
    unique = dict.fromkeys(meaning for meaning in known if meaning is not None)
    return tuple(sorted(unique, key=lambda meaning: _place(meaning.key)))


def every() -> tuple[Meaning, ...]:
    """Return every key there is: sections, sources, marks."""
    names = (*(f"{RULE_BOOK} {number}" for number in BY_NUMBER), *(r.key for r in REFERENCES), *MARKS)
    return tuple(meaning for key in names if (meaning := resolve(key)) is not None)


def _numbers(match: re.Match[str]) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", match[1])]


def _range(match: re.Match[str]) -> range:
    return range(int(match[1]), int(match[2] or match[1]) + 1)


def _by_name(match: re.Match[str]) -> str:
    """The key of an author and year: both authors where the list has them, else the first."""
    both = f"{match[1]} & {match[2]} {match[3]}"
    return both if both in BY_KEY else f"{match[1]} {match[3]}"


def _place(key: str) -> tuple[int, int, str]:
    """Sections by number, then S1 to S28, then names, then marks."""
    if key.startswith(f"{RULE_BOOK} "):
        return 0, int(key.removeprefix(RULE_BOOK)), ""
    if key in MARKS:
        return 3, list(MARKS).index(key), ""
    return (1, int(key[1:]), "") if re.fullmatch(r"S\d+", key) else (2, 0, key)


def _identifiers() -> Iterable[tuple[str, Reference]]:
    for reference in REFERENCES:
        for identifier in (*reference.names, *reference.identifiers):
            yield identifier.lower(), reference
            for part in _IDENTIFIERS.findall(identifier):
                yield part.lower(), reference


_BY_NAME = dict(_identifiers())
"""Each reference by its other names and its identifiers, in small letters."""
