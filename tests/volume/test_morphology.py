"""One opening, closing, dilation and filling: equal to plain definitions on random masks of any steps."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage
from skimage import morphology as library

from pipeline.volume import morphology
from pipeline.volume.arrays import VOXELS
from pipeline.volume.region import bounding_box, largest_part, part_at, part_sharing_most, parts_holding

STEPS = st.tuples(
    st.sampled_from([1.0, 2.5, 3.0, 4.0, 5.0, 5.000000000000001]),
    *[st.sampled_from([0.6, 0.7, 0.703125, 0.8, 1.0, 1.171875, 1.5, 2.2, 3.0])] * 2,
)
RADII = st.sampled_from([0.9, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0])


@st.composite
def masks(draw):
    """Smoothed noise: blobs, bridges and holes, off the border by at least one voxel on one side."""
    shape = tuple(draw(st.integers(4, 16)) for _ in range(3))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    noise = ndimage.gaussian_filter(rng.normal(size=shape), draw(st.floats(0.4, 2.0)))
    mask = noise > np.quantile(noise, draw(st.floats(0.2, 0.98)))
    mask[0, 0, 0] = False
    return mask


def _distance_to(mask, steps):
    """Distance of every voxel to the nearest of the mask, by trying all: slow and plain."""
    at = np.argwhere(mask) * np.array(steps)
    everywhere = np.argwhere(np.ones_like(mask)) * np.array(steps)
    return np.sqrt(((everywhere[:, None] - at[None]) ** 2).sum(axis=-1)).min(axis=1).reshape(mask.shape)


def _ties(mask, radius, steps):
    """Whether a voxel lies a rounding error beyond the radius."""
    beyond = ndimage.distance_transform_edt(mask, sampling=steps) - radius
    return bool(((beyond > 0) & (beyond < 1e-6)).any())


@settings(max_examples=80, deadline=None)
@given(masks(), RADII, STEPS)
def test_equal_to_scikit_image_on_the_whole_array(mask, radius, steps):
    pairs = [
        (morphology.dilated, library.isotropic_dilation),
        (morphology.eroded, library.isotropic_erosion),
        (morphology.opened, library.isotropic_opening),
    ]
    if _ties(mask, radius, steps):
        pairs = pairs[:1]  # a distance that exceeds the radius by rounding is no reason to erode less
    for ours, theirs in pairs:
        eroded = library.isotropic_erosion(mask, radius, spacing=steps)
        if not mask.any() or (ours is morphology.opened and not eroded.any()):
            continue  # scikit-image measures to a voxel that is not there
        assert np.array_equal(ours(mask, radius, steps), theirs(mask, radius, spacing=steps)), ours.__name__
    wide = np.pad(mask, [(int(np.ceil(2 * radius / step)) + 1,) * 2 for step in steps])
    if mask.any():
        expected = library.isotropic_closing(wide, radius, spacing=steps)
        assert np.array_equal(morphology.closed(wide, radius, steps), expected)


@settings(max_examples=25, deadline=None)
@given(masks(), RADII, STEPS)
def test_equal_to_the_definition(mask, radius, steps):
    inside = np.zeros_like(mask) if not mask.any() else _distance_to(mask, steps)
    ties = np.abs(inside - radius) < 1e-9
    assert np.array_equal(morphology.dilated(mask, radius, steps)[~ties], ((inside <= radius) & mask.any())[~ties])
    outside = _distance_to(~mask, steps)
    ties = np.abs(outside - radius) < 1e-9
    assert np.array_equal(morphology.eroded(mask, radius, steps)[~ties], (outside > radius)[~ties])
    assert not (morphology.eroded(mask, radius, steps) & ties).any()
    assert np.allclose(morphology.depth(mask, steps), outside)


@settings(max_examples=60, deadline=None)
@given(masks())
def test_filling_is_that_of_scipy_slice_by_slice(mask):
    plain = np.stack([ndimage.binary_fill_holes(plane) for plane in mask])
    assert np.array_equal(morphology.filled(mask), plain)
    assert np.array_equal(mask | morphology.enclosed(mask), plain)


@settings(max_examples=60, deadline=None)
@given(masks(), st.integers(1, 3))
def test_a_full_ball_is_a_radius(mask, voxels):
    z, y, x = np.mgrid[-voxels : voxels + 1, -voxels : voxels + 1, -voxels : voxels + 1]
    ball = z**2 + y**2 + x**2 <= voxels**2 + 1
    radius = morphology.ball_radius(voxels)
    assert np.array_equal(morphology.dilated(mask, radius, VOXELS), ndimage.binary_dilation(mask, ball))
    assert np.array_equal(morphology.eroded(mask, radius, VOXELS), ndimage.binary_erosion(mask, ball, border_value=1))


def test_where_nothing_lies_outside_everything_is_deep():
    everything = np.ones((3, 4, 5), dtype=bool)
    assert morphology.eroded(everything, 100.0, VOXELS).all()
    assert np.isinf(morphology.depth(everything, VOXELS)).all()
    nothing = ~everything
    for change in (morphology.dilated, morphology.eroded, morphology.opened, morphology.closed):
        assert not change(nothing, 2.0, VOXELS).any()
    assert not morphology.filled(nothing).any()


@settings(max_examples=60, deadline=None)
@given(masks(), STEPS)
def test_parts(mask, steps):
    labels, count = ndimage.label(mask)
    if count == 0:
        return
    sizes = np.bincount(labels.ravel())[1:]
    assert np.array_equal(largest_part(mask), labels == 1 + int(np.argmax(sizes)))
    core = np.zeros_like(mask)
    core[tuple(np.argwhere(mask)[0])] = True
    assert np.array_equal(parts_holding(mask, core), labels == 1)
    assert np.array_equal(part_at(mask, tuple(np.argwhere(mask)[0])), labels == 1)
    assert not part_at(mask, (0, 0, 0)).any()
    assert np.array_equal(part_sharing_most(mask, core), labels == 1)
    box = bounding_box(mask, 0.0, steps)
    assert np.count_nonzero(mask[box]) == np.count_nonzero(mask)
