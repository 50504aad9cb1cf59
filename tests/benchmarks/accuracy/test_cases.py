"""Cases as they are drawn, on the phantom."""

from itertools import combinations

import numpy as np
import pytest

from pipeline.model.image import Phase
from tests.benchmarks.accuracy import cases, phantom, placing
from tests.benchmarks.accuracy.cases import Family
from tests.benchmarks.accuracy.lesions import Fate, Lesion
from tests.benchmarks.accuracy.looks import Kind
from tests.benchmarks.accuracy.visits import Prepared


@pytest.fixture(scope="module")
def background() -> Prepared:
    return phantom.prepared()


def _drawn(background: Prepared, family: Family, seed: int) -> tuple[Lesion, ...]:
    rng = np.random.default_rng(seed)
    return cases._DRAWN[family](rng, placing.of(background), Phase.PORTAL_VENOUS, seed % 2 == 0)


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
