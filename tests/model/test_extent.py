"""What grid can be that of an image of a patient."""

import pytest

from pipeline.model import extent
from pipeline.model.grid import Grid


@pytest.mark.parametrize(
    ("shape", "spacing", "begins"),
    [
        ((60, 512, 512), (0.7, 0.7, 5.0), ""),
        ((1, 1, 1), (0.7, 0.7, 1.0), ""),
        ((1300, 512, 512), (1.37, 1.37, 1.5), ""),
        ((3, 512, 512), (1.0, 1.0, 100.0), ""),
        ((400, 1024, 1024), (0.05, 0.05, 0.05), ""),
        ((60, 512, 512), (0.7, 0.7, 1e-9), "voxels of 0.7 x 0.7 x 1e-09 mm; expected 0.01 to 100 mm"),
        ((60, 512, 512), (0.7, 0.7, 50_000.0), "voxels of 0.7 x 0.7 x 5e+04 mm"),
        ((60, 512, 512), (1e-30, 1e-30, 1e-30), "voxels of 1e-30"),
        ((60, 512, 512), (0.7, 0.7, 60.0), "a box of 358.4 x 358.4 x 3600 mm; expected at most 3000 mm"),
        ((400, 512, 512), (5.0, 5.0, 5.0), "a box of 2560 x 2560 x 2000 mm; expected at most 3000 mm and 1500 liters"),
    ],
)
def test_a_grid_beyond_scanner_and_body_is_named(
    shape: tuple[int, int, int], spacing: tuple[float, float, float], begins: str
) -> None:
    why = extent.fault(Grid(shape, spacing, (0.0, 0.0, 0.0)))
    assert why.startswith(begins)
    assert bool(why) == bool(begins)
