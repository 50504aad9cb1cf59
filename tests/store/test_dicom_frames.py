"""Enhanced multi-frame images: each frame is read as the single-frame slice it stands for."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom import Dataset
from pydicom.uid import RLELossless

from pipeline.ingest import grouping
from pipeline.model.catalog import FileStatus, Volume
from pipeline.procedures import scan
from pipeline.store import dicom
from tests.builders import dicom_series, multi_frame


def _slices(count: int = 6, **tags: Any) -> list[Dataset]:
    return [dicom_series.slice_dataset(n, multi_frame.pixels(n), **tags) for n in range(1, count + 1)]


def _write(folder: Path, *images: Dataset) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for number, image in enumerate(images):
        image.save_as(folder / f"{number:03}.dcm", enforce_file_format=True)
    return folder


def _volumes(folder: Path) -> tuple[Volume, ...]:
    return grouping.split(dicom.read_headers(folder)[0])[0]


@pytest.mark.parametrize("modality", ["CT", "MR"])
def test_the_frames_make_the_volume_that_their_slices_make(tmp_path: Path, modality: str) -> None:
    storage = "2" if modality == "CT" else "4"
    tags = {"Modality": modality, "SOPClassUID": f"1.2.840.10008.5.1.4.1.1.{storage}", "RescaleIntercept": -24}
    single, frames = _write(tmp_path / "single", *_slices(**tags)), tmp_path / "frames"
    _write(frames, multi_frame.enhanced(_slices(**tags)))
    (expected,), (volume,) = _volumes(single), _volumes(frames)
    assert volume.grid == expected.grid
    assert volume.id == expected.id
    assert (volume.flags, volume.modality) == (expected.flags, expected.modality)
    array = dicom.load_volume([frames], volume).array
    np.testing.assert_array_equal(array, dicom.load_volume([single], expected).array)
    assert array.dtype == (np.int16 if modality == "CT" else np.float32)


def test_frames_in_any_order_lie_where_their_position_says(tmp_path: Path) -> None:
    slices = _slices()
    shuffled = [slices[n] for n in (3, 0, 5, 1, 4, 2)]
    (volume,) = _volumes(_write(tmp_path, multi_frame.enhanced(shuffled)))
    assert [item.frame for item in volume.slices] == [2, 4, 6, 1, 5, 3]
    array = dicom.load_volume([tmp_path], volume).array
    np.testing.assert_array_equal(array, [item.pixel_array for item in slices])
    np.testing.assert_array_equal(
        dicom.load_volume([tmp_path], volume, every=2).array, [slices[n].pixel_array for n in (0, 2, 4)]
    )


def test_every_frame_has_its_own_rescale(tmp_path: Path) -> None:
    slices = _slices()
    for number, item in enumerate(slices):
        item.RescaleSlope, item.RescaleIntercept = number + 1, -10 * number
    (volume,) = _volumes(_write(tmp_path, multi_frame.enhanced(slices)))
    expected = [item.pixel_array * (n + 1) - 10 * n for n, item in enumerate(slices)]
    np.testing.assert_array_equal(dicom.load_volume([tmp_path], volume).array, expected)


def test_phases_in_one_file_are_told_by_their_place_in_time(tmp_path: Path) -> None:
    """Two passes over the same six positions, slice by slice; the index in time tells them apart."""
    slices = [item for pair in zip(_slices(), _slices(), strict=True) for item in pair]
    image = multi_frame.enhanced(slices, content=lambda n: {"TemporalPositionIndex": n % 2 + 1})
    volumes = _volumes(_write(tmp_path, image))
    assert [[item.frame for item in volume.slices] for volume in volumes] == [[1, 3, 5, 7, 9, 11], [2, 4, 6, 8, 10, 12]]
    assert [volume.acquisition for volume in volumes] == ["1", "2"]


@pytest.mark.parametrize("pointer", ["FrameAcquisitionDateTime", "TemporalPositionIndex", "DiffusionBValue"])
def test_dimension_indices_tell_passes_apart(tmp_path: Path, pointer: str) -> None:
    slices = [*_slices(), *_slices()]
    image = multi_frame.enhanced(
        slices,
        dimensions=[pointer, "ImagePositionPatient"],
        content=lambda n: {"DimensionIndexValues": [n // 6 + 1, n % 6 + 1]},
    )
    volumes = _volumes(_write(tmp_path, image))
    assert [[item.frame for item in volume.slices] for volume in volumes] == [[*range(1, 7)], [*range(7, 13)]]


def test_a_dimension_that_is_new_at_every_frame_separates_nothing(tmp_path: Path) -> None:
    image = multi_frame.enhanced(
        _slices(),
        dimensions=["FrameAcquisitionDateTime", "InStackPositionNumber"],
        content=lambda n: {"DimensionIndexValues": [n + 1, n + 1]},
    )
    (volume,) = _volumes(_write(tmp_path, image))
    assert len(volume.slices) == 6


def test_time_of_a_frame_comes_from_its_content(tmp_path: Path) -> None:
    image = multi_frame.enhanced(
        _slices(), content=lambda n: {"FrameAcquisitionDateTime": f"202403051204{n:02}.500000+0100"}
    )
    header = _volumes(_write(tmp_path, image))[0].slices[2]
    assert header.acquisition_time == "120402.500000"


def test_echo_b_value_trigger_and_type_come_from_their_groups(tmp_path: Path) -> None:
    groups = {
        "MREchoSequence": {"EffectiveEchoTime": 4.6},
        "MRDiffusionSequence": {"DiffusionBValue": 800.0},
        "CardiacSynchronizationSequence": {"NominalCardiacTriggerDelayTime": 120.0},
    }
    slices = _slices(Modality="MR", SOPClassUID="1.2.840.10008.5.1.4.1.1.4", ImageType=["ORIGINAL", "PRIMARY", "M"])
    header = _volumes(_write(tmp_path, multi_frame.enhanced(slices, groups=lambda _: groups)))[0].slices[0]
    assert (header.echo_time_ms, header.b_value, header.trigger_time_ms) == (4.6, 800.0, 120.0)
    assert header.image_type == ("ORIGINAL", "PRIMARY", "M")


def test_a_frame_without_place_is_named_and_the_others_are_used(tmp_path: Path) -> None:
    slices = _slices(7)
    slices[2].ImageOrientationPatient = [0] * 6
    image = multi_frame.enhanced(slices)
    del image.PerFrameFunctionalGroupsSequence[6].PlanePositionSequence
    result = scan.scan([_write(tmp_path, image)], headers_only=True)
    (entry,), (volume,) = result.files, result.volumes
    assert (entry.status, entry.volume) == (FileStatus.USED, volume.id)
    assert "frame 7: no position in the patient" in entry.reason
    assert "frame 3: DICOM header is damaged: ImageOrientationPatient" in entry.reason
    assert len(volume.slices) == 5


def test_a_file_of_two_phases_has_one_line(tmp_path: Path) -> None:
    slices = [*_slices(), *_slices()]
    image = multi_frame.enhanced(slices, content=lambda n: {"TemporalPositionIndex": n // 6 + 1})
    result = scan.scan([_write(tmp_path, image)], headers_only=True)
    (entry,) = result.files
    assert entry.volume.split(";") == [volume.id for volume in result.volumes]
    assert len(result.volumes) == 2


@pytest.mark.parametrize(("claimed", "reason"), [(5, "claims 5 frames and describes 6"), (0, "claims no frames")])
def test_a_wrong_count_of_frames_is_damage(tmp_path: Path, claimed: int, reason: str) -> None:
    image = multi_frame.enhanced(_slices(), NumberOfFrames=claimed)
    headers, (entry,) = dicom.read_headers(_write(tmp_path, image))
    assert not headers
    assert entry.status is FileStatus.UNREADABLE
    assert reason in entry.reason


def test_missing_frames_are_damage(tmp_path: Path) -> None:
    image = multi_frame.enhanced(_slices())
    image.PixelData = image.PixelData[: 8 * 10 * 2 * 4]
    headers, (entry,) = dicom.read_headers(_write(tmp_path, image))
    assert not headers
    assert entry.reason == "pixel data cut short: 640 bytes found, 960 expected"


def test_compressed_frames_are_decoded(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 1000, (6, 32, 40)).astype(np.int16)
    slices = [dicom_series.slice_dataset(n, plane) for n, plane in enumerate(noise, start=1)]
    image = multi_frame.enhanced(slices)
    image.compress(RLELossless, generate_instance_uid=False)
    (volume,) = _volumes(_write(tmp_path, image))
    array = dicom.load_volume([tmp_path], volume).array
    np.testing.assert_array_equal(array, [item.pixel_array for item in slices])


@pytest.mark.parametrize(("tail", "modality"), [("7.3", "MR"), ("7.2", "CT"), ("2", "CT"), ("4", "MR")])
def test_frames_with_positions_are_read_in_other_classes_too(tmp_path: Path, tail: str, modality: str) -> None:
    """Multi-frame secondary captures, and frames in a class of single-frame images."""
    image = multi_frame.enhanced(_slices(Modality=modality), SOPClassUID=f"1.2.840.10008.5.1.4.1.1.{tail}")
    (volume,) = _volumes(_write(tmp_path, image))
    assert (len(volume.slices), volume.modality) == (6, modality)


def test_a_capture_without_positions_is_a_screenshot(tmp_path: Path) -> None:
    image = multi_frame.enhanced(_slices(), SOPClassUID="1.2.840.10008.5.1.4.1.1.7.3")
    for frame in image.PerFrameFunctionalGroupsSequence:
        del frame.PlanePositionSequence
    _, (entry,) = dicom.read_headers(_write(tmp_path, image))
    assert (entry.status, entry.reason) == (FileStatus.LEFT_OUT, "screenshot (secondary capture)")


def test_functional_groups_that_were_removed_are_named(tmp_path: Path) -> None:
    image = multi_frame.enhanced(_slices())
    del image.PerFrameFunctionalGroupsSequence
    _, (entry,) = dicom.read_headers(_write(tmp_path, image))
    assert entry.status is FileStatus.LEFT_OUT
    assert entry.reason.startswith("no functional groups in the header")


def test_a_concatenation_is_one_volume_and_its_phases_stay_apart(tmp_path: Path) -> None:
    """PS3.3, C.7.6.16.2.2.4: one image in several files, a phase in each; the dimension indices count through."""
    files = [
        multi_frame.enhanced(
            _slices(),
            SOPInstanceUID=dicom_series.uid(f"part {part}"),
            ConcatenationUID=dicom_series.uid("whole"),
            dimensions=["TemporalPositionIndex", "InStackPositionNumber"],
            content=lambda n, part=part: {"DimensionIndexValues": [part, n + 1]},
        )
        for part in (1, 2)
    ]
    halves = [
        multi_frame.enhanced(half, SOPInstanceUID=dicom_series.uid(f"half {n}"))
        for n, half in enumerate((_slices(10)[:4], _slices(10)[4:]))
    ]
    assert [volume.acquisition for volume in _volumes(_write(tmp_path / "phases", *files))] == ["1", "2"]
    (volume,) = _volumes(_write(tmp_path / "halves", *halves))
    assert [item.frame for item in volume.slices] == [1, 2, 3, 4, 1, 2, 3, 4, 5, 6]
    assert len({item.reference for item in volume.slices}) == 10
    np.testing.assert_array_equal(
        dicom.load_volume([tmp_path / "halves"], volume).array, [multi_frame.pixels(n) for n in range(1, 11)]
    )


def test_frames_that_are_derived_are_known_as_such(tmp_path: Path) -> None:
    """Frame types: one pass as scanned, one average over time, and a projection that holds no plane of the body."""
    slices = [*_slices(), *_slices(), *_slices(1)]
    for number, item in enumerate(slices):
        kinds = (["ORIGINAL", "PRIMARY", "VOLUME", "NONE"], ["DERIVED", "PRIMARY", "VOLUME", "MEAN"])
        item.ImageType = kinds[number // 6] if number < 12 else ["DERIVED", "PRIMARY", "PROJECTION IMAGE", "MAX_IP"]
    result = scan.scan([_write(tmp_path, multi_frame.enhanced(slices))], headers_only=True)
    fit = {volume.slices[0].frame: volume.kind.kind.fit for volume in result.volumes}
    assert fit == {1: True, 7: False}
    assert "frame 13: projection" in result.files[0].reason


@pytest.mark.parametrize(
    ("technique", "fit"),
    [("NONE", True), ("MPR", True), ("MAX_IP", False), ("CURVED_MPR", False), ("VOLUME_RENDER", False)],
)
def test_how_frames_were_computed_tells_their_kind(tmp_path: Path, technique: str, fit: bool) -> None:
    tags = {"SOPClassUID": "1.2.840.10008.5.1.4.1.1.4", "ImageType": ["DERIVED", "PRIMARY", "VOLUME", "NONE"]}
    image = multi_frame.enhanced(_slices(Modality="MR", **tags))
    (group,) = image.SharedFunctionalGroupsSequence[0].MRImageFrameTypeSequence
    group.VolumeBasedCalculationTechnique = technique
    (volume,) = _volumes(_write(tmp_path, image))
    assert volume.kind.kind.fit is fit


@pytest.mark.parametrize(
    ("echo", "planar", "names"),
    [("SPIN", "NO", ("SE",)), ("GRADIENT", "YES", ("GR", "EP")), ("BOTH", "NO", ("SE", "GR"))],
)
def test_the_pulse_sequence_is_named_as_in_a_single_frame(
    tmp_path: Path, echo: str, planar: str, names: tuple[str, ...]
) -> None:
    tags = {"EchoPulseSequence": echo, "EchoPlanarPulseSequence": planar}
    (volume,) = _volumes(_write(tmp_path, multi_frame.enhanced(_slices(Modality="MR"), **tags)))
    assert volume.slices[0].scanning_sequence == names


@settings(max_examples=25, deadline=None)
@given(st.permutations(range(8)), st.integers(1, 3), st.sampled_from([1.0, -1.0]), st.booleans())
def test_any_order_and_division_of_frames_gives_the_volume_of_its_slices(
    order: list[int], files: int, sense: float, varied: bool
) -> None:
    slices = _slices(8)
    for number, item in enumerate(slices):
        item.ImageOrientationPatient = [1.0, 0.0, 0.0, 0.0, sense, 0.0]
        item.RescaleSlope = 1 + number % 2 if varied else 1
    parts = [[slices[n] for n in order[first::files]] for first in range(files)]
    images = [multi_frame.enhanced(part, SOPInstanceUID=dicom_series.uid(f"part {n}")) for n, part in enumerate(parts)]
    with TemporaryDirectory() as place:
        single, frames = _write(Path(place) / "single", *slices), _write(Path(place) / "frames", *images)
        (expected,), (volume,) = _volumes(single), _volumes(frames)
        assert (volume.grid, volume.flags) == (expected.grid, expected.flags)
        np.testing.assert_array_equal(
            dicom.load_volume([frames], volume).array, dicom.load_volume([single], expected).array
        )
