"""Reading headers: `scan --headers-only` on the sample against SimpleITK's series reader and plain pydicom."""

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import SimpleITK as sitk
from pydicom import dcmread

from pipeline.procedures import scan

SAMPLE = Path(__file__).resolve().parents[2] / "sample_dicoms" / "RETNET-001"
REPEATS = 5


def ours() -> None:
    """Account for every file and group slices into volumes."""
    scan.scan([SAMPLE], headers_only=True)


def gdcm() -> None:
    """List series and the files of each, folder by folder, as SimpleITK's GDCM does."""
    for folder in sorted({path.parent for path in SAMPLE.rglob("*") if path.is_file()}):
        for series in sitk.ImageSeriesReader.GetGDCMSeriesIDs(str(folder)):
            sitk.ImageSeriesReader.GetGDCMSeriesFileNames(str(folder), series)


def plain() -> None:
    """Read every header with pydicom, one after the other, all tags."""
    for path in SAMPLE.rglob("*"):
        if path.is_file():
            dcmread(path, stop_before_pixels=True, force=True)


def main() -> None:
    """Print the median of five runs of each, as a ratio to ours."""
    seconds = {name: _median(run) for name, run in (("hepatrack", ours), ("SimpleITK GDCM", gdcm), ("pydicom", plain))}
    sys.stdout.write(f"headers of {sum(p.is_file() for p in SAMPLE.rglob('*'))} files, median of {REPEATS}\n")
    for name, value in seconds.items():
        sys.stdout.write(f"  {name:16s} {value:6.2f} s   {value / seconds['hepatrack']:5.2f} x hepatrack\n")


def _median(run: Callable[[], None]) -> float:
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return statistics.median(times)
