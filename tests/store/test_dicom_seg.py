"""DICOM SEG written by highdicom comes back on the grid of the volume it was drawn on."""

from pathlib import Path

import numpy as np
import pytest

from pipeline.ingest import grouping
from pipeline.model.catalog import Volume
from pipeline.model.errors import InputError
from pipeline.store import dicom, dicom_seg, dicom_seg_read
from tests.builders import dicom_series, multi_frame, segmentation


def _volumes(folder: Path) -> tuple[Volume, ...]:
    return grouping.split(dicom.read_headers(folder)[0])[0]


@pytest.fixture
def study(tmp_path: Path) -> tuple[Path, np.ndarray]:
    """Two acquisitions in one series and a segmentation of the second, slices given in falling order."""
    dicom_series.write_series(tmp_path / "images", 6, AcquisitionNumber=2, **segmentation.PATIENT)
    dicom_series.write_series(tmp_path / "images", 6, AcquisitionNumber=3, **segmentation.PATIENT)
    volume = _volumes(tmp_path)[1]
    masks = np.zeros((6, 8, 10, 3), dtype=np.uint8)
    masks[1:5, 2:7, 1:9, 0] = 1
    masks[2:4, 3:5, 2:6, 1] = 1
    masks[0, 0, 0, 2] = 1
    segmentation.write(tmp_path / "seg", [tmp_path / item.path for item in reversed(volume.slices)], masks[::-1])
    return tmp_path, masks


def test_the_masks_come_back_on_the_volume_they_were_drawn_on(study: tuple[Path, np.ndarray]) -> None:
    folder, masks = study
    volumes = _volumes(folder)
    reference = dicom_seg.read_reference(folder, "seg")
    volume = dicom_seg.volume_of(reference, volumes)
    assert volume is not None
    assert volume.acquisition == "3"
    segments = dicom_seg.decode(folder, reference, volume)
    assert [(item.what, item.label) for item in segments] == [("liver", "Liver"), ("lesion", "T01")]
    for number, segment in enumerate(segments):
        np.testing.assert_array_equal(segment.mask.array, masks[..., number] > 0)
        assert segment.mask.grid == volume.grid


def test_masks_of_frames_come_back_on_the_frames_they_were_drawn_on(tmp_path: Path) -> None:
    """Two passes in one file, the segmentation drawn on the second: the frame numbers tell, the UID does not."""
    slices = [dicom_series.slice_dataset(n + 1 + 20 * (n // 6), **segmentation.PATIENT) for n in range(12)]
    image = multi_frame.enhanced(slices, content=lambda n: {"TemporalPositionIndex": n // 6 + 1})
    (tmp_path / "images").mkdir()
    image.save_as(tmp_path / "images" / "frames", enforce_file_format=True)
    masks = np.zeros((12, 8, 10, 3), dtype=np.uint8)
    masks[7:11, 2:7, 1:9, 0] = 1
    masks[8:10, 3:5, 2:6, 1] = 1
    segmentation.write(tmp_path / "seg", [tmp_path / "images" / "frames"], masks)
    volumes = _volumes(tmp_path)
    reference = dicom_seg.read_reference(tmp_path, "seg")
    volume = dicom_seg.volume_of(reference, volumes)
    assert volume is volumes[1]
    assert f"{volume.slices[1].sop_uid}/frames/8" in reference.slices
    for number, segment in enumerate(dicom_seg.decode(tmp_path, reference, volume)):
        np.testing.assert_array_equal(segment.mask.array, masks[6:, :, :, number] > 0)
    with pytest.raises(InputError, match=r"seg: 4 of 4 slices .* not in volume"):
        dicom_seg.decode(tmp_path, reference, volumes[0])


def test_a_segmentation_of_other_slices_matches_no_volume(study: tuple[Path, np.ndarray]) -> None:
    folder, _ = study
    reference = dicom_seg.read_reference(folder, "seg")
    assert dicom_seg.volume_of(reference, _volumes(folder)[:1]) is None
    assert dicom_seg.volume_of(reference, ()) is None


def test_a_segmentation_that_does_not_fit_the_volume_is_refused(study: tuple[Path, np.ndarray]) -> None:
    folder, _ = study
    reference = dicom_seg.read_reference(folder, "seg")
    with pytest.raises(InputError, match=r"seg: 5 of 5 slices .* not in volume S-001_2024-03-05_s4_a2"):
        dicom_seg.decode(folder, reference, _volumes(folder)[0])


def test_a_damaged_segmentation_is_named(tmp_path: Path) -> None:
    (tmp_path / "seg").write_bytes(b"nothing")
    with pytest.raises(InputError, match=r"seg: no readable DICOM SEG"):
        dicom_seg.read_reference(tmp_path, "seg")


@pytest.mark.parametrize(
    ("label", "properties", "what"),
    [
        ("Liver", "Anatomical Structure Liver", "liver"),
        ("NL01", "", "lesion"),
        ("Liver tumor", "Liver", "lesion"),
        ("Segment 1", "Morphologically Altered Structure Mass", "lesion"),
        ("Spleen", "Anatomical Structure Spleen", ""),
    ],
)
def test_what_a_segment_shows(label: str, properties: str, what: str) -> None:
    assert dicom_seg_read.kind(label, properties) == what
