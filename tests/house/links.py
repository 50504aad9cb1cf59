"""Links between the pages of the repository: the file and the heading that each one names; paths that pages quote."""

import re
from collections.abc import Iterator
from pathlib import Path

_CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
_PATH = re.compile(r"`(?P<path>(?:pipeline|flows|configs|docs|tests)/[\w./-]*)`")
_LINK = re.compile(r"\[[^\]\n]*\]\((?P<target>[^)\s]+)\)")
_HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)
_ID = re.compile(r'<a id="([^"]+)"')


def pages(root: Path) -> Iterator[Path]:
    """Every page of Markdown that the repository keeps."""
    yield from sorted(root.glob("*.md"))
    for folder in ("docs", "sample_dicoms", "tests"):
        yield from sorted((root / folder).rglob("*.md"))


def broken(root: Path) -> list[str]:
    """Return `page: target` of each link to a file or heading that does not exist; the web is not followed."""
    return [f"{page.relative_to(root)}: {target}" for page in pages(root) for target in _broken(page)]


def lost(root: Path) -> list[str]:
    """Return `page: path` of each path in backticks that does not exist; a decision tells of its day."""
    return [
        f"{page.relative_to(root)}: {path}"
        for page in pages(root)
        if page.parent.name != "decisions"
        for path in _PATH.findall(page.read_text(encoding="utf-8"))
        if "NAME" not in path and not (root / path).exists()
    ]


def anchors(text: str) -> set[str]:
    """Return the anchors of a page: its headings as GitHub names them, numbered where one repeats, and its ids."""
    found: list[str] = []
    for heading in _HEADING.findall(re.sub(r"```.*?```", "", text, flags=re.DOTALL)):
        name = "".join(c for c in re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower() if c.isalnum() or c in " -_")
        found.append(name.replace(" ", "-"))
    return {f"{name}-{n}" if (n := found[:place].count(name)) else name for place, name in enumerate(found)} | set(
        _ID.findall(text)
    )


def _broken(page: Path) -> Iterator[str]:
    for link in _LINK.finditer(_CODE.sub("", page.read_text(encoding="utf-8"))):
        target = link["target"]
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        file = (page.parent / name).resolve() if name else page
        if not file.exists() or (anchor and anchor not in anchors(file.read_text(encoding="utf-8"))):
            yield target
