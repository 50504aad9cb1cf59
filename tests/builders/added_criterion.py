"""The criterion of docs/howto/criterion.md as a package of its own: one file, one table, one page, metadata."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from pipeline.assess import registry
from tests.conftest import ROOT

HOW_TO = (ROOT / "docs" / "howto" / "criterion.md").read_text(encoding="utf-8")


def _block(language: str) -> str:
    """Return the one block of code in a language that the page shows."""
    (text,) = re.findall(rf"^```{language}\n(.*?)^```$", HOW_TO, re.DOTALL | re.MULTILINE)
    return str(text)


MODULE, GOLDEN, PAGE = _block("python"), _block("csv"), _block("markdown")
PROJECT = tomllib.loads(_block("toml"))["project"]
METADATA = "Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n"
NAME, OBJECT = next(iter(PROJECT["entry-points"][registry.GROUP].items()))
ENTRY_POINT = f"[{registry.GROUP}]\n{NAME} = {OBJECT.replace('extent:', '{module}:')}\n"


@dataclass(frozen=True)
class Package:
    """Where the package lies: its folder goes on PYTHONPATH."""

    folder: Path
    golden: Path
    page: Path


def write(folder: Path, package: str = PROJECT["name"], module: str = "extent") -> Package:
    """Write the package as pip would have installed it."""
    metadata = folder / f"{package.replace('-', '_')}-1.0.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text(METADATA.format(package=package), encoding="utf-8")
    (metadata / "entry_points.txt").write_text(ENTRY_POINT.format(module=module), encoding="utf-8")
    (folder / f"{module}.py").write_text(MODULE, encoding="utf-8")
    golden, page = folder / f"{module}.csv", folder / f"{module}.md"
    golden.write_text(GOLDEN, encoding="utf-8")
    page.write_text(PAGE, encoding="utf-8")
    return Package(folder, golden, page)


STUDY = '''
"""Assess and export a study without images whose protocol has the added criterion as primary."""

import sys
from pathlib import Path

from pipeline.model.events import Event, EventKind
from pipeline.procedures import export
from pipeline.store import protocols
from tests.builders import histories, study

folder, protocol = Path(sys.argv[1]), protocols.load(Path(sys.argv[2]))
visits, findings = histories.lesions("T1=50/30 NT1=present | T1=54/30 NT1=present | T1=56/30 NT1=present")
start = Event(histories.SUBJECT, EventKind.EMBOLIZATION, histories.DAY_ZERO)
with study.opened(folder / "study", protocol, visits, proposals=findings, events=[start]) as line:
    line.assess()
    export.export(line, folder / "out")
'''
"""What `hepatrack run` does once images are read, without a server."""
