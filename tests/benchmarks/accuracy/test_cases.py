"""Cases as they are drawn, on the phantom."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from pipeline.model.grid import Grid
from pipeline.model.image import Phase
from pipeline.model.transform import Transform
from tests.benchmarks.accuracy import backgrounds, cases, looks, phantom, placing, shapes
from tests.benchmarks.accuracy.cases import Case, Family
from tests.benchmarks.accuracy.lesions import Fate, Lesion
from tests.benchmarks.accuracy.looks import Kind
from tests.benchmarks.accuracy.visits import Prepared, Setting


@pytest.fixture(scope="module")
def background() -> Prepared:
    return phantom.prepared()


def _drawn(background: Prepared, family: Family, seed: int) -> tuple[Lesion, ...]:
    rng = np.random.default_rng(seed)
    return cases._DRAWN[family](rng, placing.of(background), frozenset({Phase.PORTAL_VENOUS}), seed % 2 == 0)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("family", list(Family))
def test_lesions_lie_apart_at_baseline(background: Prepared, family: Family, seed: int) -> None:
    """Centers are farther apart than the radii together; every lesion has a body and a look a visit."""
    drawn = _drawn(background, family, seed)
    assert drawn
    visits = cases.VISITS[family]
    assert all(len(each.bodies) == len(each.looks) == visits or family is not Family.FOLLOWED for each in drawn)
    there = [body for each in drawn for body in each.bodies[0]]
    for one, other in combinations(there, 2):
        gap = float(np.linalg.norm(np.array(one.center) - np.array(other.center)))
        assert gap > one.radius_mm + other.radius_mm


def test_every_fate_does_what_it_says(background: Prepared) -> None:
    """Over some seeds all fates come up; sizes over the visits follow them."""
    drawn = [each for seed in range(12) for each in _drawn(background, Family.FOLLOWED, seed)]
    assert {each.fate for each in drawn} == set(Fate)
    for each in drawn:
        before, _, last = (each.radius_mm(visit) for visit in range(3))
        if each.fate is Fate.GROWN:
            assert last > 1.1 * before
        elif each.fate is Fate.SHRUNK:
            assert 0 < last < before
        elif each.fate is Fate.NEW:
            assert before == 0 < last
        elif each.fate is Fate.VANISHED:
            assert last == 0 < before
        elif each.fate is Fate.SPLIT:
            assert [len(bodies) for bodies in each.bodies] == [1, 2, 2]
        elif each.fate is Fate.MERGED:
            other = next(o for o in drawn if o.bodies[0] and o.name == each.with_other and o.with_other == each.name)
            assert other.fate is Fate.MERGED


def test_treated_lesions_hold_oil_from_the_second_visit_on(background: Prepared) -> None:
    drawn = _drawn(background, Family.FOLLOWED, 4)
    old = [each for each in drawn if each.fate is not Fate.NEW]
    assert old
    assert all(each.looks[0].kind is not Kind.OIL and each.looks[1].kind is Kind.OIL for each in old)


def test_a_cluster_has_many(background: Prepared) -> None:
    assert len(_drawn(background, Family.CLUSTER, 1)) >= 15


def test_both_phases_show_the_lesion_where_the_liver_lies(background: Prepared) -> None:
    """The arterial liver lies 6 mm higher in the scanner; dark in one phase, bright in the other, at one place."""
    scan = replace(background.background.scan, phase=Phase.ARTERIAL)
    grid = replace(background.clean.grid, origin=(-76.0, -76.0, -54.0))
    moved = {name: replace(each, grid=grid) for name, each in vars(background.background).items() if name != "scan"}
    arterial = replace(
        background,
        background=replace(background.background, scan=scan, **moved),
        clean=replace(background.clean, grid=grid),
        grain=replace(background.grain, strength=replace(background.grain.strength, grid=_raised(background))),
    )
    look = looks.Look(Kind.HYPERVASCULAR, (60.0, -40.0))
    lesion = Lesion("L1", "inside", Fate.UNCHANGED, ((shapes.ball((10.0, 5.0, 3.0), 12.0),),), (look,))
    setting = Setting(Transform.identity(), seed=3)
    case = Case("P", Family.SINGLE, 3, background, (lesion,), (setting,), treated=False, arterial=arterial)
    true, image = case.visit(0), case.arterial_image(0)
    assert image is not None
    inside = true.labels.mask("L1").array
    assert float(true.image.array[inside].mean()) < phantom.LIVER_HU - 30
    k, j, i = (round(float(each)) for each in np.argwhere(inside).mean(0))
    same = np.rint(image.grid.to_index(true.image.grid.to_lps(np.array([i, j, k], dtype=float)))).astype(int)
    around = image.array[same[2] - 1 : same[2] + 2, same[1] - 4 : same[1] + 5, same[0] - 4 : same[0] + 5]
    assert float(around.mean()) > phantom.LIVER_HU + 40


def test_arterial_scans_of_a_day() -> None:
    found = {scan.name: cases.arterial_of(scan) for scan in backgrounds.SCANS}
    assert sum(each is not None for each in found.values()) == 4
    assert all(each is None or (each.patient in name and each.phase is Phase.ARTERIAL) for name, each in found.items())


def _raised(background: Prepared) -> Grid:
    grid = background.grain.strength.grid
    x, y, z = grid.origin
    return replace(grid, origin=(x, y, z + 6.0))
