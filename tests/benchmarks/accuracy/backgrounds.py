"""Real CT to insert lesions into: HU, the liver, the patient's own tumors (shared/real-data, read its README).

The livers of HCC-TACE-Seg are machine-made and checked by eye. Those of the two CRLM patients are the outline of our
own network, so what is measured on them against a liver says nothing of that network. The zones of the patients' own
tumors were set by eye on every third slice: nothing is inserted there, and a candidate there is neither right nor
wrong.
"""

import fcntl
import os
import tarfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pydicom

from pipeline.engines.networks import NetworkEngine
from pipeline.model.grid import Grid, Point
from pipeline.model.image import Image, Mask, Phase
from pipeline.store import nifti
from pipeline.volume.arrays import MaskArray
from tests.benchmarks.accuracy import kept

REAL_DATA = Path(os.environ.get("HEPATRACK_REAL_DATA", kept.ROOT.parent / "shared" / "real-data"))
UNPACKED = kept.ROOT / ".cache" / "real"
"""Where tests/conftest.py unpacks them too."""


@dataclass(frozen=True)
class Zone:
    """A ball or ellipsoid around a tumor of the patient: center in LPS mm, half axes along x, y, z in mm."""

    center: Point
    radii_mm: Point


@dataclass(frozen=True)
class Scan:
    """One real scan: where its slices lie and what is known of it.

    liver and tumor name files of masks; without one of the liver our network outlines it.
    """

    name: str
    patient: str
    archive: str
    folder: str
    phase: Phase
    date: str = ""
    series: int = 0
    acquisition: int = 0
    liver: str = ""
    tumor: str = ""
    zones: tuple[Zone, ...] = ()


@dataclass(frozen=True)
class Background:
    """A scan with its liver and the region of the patient's own tumors (that of the masks, and the zones)."""

    scan: Scan
    image: Image
    liver: Mask
    own: Mask

    @property
    def liver_is_ours(self) -> bool:
        """Whether the liver is the outline of our own network."""
        return not self.scan.liver


def _hcc(patient: str, date: str, series: int, acquisition: int, phase: Phase, zones: tuple[Zone, ...] = ()) -> Scan:
    short = {Phase.ARTERIAL: "art", Phase.PORTAL_VENOUS: "pv"}[phase]
    name = f"{patient}_{date}_acq{acquisition}-{short}"
    tumor = f"{name}_tumour.nii.gz" if patient == "HCC_007" else ""
    return Scan(
        name, patient, patient, patient, phase, date.replace("-", ""), series, acquisition,
        f"{name}_liver.nii.gz", tumor, zones,
    )  # fmt: skip


def _crlm(number: int, zones: tuple[Zone, ...]) -> Scan:
    name = f"CRLM_{number}"
    return Scan(name, name, "CRLM_1004_1006", f"CRLM-CT-{number}", Phase.PORTAL_VENOUS, zones=zones)


_OF_011 = (Zone((-112, -58, -160), (42, 36, 30)),)
"""The tumor, bright in the arterial phase, and a cyst beside the gallbladder."""
_OF_015 = (Zone((28, -52, -115), (28, 28, 26)),)
"""The tumor of the left lobe."""
_OF_1004 = (Zone((-62, 0, -288), (14, 18, 14)),)
"""A dark cleft beside the gallbladder that may be a lesion."""
_OF_1006 = (
    Zone((-90, 34, -301), (24, 26, 18)),
    Zone((-84, 78, -278), (15, 15, 14)),
    Zone((-90, 40, -273), (8, 8, 8)),
    Zone((44, -33, -243), (16, 14, 12)),
    Zone((-72, 32, -216), (12, 14, 16)),
    Zone((-68, 48, -195), (16, 16, 16)),
    Zone((-60, 15, -188), (40, 30, 12)),
)
"""Metastases, and a dome full of small dark spots."""

SCANS: tuple[Scan, ...] = (
    _hcc("HCC_007", "1997-12-27", 4, 3, Phase.PORTAL_VENOUS),
    _hcc("HCC_007", "1997-12-27", 4, 2, Phase.ARTERIAL),
    _hcc("HCC_007", "1998-03-14", 4, 3, Phase.PORTAL_VENOUS),
    _hcc("HCC_007", "1998-03-14", 4, 1, Phase.ARTERIAL),
    _hcc("HCC_011", "1998-05-23", 4, 3, Phase.PORTAL_VENOUS, _OF_011),
    _hcc("HCC_011", "1998-05-23", 4, 1, Phase.ARTERIAL, _OF_011),
    _hcc("HCC_015", "1998-11-01", 103, 3, Phase.PORTAL_VENOUS, _OF_015),
    _hcc("HCC_015", "1998-11-01", 4, 1, Phase.ARTERIAL, _OF_015),
    _crlm(1004, _OF_1004),
    _crlm(1006, _OF_1006),
)


