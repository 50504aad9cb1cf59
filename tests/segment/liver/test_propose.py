from collections.abc import Callable
from functools import cache

import numpy as np
import pytest
from scipy import ndimage

from pipeline.model.flags import Flag
from pipeline.model.grid import Grid
from pipeline.model.image import Image, Mask, Modality, Phase
from pipeline.model.proposal import LiverProposal
from pipeline.segment.liver import propose as liver
from pipeline.simulate import course, render, sample
from pipeline.simulate.plan import SubjectPlan
from pipeline.simulate.render import Rendered

pytestmark = pytest.mark.image
SEED = 20210301
CT, MR = sample.RESPONDER, sample.MAGNETIC


@cache
def _rendered(plan: SubjectPlan, phase: Phase) -> Rendered:
    return render.render(course.arrange(plan, SEED)[0].shots[phase])


def _truth(rendered: Rendered) -> Mask:
    return Mask(rendered.liver_share >= 0.5, rendered.image.grid)


def _dice(one: Mask, other: Mask) -> float:
    return float(2 * np.count_nonzero(one.array & other.array) / (one.array.sum() + other.array.sum()))


def _found(proposal: LiverProposal) -> Mask:
    assert proposal.mask is not None
    return proposal.mask


@pytest.mark.parametrize(
    ("plan", "phase", "least"),
    [(CT, Phase.ARTERIAL, 0.93), (CT, Phase.PORTAL_VENOUS, 0.94), (MR, Phase.ARTERIAL, 0.93)],
)
def test_liver_of_a_phantom_is_found_with_its_lesions(plan: SubjectPlan, phase: Phase, least: float) -> None:
    rendered = _rendered(plan, phase)
    proposal = liver.propose(rendered.image, phase)
    found = _found(proposal)
    assert _dice(found, _truth(rendered)) >= least
    assert found.array[rendered.lesion_numbers > 0].mean() > 0.95
    assert proposal.flags == ()
    assert 0.5 <= proposal.confidence < 1


def test_the_phase_may_be_unknown() -> None:
    rendered = _rendered(CT, Phase.PORTAL_VENOUS)
    assert _dice(_found(liver.propose(rendered.image, Phase.UNKNOWN)), _truth(rendered)) >= 0.93


def test_the_same_image_gives_the_same_mask() -> None:
    image = _rendered(CT, Phase.ARTERIAL).image
    first, second = (_found(liver.propose(image, Phase.ARTERIAL)) for _ in range(2))
    assert first.array.tobytes() == second.array.tobytes()


def test_orientation_of_the_array_does_not_matter() -> None:
    image = _rendered(CT, Phase.PORTAL_VENOUS).image
    (nk, nj, ni), grid = image.grid.shape, image.grid
    corner = grid.to_lps(np.array([ni - 1.0, nj - 1.0, nk - 1.0]))
    x, y, z = (tuple(-v for v in d) for d in grid.directions)
    turned = Image(
        np.ascontiguousarray(image.array[::-1, ::-1, ::-1]),
        Grid(grid.shape, grid.spacing_mm, tuple(corner.tolist()), (x, y, z)),
    )
    straight, back = (
        _found(liver.propose(image, Phase.PORTAL_VENOUS)),
        _found(liver.propose(turned, Phase.PORTAL_VENOUS)),
    )
    assert _dice(straight, Mask(back.array[::-1, ::-1, ::-1], image.grid)) > 0.98


def _air() -> Image:
    grid = Grid((30, 100, 100), (3.0, 3.0, 5.0), (0.0, 0.0, 0.0))
    return Image(np.full(grid.shape, -1000, dtype=np.int16), grid)


def _even_trunk() -> Image:
    grid = Grid((40, 128, 128), (2.5, 2.5, 5.0), (0.0, 0.0, 0.0))
    y, x = np.mgrid[:128, :128]
    plane = np.where(((y - 64) / 40) ** 2 + ((x - 64) / 55) ** 2 < 1, 50, -1000)
    return Image(np.repeat(plane[None], 40, axis=0).astype(np.int16), grid)


def _below_the_liver() -> Image:
    rendered = _rendered(CT, Phase.PORTAL_VENOUS)
    lowest = int(np.flatnonzero(_truth(rendered).array.any(axis=(1, 2)))[0])
    grid = rendered.image.grid
    part = Grid((lowest, *grid.shape[1:]), grid.spacing_mm, grid.origin, grid.directions)
    return Image(rendered.image.array[:lowest], part)


def _one_slice() -> Image:
    grid = Grid((1, 8, 8), (2.0, 2.0, 5.0), (0.0, 0.0, 0.0))
    return Image(np.zeros(grid.shape, dtype=np.float32), grid, Modality.MR)


@pytest.mark.parametrize("made", [_air, _even_trunk, _below_the_liver, _one_slice])
def test_no_liver_is_invented(made: Callable[[], Image]) -> None:
    proposal = liver.propose(made(), Phase.PORTAL_VENOUS)
    assert proposal == LiverProposal(None, 0.0, (Flag.LIVER_NOT_FOUND,))


def test_organs_on_the_wrong_side_are_refused_or_doubted() -> None:
    image = _rendered(CT, Phase.PORTAL_VENOUS).image
    mirrored = Image(np.ascontiguousarray(image.array[:, :, ::-1]), image.grid)
    proposal = liver.propose(mirrored, Phase.PORTAL_VENOUS)
    assert proposal.flags in {(Flag.LIVER_NOT_FOUND,), (Flag.LIVER_DOUBTFUL,)}


def _moved(mask: Mask, mm: tuple[float, float, float]) -> Mask:
    steps = [d / s for d, s in zip(mm[::-1], mask.grid.steps_mm, strict=True)]
    return Mask(ndimage.shift(mask.array.astype(np.float32), steps, order=1) > 0.5, mask.grid)


@pytest.mark.parametrize(("plan", "phase"), [(CT, Phase.ARTERIAL), (MR, Phase.PORTAL_VENOUS)])
def test_a_carried_liver_moves_to_the_borders_of_the_image(plan: SubjectPlan, phase: Phase) -> None:
    rendered = _rendered(plan, phase)
    truth = _truth(rendered)
    prior = _moved(truth, (5.0, 4.0, -5.0))
    refined = _found(liver.transfer(rendered.image, phase, prior))
    assert _dice(prior, truth) < 0.92
    assert _dice(refined, truth) > 0.95


def test_a_carried_liver_stays_where_the_image_shows_nothing() -> None:
    prior = _truth(_rendered(CT, Phase.PORTAL_VENOUS))
    rng = np.random.default_rng(1)
    noise = rng.normal(50, 10, prior.grid.shape)
    outside = np.asarray(_rendered(CT, Phase.PORTAL_VENOUS).image.array) < -300
    blank = Image(np.where(outside, -1000, noise).astype(np.int16), prior.grid)
    proposal = liver.transfer(blank, Phase.ARTERIAL, prior)
    assert _dice(_found(proposal), prior) > 0.94
    assert proposal.flags == (Flag.LIVER_DOUBTFUL,)


def test_nothing_carried_means_a_fresh_search() -> None:
    rendered = _rendered(CT, Phase.PORTAL_VENOUS)
    nothing = Mask(np.zeros(rendered.image.grid.shape, dtype=bool), rendered.image.grid)
    assert _dice(_found(liver.transfer(rendered.image, Phase.PORTAL_VENOUS, nothing)), _truth(rendered)) > 0.93
