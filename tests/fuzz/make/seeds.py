"""The sound images that are mutated: series whose files belong together, and single files."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import highdicom
import numpy as np
import pydicom.data
from pydicom import Dataset, dcmread
from pydicom.uid import MRImageStorage

from tests.builders import dicom_series, multi_frame, segmentation
from tests.cases.outcome import CASES, SCRIPTS_S
from tests.conftest import ROOT
from tests.fuzz.make import settled

MOST_BYTES = 300_000
"""Bytes of a file that is mutated: larger ones say nothing more; own choice."""
MOST_FILES = 24
"""Files of a series: enough for a volume; own choice."""
SAMPLE = ("RETNET-001/BASELINE/S0004", "RETNET-005/W12/S0004", "RETNET-003/BASELINE")
"""Series of the sample study, CT and MR."""
_CONVERTED = {
    "StudyTime": "", "PatientBirthDate": "", "PatientSex": "", "AccessionNumber": "", "StudyID": "",
    "ReferringPhysicianName": "", "Laterality": "", "BodyPartExamined": "ABDOMEN", "PatientPosition": "HFS",
    "Manufacturer": "SIEMENS", "WindowCenter": 40, "WindowWidth": 400, "ContentDate": "20240305",
    "ContentTime": "120000", "EchoTime": 2.4,
}  # fmt: skip
"""Tags that the images need which highdicom converts."""


@dataclass(frozen=True)
class Seeds:
    """Series as the bytes of their files, single files, and whether the cases of ../shared are among them."""

    series: tuple[tuple[bytes, ...], ...]
    singles: tuple[bytes, ...]
    shared: bool


def all_of(folder: Path, *, cases: bool = True) -> Seeds:
    """Make every seed; the folder is for what has to be written first. Without cases none of ../shared."""
    folder.mkdir(parents=True, exist_ok=True)
    root = Path(pydicom.data.__file__).parent / "test_files"
    singles = [path.read_bytes() for path in sorted(root.rglob("*")) if _small(path)]
    made = [*_sample(), *_built(folder / "built")]
    shared = cases and CASES.is_dir()
    if shared:
        made += _cases(folder / "cases")
        singles += [path.read_bytes() for path in sorted((CASES / "files").rglob("*.dcm")) if _small(path)]
    return Seeds(tuple(tuple(files[:MOST_FILES]) for files in made if files), tuple(singles), shared)


def _small(path: Path) -> bool:
    return path.is_file() and not path.is_symlink() and 0 < path.stat().st_size <= MOST_BYTES


def _files(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in sorted(folder.rglob("*")) if _small(path)]


def _sample() -> list[list[bytes]]:
    return [_files(ROOT / "sample_dicoms" / name)[10 : 10 + MOST_FILES] for name in SAMPLE]


def _built(folder: Path) -> list[list[bytes]]:
    """CT and MR slices, multi-frame images of both, and a segmentation with its series."""
    patient = segmentation.PATIENT
    slices = dicom_series.write_series(folder / "CT", 12, **patient)
    mr = [dicom_series.write_mr_slice(folder / "MR" / str(number), number, **_MR) for number in range(1, 13)]
    masks = np.zeros((12, 8, 10, 3), dtype=np.uint8)
    masks[2:9, 2:7, 1:9, 0] = 1
    masks[4:6, 3:5, 2:6, 1] = 1
    seg = segmentation.write(folder / "seg", slices, masks)
    frames = [
        dicom_series.slice_dataset(number, SeriesInstanceUID=dicom_series.uid("frames")) for number in range(1, 13)
    ]
    _write(
        folder / "enhanced CT", multi_frame.enhanced(frames, content=lambda n: {"TemporalPositionIndex": n // 6 + 1})
    )
    of_mr = [dcmread(path) for path in mr]
    _write(folder / "enhanced MR", multi_frame.enhanced(of_mr, SeriesInstanceUID=dicom_series.uid("MR frames")))
    kinds: list[tuple[Any, dict[str, Any]]] = [
        (highdicom.legacy.LegacyConvertedEnhancedCTImage, {}),
        (highdicom.legacy.LegacyConvertedEnhancedMRImage, _MR),
    ]
    for number, (kind, tags) in enumerate(kinds):
        sources = [dicom_series.slice_dataset(n, **_CONVERTED, **tags) for n in range(1, 9)]
        uid = dicom_series.uid(f"converted {number}")
        _write(folder / f"converted {number}", kind(sources, uid, 9, uid, 1))
    of_ct = [path.read_bytes() for path in slices]
    names = ("enhanced CT", "enhanced MR", "converted 0", "converted 1")
    single = [[settled.dicom((folder / name).read_bytes())] for name in names]
    return [of_ct, [path.read_bytes() for path in mr], [*of_ct, settled.dicom(seg.read_bytes())], *single]


_MR = {
    "SOPClassUID": MRImageStorage, "Modality": "MR", "SeriesInstanceUID": dicom_series.uid("MR series"),
    "ScanningSequence": "GR",
}  # fmt: skip


def _write(path: Path, dataset: Dataset) -> None:
    dataset.save_as(path, enforce_file_format=True)


def _cases(folder: Path) -> list[list[bytes]]:
    """What the scripts of ../shared/cases write."""
    made = []
    for script in sorted((CASES / "dicom").glob("*.py")):
        out = folder / script.stem
        subprocess.run([sys.executable, str(script), str(out)], check=True, capture_output=True, timeout=SCRIPTS_S)
        made.append(_files(out))
    return made