def load(scan: Scan) -> Background:
    """Return the scan; what takes time is kept.

    Raises:
        FileNotFoundError: the real cases are absent.
    """
    image = kept.image(f"image {scan.name}", lambda: _image(scan))
    liver = kept.mask(
        f"liver {scan.name} {'' if scan.liver else NetworkEngine().identity()}", lambda: _liver(scan, image)
    )
    own = _in_zones(scan.zones, image.grid)
    if scan.tumor:
        own |= nifti.read_mask(REAL_DATA / "masks" / scan.tumor).mask("1").array
    return Background(scan, image, liver, Mask(own, image.grid))


def _liver(scan: Scan, image: Image) -> Mask:
    if scan.liver:
        return nifti.read_mask(REAL_DATA / "masks" / scan.liver).mask("1")
    outlined = NetworkEngine(threads=1).liver(image, scan.phase).mask
    if outlined is None:
        raise ValueError(f"{scan.name}: the network found no liver")
    return outlined


def _image(scan: Scan) -> Image:
    slices = sorted(_slices(scan), key=lambda each: float(each.ImagePositionPatient[2]))
    array = np.stack([each.pixel_array * float(each.RescaleSlope) + float(each.RescaleIntercept) for each in slices])
    array = np.clip(np.rint(array), -1024, 4000).astype(np.int16)
    step = float(slices[1].ImagePositionPatient[2]) - float(slices[0].ImagePositionPatient[2])
    rows, columns = (float(each) for each in slices[0].PixelSpacing)
    x, y, z = (float(each) for each in slices[0].ImagePositionPatient)
    if scan.liver:
        return Image(array, nifti.read_mask(REAL_DATA / "masks" / scan.liver).grid)
    slices_, rows_, columns_ = array.shape
    return Image(array, Grid((slices_, rows_, columns_), (columns, rows, step), (x, y, z)))


def _slices(scan: Scan) -> Sequence[Any]:
    found = []
    for path in sorted(_unpacked(scan).rglob("*.dcm")):
        header = pydicom.dcmread(path, stop_before_pixels=True)
        wanted = (scan.date, scan.series, scan.acquisition)
        if not scan.date or (header.StudyDate, int(header.SeriesNumber), int(header.AcquisitionNumber)) == wanted:
            found.append(pydicom.dcmread(path))
    return found


def _unpacked(scan: Scan) -> Path:
    """Return the folder of the patient's slices, unpacked once; two processes may ask at once."""
    UNPACKED.mkdir(parents=True, exist_ok=True)
    done = UNPACKED / f"{scan.archive}.done"
    with (UNPACKED / f"{scan.archive}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            with tarfile.open(REAL_DATA / f"{scan.archive}_dicom.tar.xz") as packed:
                packed.extractall(UNPACKED, filter="data")
            done.touch()
    return UNPACKED / scan.folder


def _in_zones(zones: Sequence[Zone], grid: Grid) -> MaskArray:
    inside = np.zeros(grid.shape, dtype=bool)
    x, y, z = axes_mm(grid)
    for zone in zones:
        (a, b, c), (u, v, w) = zone.center, zone.radii_mm
        inside |= ((x - a) / u) ** 2 + ((y - b) / v) ** 2 + ((z - c) / w) ** 2 <= 1
    return inside


def axes_mm(grid: Grid) -> tuple[np.ndarray[Any, np.dtype[np.float64]], ...]:
    """Return x, y and z of the voxels of a grid along LPS, to broadcast as [slice, row, column]."""
    (slices, rows, columns), steps, origin = grid.shape, grid.spacing_mm, grid.origin
    x, y, z = (
        start + step * np.arange(n) for start, step, n in zip(origin, steps, (columns, rows, slices), strict=True)
    )
    return x[None, None, :], y[None, :, None], z[:, None, None]


def chosen(only: Callable[[Scan], bool]) -> tuple[Scan, ...]:
    """Return the scans that fulfil a condition."""
    return tuple(scan for scan in SCANS if only(scan))
