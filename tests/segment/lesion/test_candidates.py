"""What may be a lesion at the coarse scale: thick regions, not specks."""

import numpy as np

from pipeline.segment.lesion import candidates

STEPS_MM = (4.0, 2.2, 2.2)


def test_a_speck_that_fills_its_box_is_no_region_of_the_coarse_scale():
    rng = np.random.default_rng(7)
    liver = np.zeros((24, 60, 60), dtype=bool)
    liver[4:20, 8:48, 8:48] = True
    liver[12, 55, 55] = True
    deviation = rng.normal(0, 1, liver.shape).astype(np.float32)
    deviation[12, 55, 55] = 50
    regions = candidates.coarse(deviation, liver, STEPS_MM, np.zeros_like(liver))
    everywhere = tuple(slice(0, n) for n in liver.shape)
    assert not any(each.region.on(everywhere)[12, 55, 55] for each in regions)
