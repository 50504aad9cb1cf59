"""Every script of ../shared/cases/dicom and every file of ../shared/cases/files gives what dicom.csv says is right."""

import csv
import shutil
from pathlib import Path

import numpy as np
import pytest

from pipeline.model.catalog import FileStatus
from pipeline.model.errors import InputError, ProtocolError
from pipeline.model.flags import Flag
from pipeline.model.image import Modality
from pipeline.procedures import scan
from pipeline.store import dicom, nifti, protocols
from tests.builders import dicom_series
from tests.cases import outcome

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not outcome.CASES.is_dir(), reason=f"small inputs not found at {outcome.CASES}"),
]

with (Path(__file__).parent / "dicom.csv").open() as _table:
    TABLE = {row["case"]: row for row in csv.DictReader(_table)}
AIR_HU, BODY_HU, LESION_HU = -1000, 50, 120
"""Values of the body that the scripts write: 2 HU brighter from slice to slice."""
STEP_MM = 3.0
"""Between its slices."""
STRANGE = {
    "nested_recursion.dcm": "DICOM header is damaged or cut short",
    "byteslength.dcm": "DICOM header is damaged or cut short",
    "decode_valueerror.dcm": "64 bits allocated per pixel, not supported; export with 16",
    "abort_bitsalloc8.dcm": "12 bits stored in 8 allocated: header is damaged",
}
"""Damaged files and their reasons."""


def test_every_case_stands_in_the_table() -> None:
    assert sorted(TABLE) == sorted(path.stem for path in (outcome.CASES / "dicom").glob("*.py"))


@pytest.mark.parametrize("case", sorted(TABLE))
def test_a_case_gives_its_volumes_and_accounts_for_its_files(case: str, tmp_path: Path) -> None:
    folder = outcome.written(case, tmp_path)
    scanned = scan.scan([folder])
    volumes, files = outcome.of(scanned)
    assert (volumes, files) == (TABLE[case]["volumes"], TABLE[case]["files"])
    for volume in scanned.volumes:
        if volume.modality is Modality.CT and Flag.CT_NUMBERS_UNKNOWN not in volume.flags:
            array = dicom.load_volume([folder], volume).array
            numbers = [round(place / STEP_MM) for place in volume.positions_mm]
            assert all(np.array_equal(plane, _body(number)) for plane, number in zip(array, numbers, strict=True))


def _body(number: int) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    """The slice that the scripts write: an ellipse of tissue in air, with a lesion around slice 10."""
    y, x = np.mgrid[:64, :64]
    body = ((y - 32) / (64 * 0.4)) ** 2 + ((x - 32) / (64 * 0.45)) ** 2 < 1
    lesion = (y - 20) ** 2 + (x - 24) ** 2 + (2 * (number - 10)) ** 2 < 36
    return np.where(lesion, LESION_HU, np.where(body, BODY_HU + 2 * number, AIR_HU))


@pytest.mark.parametrize("name", sorted(STRANGE))
def test_a_strange_file_has_its_line_beside_a_sound_series(name: str, tmp_path: Path) -> None:
    dicom_series.write_series(tmp_path / "sound")
    shutil.copy(outcome.CASES / "files" / name, tmp_path / name)
    scanned = scan.scan([tmp_path])
    assert [len(volume.slices) for volume in scanned.volumes] == [6]
    lines = {entry.path: (entry.status, entry.reason) for entry in scanned.files}
    assert lines[name] == (FileStatus.UNREADABLE, STRANGE[name])
    assert len(lines) == 7


def test_a_stack_that_aborts_a_decoder_is_read_but_for_the_slice_that_does(tmp_path: Path) -> None:
    scanned = scan.scan([outcome.CASES / "files" / "sigabrt_stack"])
    assert [(len(volume.slices), Flag.GAP in volume.flags) for volume in scanned.volumes] == [(38, True)]
    others = [entry for entry in scanned.files if entry.status is not FileStatus.USED]
    assert [entry.status for entry in others] == [FileStatus.UNREADABLE]


def test_an_empty_mask_and_a_protocol_named_by_a_date_are_refused() -> None:
    with pytest.raises(InputError, match=r"empty\.nii\.gz"):
        nifti.read_mask(outcome.CASES / "files" / "empty.nii.gz")
    with pytest.raises(ProtocolError, match=r"line 3: .2021-02-30. is no value"):
        protocols.load(outcome.CASES / "files" / "date_name.yaml")
