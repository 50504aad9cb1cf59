"""Real CT as backgrounds of the bench: each volume with its liver by the shipped network, decoded once and kept."""

import tarfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipeline.engines.networks import NetworkEngine
from pipeline.ingest import grouping
from pipeline.model.image import Image, Mask, Phase
from pipeline.store import dicom, nifti
from pipeline.store.pixel_digests import PixelDigests
from tests.conftest import REAL_DATA, ROOT

CACHE = ROOT / ".cache"
"""Unpacked cases (real/, as the tests keep them) and decoded volumes with their livers (accuracy/)."""


@dataclass(frozen=True)
class Source:
    """Where a volume lies: archive, folder in it, and how the id of the volume ends."""

    patient: str
    archive: str
    volume: str


VOLUMES = {
    "HCC_007 before art": Source("HCC_007", "HCC_007", "1997-12-27_s4_a2"),
    "HCC_007 before pv": Source("HCC_007", "HCC_007", "1997-12-27_s4_a3"),
    "HCC_007 after art": Source("HCC_007", "HCC_007", "1998-03-14_s4_a1"),
    "HCC_007 after pv": Source("HCC_007", "HCC_007", "1998-03-14_s4_a3"),
    "HCC_011 art": Source("HCC_011", "HCC_011", "1998-05-23_s4_a1"),
    "HCC_011 pv": Source("HCC_011", "HCC_011", "1998-05-23_s4_a3"),
    "HCC_015 art": Source("HCC_015", "HCC_015", "1998-11-01_s4_a1"),
    "HCC_015 pv": Source("HCC_015", "HCC_015", "1998-11-01_s103_a3"),
    "CRLM_1004 pv": Source("CRLM-CT-1004", "CRLM_1004_1006", ""),
    "CRLM_1006 pv": Source("CRLM-CT-1006", "CRLM_1004_1006", ""),
}
"""Volumes of slices up to 5 mm; pv: portal venous, art: arterial."""


@dataclass(frozen=True)
class Background:
    """A volume and its liver by the network, which was not seen by a reader."""

    name: str
    patient: str
    image: Image
    liver: Mask


@cache
def load(name: str) -> Background:
    """Return a volume by its name in VOLUMES; the first time it is decoded and outlined (half a minute)."""
    source = VOLUMES[name]
    image = _decoded(source)
    kept = CACHE / "accuracy" / f"{name.replace(' ', '_')}_liver.nii.gz"
    if not kept.exists():
        liver = NetworkEngine().liver(image, Phase.UNKNOWN).mask
        if liver is None:
            raise RuntimeError(f"{name}: the network found no liver")
        kept.parent.mkdir(parents=True, exist_ok=True)
        nifti.write_mask(liver, kept)
    return Background(name, source.patient, image, Mask(nifti.read_mask(kept).array > 0, image.grid))


def _decoded(source: Source) -> Image:
    root = _unpacked(source)
    headers, _ = dicom.read_headers(root)
    volumes, _ = grouping.split(headers, PixelDigests([root], headers))
    chosen = [volume for volume in volumes if volume.id.endswith(source.volume)]
    if len(chosen) != 1:
        raise RuntimeError(f"{root}: {len(chosen)} volumes end with {source.volume!r}; expected one")
    return dicom.load_volume([root], chosen[0])


def _unpacked(source: Source) -> Path:
    folder = CACHE / "real" / source.patient
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tarfile.open(REAL_DATA / f"{source.archive}_dicom.tar.xz") as packed:
            packed.extractall(folder.parent, filter="data")
    return folder
