"""A small criterion in a package of its own: one file, one golden table, one page, and the metadata of the package."""

from dataclasses import dataclass
from pathlib import Path

MODULE = '''
"""Extent: the sum of long axes, where +10 % is progression already."""

from decimal import Decimal

from pipeline.assess import lengths
from pipeline.assess.series import SumMethod
from pipeline.model.criteria import ANY_ENHANCED, Criterion
from pipeline.model.criterion import CriterionFacts


class Extent(Criterion):
    """Extent: -30 % and +10 %."""

    progression_percent: int = 10
    progression_min_mm: Decimal = Decimal(0)
    phases: tuple = ANY_ENHANCED


def values(history, visit, rules):
    """Return the long axis of every target in mm, the short one of a node."""
    return lengths.of_targets(history, visit, rules.too_small_value_mm)


CRITERION = SumMethod(
    CriterionFacts(
        name="extent",
        title="Extent",
        category="EXTENT",
        measures="long axes",
        citation="Extent, own choice [D]",
        code="X",
    ),
    Extent,
    values,
)
'''
GOLDEN = """case,history,settings,target,overall,citation
exactly +10 %,T1=50 | T1=55,,PD,PD,own choice
below +10 %,T1=50 | T1=54.9,,SD,SD,own choice
another threshold,T1=50 | T1=55,criteria.extent.progression_percent=15,SD,SD,own choice
beside RECIST 1.1,T1=50 | T1=35 | T1=38.5,,PR | PD,PR | PD,own choice
"""
PAGE = """# Extent

<!-- table: criterion-extent -->
<!-- end -->

<!-- table: criteria -->
<!-- end -->

Settings: `criteria.extent`.
"""
METADATA = "Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n"
ENTRY_POINT = "[hepatrack.criteria]\nextent = {module}:CRITERION\n"


@dataclass(frozen=True)
class Package:
    """Where the package lies: its folder goes on PYTHONPATH."""

    folder: Path
    golden: Path
    page: Path


def write(folder: Path, package: str = "hepatrack-extent", module: str = "extent") -> Package:
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
