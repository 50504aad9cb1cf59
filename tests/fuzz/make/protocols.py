"""Mutated trial protocols, beside the tables that they are given with."""

import copy
from pathlib import Path
from random import Random
from typing import Any

import yaml

from tests.builders.command import ROOT
from tests.fuzz import dicom_bytes
from tests.fuzz.make import trial

VALUES = (
    None, True, False, 0, -1, 1, 10**30, 1e308, float("nan"), float("inf"), -0.0, 0.5, "", " ", "x", "A" * 10_000,
    [], {},
    [1, 2], [[]], {"a": 1}, "\u200b", "\0", "[/bold]x", "mm", "cm", "recist11", "2024-01-01", ["arterial"], "1e5",
    "10", "yes",
)  # fmt: skip
"""What is put in place of values."""
WORDS = (
    "2024-01-01", "2024-02-30", "0x10", "1_000", "1:30:00", "!!python/object/apply:os.system [true]", "!!binary x",
    "&a [*a]",
    "*nothing", "<<: {a: 1}", "!!set {a, b}", "!!timestamp x", "? a", "- a\n  - b", "{", "]", "'", '"', "|", "%",
    "@", "`", "~",
    "1e999", ".inf", ".nan", "!!int x", "!!float x", "!!omap [a]", "0o17", "2024-01-01T25:61:61", "!!null x",
    "!!bool x",
    "!!str", "999999999999-99-99", "9999-99-99", "-0", "=", "<<", "0b1", "+1", "!!int ''", "!!int 0x", "!!int 0b",
    "!!float ''",
)  # fmt: skip
"""What is put in place of scalars in the text."""
DEPTHS = (50, 500, 5000, 50_000)
"""How deep documents nest."""


def make(folder: Path, count: int, choice: Random) -> list[str]:
    """Write mutated protocols beside the tables of a small trial."""
    trial.write(folder)
    seeds = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "configs" / "protocols").glob("*.yaml"))]
    names = []
    for number in range(count):
        way = choice.choice(("bytes", "value", "value", "value", "key", "word", "word", "line", "short", "odd"))
        content = _mutated(choice.choice(seeds), way, choice)
        name = f"{number:04}-{way}.yaml"
        (folder / name).write_bytes(content)
        names.append(name)
    return names


def _mutated(text: str, way: str, choice: Random) -> bytes:
    if way == "bytes":
        changes = (dicom_bytes.flip, dicom_bytes.truncate, dicom_bytes.delete, dicom_bytes.insert)
        return choice.choice(changes)(text.encode(), choice)
    if way in {"value", "key"}:
        return _tree(copy.deepcopy(yaml.safe_load(text)), way, choice)
    if way == "odd":
        return _odd(choice)
    lines = text.splitlines()
    place = choice.randrange(len(lines))
    if way == "word":
        head, colon, _ = lines[place].partition(": ")
        lines[place] = f"{head}{colon or ': '}{choice.choice(WORDS)}"
    elif way == "line":
        lines[place : place + 1] = choice.choice(
            ([], [lines[place]] * 2, [f"  {lines[place]}"], [lines[place].strip()], ["\t" + lines[place]])
        )
    else:
        lines = lines[place : place + choice.randrange(1, 6)]
    return "\n".join([*lines, ""]).encode()


def _tree(document: Any, way: str, choice: Random) -> bytes:
    """Change one to three values or keys anywhere."""
    for _ in range(choice.choice((1, 1, 2, 3))):
        places = list(_places(document))
        holder, key = choice.choice(places)
        if way == "value" or isinstance(holder, list):
            holder[key] = copy.deepcopy(choice.choice(VALUES))
        elif choice.random() < 0.4:
            del holder[key]
        else:
            new = choice.choice(
                (None, 1, 1.5, True, "", "x", key.upper() if isinstance(key, str) else "y", "\u200b", "A" * 500)
            )
            holder[new] = holder.pop(key)
    return yaml.safe_dump(document, allow_unicode=True, sort_keys=False).encode("utf-8", "replace")


def _places(value: Any) -> Any:
    """Yield every holder with the key or index of a value in it."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in list(items):
        yield value, key
        yield from _places(inner)


def _odd(choice: Random) -> bytes:
    """Return a document that is none, or one that grows when it is read."""
    depth = choice.choice(DEPTHS)
    laughs = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    laughs += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, choice.choice((3, 9, 30)))]
    key = choice.choice(("name", "arms", "targets", "x"))
    laughs.append(f"{key}: *a{len(laughs) - 1}")
    return choice.choice(
        (
            b"", b"\0", b"\xff\xfe", b"---\n---\n", b"a: 1\n---\nb: 2\n", b"just text", b"[1, 2]", b"2024-01-01",
            b"&a [*a]",
            b"a: &a {b: *a}", b"name: &a [*a]", "name: é".encode("latin-1"), "name: é".encode("utf-16"), b"[" * depth,
            b"{a: " * depth, b"- " * depth, b"a: " + b"[" * depth + b"]" * depth, "\n".join(laughs).encode(),
            b"? " * depth, b"name: '" + b"x" * 1_000_000 + b"'", b"a: 1\na: 2\n", b"<<: *a", b"{[1]: 2}",
            b"{{a: 1}: 2}",
            b"name: " + b"9" * 10_000, b"targets: {max_total: " + b"9" * 5000 + b"}", b"%YAML 9.9\n---\na: 1",
            b"name: !!python/name:os.system",
        )
    )  # fmt: skip
