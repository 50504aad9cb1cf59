"""What the repository cites, and which of it leads nowhere.

Keys are found everywhere by pipeline.model.citations. Citations of a fixed form (golden tables, explanations, rule
sets) must moreover cite something, and a place in the rule book ("rule book 2 item 4") must stand on docs/rules.md.
"""

import csv
import re
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.model import citations
from pipeline.model.references import Reference

ROOT = Path(__file__).resolve().parents[2]
RULES = ROOT / "docs" / "rules.md"

_THE_LISTS = {"pipeline/model/references.py", "pipeline/model/rules.py", "docs/references.md"}
"""Where references are listed, which is no citing."""

_WORDS = {tokenize.COMMENT, tokenize.STRING, getattr(tokenize, "FSTRING_MIDDLE", tokenize.STRING)}
_PLACE = re.compile(r"\brule book,?(?: sections?)? (\d+(?:(?:, (?:and )?| and )\d+\b)*),?([^;:\[(\]]*)", re.IGNORECASE)
_QUOTED = re.compile(r'\brule book,? section (\d+),? "([^"]+)"', re.IGNORECASE)
_NUMBERED = re.compile(r"(?:table )?(item|row)s? (\d+(?:(?:, | and )\d+)*)")


@dataclass(frozen=True)
class Text:
    """A text that may cite, and where it stands."""

    place: str
    text: str


def texts(root: Path = ROOT) -> Iterator[Text]:
    """Every text of the repository in which a key is a citation: code (its words), pages, settings, tables of cases."""
    patterns = ("pipeline/**/*.py", "pipeline/**/*.html", "flows/**/*.py", "configs/**/*.yaml", "docs/**/*.md", "*.md")
    patterns += ("sample_dicoms/*.md", "tests/golden/*.csv", "tests/mutations/*.csv")
    for pattern in patterns:
        for path in sorted(root.glob(pattern)):
            name = path.relative_to(root).as_posix()
            if name not in _THE_LISTS:
                yield Text(name, words(path) if path.suffix == ".py" else path.read_text(encoding="utf-8"))


def words(path: Path) -> str:
    """Return the comments and strings of a module; what stands in code, such as list[T], cites nothing."""
    with path.open("rb") as file:
        tokens = [token for token in tokenize.tokenize(file.readline) if token.type in _WORDS]
    return "\n".join(token.string.lstrip("#") for token in tokens)


def golden(root: Path = ROOT) -> Iterator[Text]:
    """The citation of every golden row."""
    for path in sorted(root.glob("tests/golden/*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            for number, row in enumerate(csv.DictReader(file), start=2):
                yield Text(f"{path.name}:{number}", row["citation"])


def unknown(texts: Iterable[Text]) -> list[str]:
    """Return `place: key` of every key that resolves to nothing."""
    return [f"{t.place}: {key}" for t in texts for key in citations.keys(t.text) if citations.resolve(key) is None]


def empty(texts: Iterable[Text]) -> list[str]:
    """Return every citation that cites nothing."""
    return [f"{t.place}: {t.text}" for t in texts if not citations.keys(t.text)]


def nowhere(texts: Iterable[Text], rules: str) -> list[str]:
    """Return every place in the rule book that its page does not have."""
    known = labels(rules)
    return [
        f"{t.place}: rule book {found[1]} {found[2].strip()}"
        for t in texts
        for found in _PLACE.finditer(t.text)
        if not _stands([known.get(int(n), frozenset()) for n in re.findall(r"\d+", found[1])], _plain(found[2]))
    ]


def quoted(texts: Iterable[Text]) -> Iterator[Text]:
    """The places in the rule book that prose quotes: rule book, section 4, "Date"."""
    for text in texts:
        for found in _QUOTED.finditer(" ".join(text.text.split())):
            yield Text(text.place, f"rule book {found[1]} {found[2]}")


def uncited(references: Iterable[Reference], texts: Iterable[Text]) -> list[str]:
    """Return the key of every reference that no text cites and that is not marked as background."""
    whole = "\n".join(t.text for t in texts)
    cited = {found.key for key in citations.keys(whole) if (found := citations.source(key)) is not None}
    flat = " ".join(whole.split())
    return [
        r.key
        for r in references
        if not r.background and r.key not in cited and not any(name in flat for name in (r.key, *r.names))
    ]


def labels(rules: str) -> dict[int, frozenset[str]]:
    """Return the named places of each section of the rule book: bold words, headings, numbered items and rows."""
    sections: dict[int, set[str]] = {}
    number = 0
    for line in rules.splitlines():
        if heading := re.match(r"## (\d+) ", line):
            number = int(heading[1])
            sections[number] = {""}
        elif line.startswith("## "):
            number = 0
        if number:
            sections[number] |= set(_labels(line))
    return {number: frozenset(found) for number, found in sections.items()}


def _labels(line: str) -> Iterator[str]:
    yield from (_plain(words) for words in re.findall(r"\*\*(.+?)\*\*", line))
    if heading := re.match(r"### (.+)", line):
        yield _plain(heading[1])
    if item := re.match(r"(\d+)\. ", line):
        yield f"item {item[1]}"
    if row := re.match(r"\| (\d+) \|", line):
        yield f"row {row[1]}"


def _stands(sections: list[frozenset[str]], label: str) -> bool:
    if numbered := _NUMBERED.match(label):
        return all(any(f"{numbered[1]} {n}" in known for known in sections) for n in re.findall(r"\d+", numbered[2]))
    return bool(sections) and all(sections) and any(_begins(label, known) for known in sections)


def _begins(label: str, known: frozenset[str]) -> bool:
    return not label or any(name and (label == name or label.startswith(f"{name} ")) for name in known)


def _plain(words: str) -> str:
    bare = re.sub(r"[\"'.,`*]|\bcolumn\b|\bour decision\b", " ", words.replace("×", "x"))
    return " ".join(bare.split()).lower()
