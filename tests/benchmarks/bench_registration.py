"""Deformable engines on one known motion: greedy against SimpleITK's B-spline and demons.

All start from our rigid and affine result, on the same 3 mm grid, in the same region, on
two threads. Times depend on the machine, so ratios to greedy are printed.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import SimpleITK as sitk

from pipeline.engines import greedy
from pipeline.model.image import Image, Mask
from pipeline.model.transform import Transform
from pipeline.register import linear, prepare
from pipeline.volume import resample
from tests.register import phantom

Engine = Callable[[Image, Image, Mask, Transform], Transform]


@dataclass(frozen=True)
class Row:
    """One engine: error at 300 points of the liver, and wall time."""

    name: str
    mean_mm: float
    p95_mm: float
    seconds: float


def bspline(fixed: Image, moving: Image, region: Mask, start: Transform) -> Transform:
    """SimpleITK's B-spline on a mesh of about 30 mm with mutual information at every fourth voxel of the region."""
    still, carried = _pair(fixed, moving, start)
    mesh = [max(1, round(n * s / 30)) for n, s in zip(still.GetSize(), still.GetSpacing(), strict=True)]
    spline = sitk.BSplineTransformInitializer(still, mesh)
    method = sitk.ImageRegistrationMethod()
    method.SetNumberOfThreads(2)
    method.SetMetricAsMattesMutualInformation(32)
    method.SetMetricSamplingStrategy(method.REGULAR)
    method.SetMetricSamplingPercentage(0.25)
    method.SetMetricFixedMask(resample.mask_to_sitk(region))
    method.SetInterpolator(sitk.sitkLinear)
    method.SetShrinkFactorsPerLevel([2, 1])
    method.SetSmoothingSigmasPerLevel([2, 0])
    method.SetOptimizerAsLBFGSB(numberOfIterations=40)
    method.SetInitialTransform(spline, inPlace=True)
    method.Execute(still, carried)
    field = sitk.TransformToDisplacementField(
        spline, sitk.sitkVectorFloat64, still.GetSize(), still.GetOrigin(), still.GetSpacing(), still.GetDirection()
    )
    return _with_field(field, fixed, start)


def demons(fixed: Image, moving: Image, _: Mask, start: Transform) -> Transform:
    """SimpleITK's diffeomorphic demons, 120 steps."""
    still, carried = _pair(fixed, moving, start)
    method = sitk.DiffeomorphicDemonsRegistrationFilter()
    method.SetNumberOfThreads(2)
    method.SetNumberOfIterations(120)
    method.SetStandardDeviations(2.0)
    return _with_field(method.Execute(still, carried), fixed, start)


def compare(fixed: Image, fixed_liver: Mask, moving: Image, moving_liver: Mask, truth: Transform) -> list[Row]:
    """Run every engine on one pair whose motion is known."""
    still = prepare.cropped(prepare.prepare(fixed, fixed_liver))
    moved = prepare.prepare(moving, moving_liver)
    since = time.perf_counter()
    start = Transform(linear.align(still, moved))
    rows = [_row("linear only", start, truth, fixed_liver, time.perf_counter() - since)]
    engines: dict[str, Engine] = {"greedy": greedy.between_visits(), "B-spline": bspline, "demons": demons}
    for name, engine in engines.items():
        since = time.perf_counter()
        found = engine(still.image, moved.image, still.region, start)
        rows.append(_row(name, found, truth, fixed_liver, time.perf_counter() - since))
    return rows


def main() -> None:
    """Print errors, times and ratios to greedy."""
    sitk.ProcessObject.SetGlobalDefaultNumberOfThreads(2)
    moving, moving_liver = phantom.abdomen()
    truth = phantom.motion()
    fixed, fixed_liver = phantom.moved(moving, moving_liver, truth)
    rows = compare(fixed, fixed_liver, moving, moving_liver, truth)
    own = next(row for row in rows if row.name == "greedy")
    print("registration of a phantom, 12 mm deformation   mean mm   P95 mm   seconds   error x greedy   time x greedy")
    for row in rows:
        ratios = f"{row.mean_mm / own.mean_mm:14.1f}   {row.seconds / own.seconds:13.1f}"
        print(f"{row.name:44s} {row.mean_mm:9.2f} {row.p95_mm:8.2f} {row.seconds:9.1f}   {ratios}")


def _row(name: str, found: Transform, truth: Transform, liver: Mask, seconds: float) -> Row:
    errors = phantom.errors_mm(found, truth, liver)
    return Row(name, float(errors.mean()), float(np.percentile(errors, 95)), seconds)


def _pair(fixed: Image, moving: Image, start: Transform) -> tuple[sitk.Image, sitk.Image]:
    return resample.to_sitk(fixed), resample.to_sitk(resample.resample(moving, fixed.grid, start, 0.0))


def _with_field(field: sitk.Image, fixed: Image, start: Transform) -> Transform:
    return Transform(start.linear, sitk.GetArrayFromImage(field).astype(np.float32), fixed.grid)


if __name__ == "__main__":
    main()
