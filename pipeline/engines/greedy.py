"""Deformable registration by greedy (Yushkevich et al., PICSL, Apache-2.0 from 1.4.0.3 on).

Greedy maximizes the local (windowed) normalized cross-correlation over a coarse to fine
pyramid by smoothed gradient steps. Its noise generator is seeded,
so that the same input gives the same bytes whatever the number of threads.
"""

import importlib
import importlib.metadata
import io
from dataclasses import dataclass
from typing import Any

import numpy as np
import SimpleITK as sitk

from pipeline.model.errors import EngineError
from pipeline.model.image import Image, Mask
from pipeline.model.transform import Transform
from pipeline.volume import coverage, resample

DISTRIBUTION = "picsl-greedy"
FIRST_FREE_VERSION = (1, 4, 0, 3)
"""Earlier releases are under the GPL and are refused."""


@dataclass(frozen=True)
class GreedyEngine:
    """The engine with its settings; the defaults suit visits weeks apart.

    iterations: per level, coarsest first. radius_vox: half width of the correlation window.
    step_sigma_vox and total_sigma_vox: Gaussian smoothing of each step and of the whole field.
    """

    iterations: tuple[int, ...] = (60, 40, 10)
    radius_vox: int = 2
    step_sigma_vox: float = 3.0
    total_sigma_vox: float = 2.0
    name: str = "greedy"

    def __call__(self, fixed: Image, moving: Image, fixed_mask: Mask | None, start: Transform) -> Transform:
        """Return start refined by a displacement on the grid of `fixed`.

        The moving image is first carried to the fixed grid by the linear start, so that what
        greedy finds is u in moving = linear (fixed + u). Voxels that `moving` does not
        cover, and those outside fixed_mask, pull at nothing.

        Raises:
            EngineError: greedy is missing, too old, failed or returned values that are not finite.
            ValueError: start already holds a displacement.
        """
        if start.displacement is not None:
            raise ValueError("greedy starts from a linear transform; found one with a displacement")
        available()
        carried = resample.resample(_as_float(moving), fixed.grid, start, 0.0)
        region = Mask(coverage.covered(moving.grid, fixed.grid, start), fixed.grid)
        if fixed_mask is not None:
            region = Mask(region.array & fixed_mask.array, fixed.grid)
        if not region.array.any():
            raise EngineError("greedy: no voxel of the region is covered by both images; check the linear alignment")
        field = self._warp(_as_float(fixed), carried, region)
        return Transform(start.linear, field.astype(np.float32), fixed.grid)

    def _warp(self, fixed: Image, moving: Image, region: Mask) -> "np.ndarray[Any, np.dtype[np.float64]]":
        images = {
            "fixed": resample.to_sitk(fixed),
            "moving": resample.to_sitk(moving),
            "region": sitk.Cast(resample.mask_to_sitk(region), sitk.sitkFloat32),
        }
        runner = importlib.import_module("picsl_greedy").Greedy3D()
        log = io.StringIO()
        try:
            runner.execute(self._command(), out=log, err=log, warp=None, **images)
            field: np.ndarray[Any, np.dtype[np.float64]] = sitk.GetArrayFromImage(runner["warp"])
        except Exception as error:
            raise EngineError(f"greedy failed: {error}; the linear alignment can be used instead") from error
        if not np.isfinite(field).all():
            raise EngineError("greedy returned a displacement that is not finite; use the linear alignment instead")
        return field

    def _command(self) -> str:
        radius = "x".join([str(self.radius_vox)] * 3)
        return (
            f"-V 0 -threads 1 -seed 1 -i fixed moving -gm region -m WNCC {radius} "
            f"-n {'x'.join(map(str, self.iterations))} -s {self.step_sigma_vox}vox {self.total_sigma_vox}vox "
            "-wp 0 -o warp"
        )


def between_visits() -> GreedyEngine:
    """Return the engine for two visits: treatment and breathing have moved tissue by up to 15 mm."""
    return GreedyEngine()


def between_phases() -> GreedyEngine:
    """Return the engine for two phases of one visit: stiffer and shorter.

    A lesion that enhances in one phase and washes out in the next is bright, then dark.
    Correlation would push its edge aside; the stiff field does not follow.
    """
    return GreedyEngine(iterations=(40, 15, 2), total_sigma_vox=4.0)


def around_a_lesion() -> GreedyEngine:
    """Return the engine that looks for what a registration left: a few cm of it, with little smoothing."""
    return GreedyEngine(iterations=(40, 30, 15), step_sigma_vox=1.5, total_sigma_vox=0.7)


def available() -> str:
    """Return the version of greedy.

    Raises:
        EngineError: it is not installed, or a release under the GPL.
    """
    try:
        version = importlib.metadata.version(DISTRIBUTION)
    except importlib.metadata.PackageNotFoundError:
        raise EngineError(f"{DISTRIBUTION} is not installed; install the locked requirements") from None
    parts = tuple(int(part) for part in version.split(".") if part.isdigit())
    if parts < FIRST_FREE_VERSION:
        raise EngineError(f"{DISTRIBUTION} {version} is under the GPL; expected 1.4.0.3 or later")
    return version


def _as_float(image: Image) -> Image:
    return Image(image.array.astype(np.float32), image.grid, image.modality)
