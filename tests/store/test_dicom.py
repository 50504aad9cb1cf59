"""DICOM files to headers and voxels; SimpleITK's own reader is the independent check."""

from collections.abc import Callable
from pathlib import Path
from shutil import copyfile

import gdcm
import numpy as np
import pytest
import SimpleITK as sitk
from pydicom import dcmread, dcmwrite
from pydicom.data import get_testdata_file
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGLSLossless,
    RLELossless,
)

from pipeline.ingest import grouping
from pipeline.model.catalog import FileStatus, Volume
from pipeline.model.errors import InputError
from pipeline.model.image import Modality
from pipeline.store import dicom
from tests.builders import dicom_series


def _only_volume(folder: Path) -> Volume:
    headers, _ = dicom.read_headers(folder)
    (volume,), left = grouping.split(headers)
    assert left == ()
    return volume


def _noise(number: int) -> np.ndarray:
    """Large enough for JPEG 2000's five levels."""
    return np.random.default_rng(number).integers(-1000, 1500, (32, 40)).astype(np.int16)


def _as_uncompressed(path: Path, syntax: str) -> None:
    dataset = dcmread(path)
    values = dataset.pixel_array
    little = syntax != ExplicitVRBigEndian
    dataset.PixelData = values.astype("<i2" if little else ">i2").tobytes()
    dataset.file_meta.TransferSyntaxUID = syntax
    implicit = syntax == ImplicitVRLittleEndian
    dcmwrite(path, dataset, implicit_vr=implicit, little_endian=little, force_encoding=True)


def _as_jpeg_lossless(path: Path) -> None:
    reader = gdcm.ImageReader()
    reader.SetFileName(str(path))
    assert reader.Read()
    change = gdcm.ImageChangeTransferSyntax()
    change.SetTransferSyntax(gdcm.TransferSyntax(gdcm.TransferSyntax.JPEGLosslessProcess14_1))
    change.SetInput(reader.GetImage())
    assert change.Change()
    writer = gdcm.ImageWriter()
    writer.SetFileName(str(path))
    writer.SetFile(reader.GetFile())
    writer.SetImage(change.GetOutput())
    assert writer.Write()


def _compress(path: Path, syntax: str) -> None:
    if syntax in (ImplicitVRLittleEndian, ExplicitVRBigEndian, DeflatedExplicitVRLittleEndian):
        _as_uncompressed(path, syntax)
    elif syntax == "jpeg lossless":
        _as_jpeg_lossless(path)
    elif syntax != ExplicitVRLittleEndian:
        dataset = dcmread(path)
        dataset.compress(syntax, generate_instance_uid=False)
        dataset.save_as(path, enforce_file_format=True)


SYNTAXES = {
    "explicit": ExplicitVRLittleEndian,
    "implicit": ImplicitVRLittleEndian,
    "big endian": ExplicitVRBigEndian,
    "deflated": DeflatedExplicitVRLittleEndian,
    "rle": RLELossless,
    "jpeg lossless": "jpeg lossless",
    "jpeg-ls": JPEGLSLossless,
    "jpeg 2000": JPEG2000Lossless,
}


@pytest.mark.parametrize("syntax", SYNTAXES.values(), ids=SYNTAXES.keys())
def test_every_lossless_transfer_syntax_gives_back_the_same_hounsfield_units(tmp_path: Path, syntax: str) -> None:
    for number in range(1, 6):
        path = dicom_series.write_slice(tmp_path / f"{number}", number, _noise(number), RescaleIntercept=-24)
        _compress(path, syntax)
    image = dicom.load_volume([tmp_path], _only_volume(tmp_path))
    assert image.array.dtype == np.int16
    np.testing.assert_array_equal(image.array, np.stack([_noise(number) - 24 for number in range(1, 6)]))


ORIENTATIONS = {
    "axial": (1, 0, 0, 0, 1, 0),
    "prone": (-1, 0, 0, 0, -1, 0),
    "columns up": (1, 0, 0, 0, -1, 0),
    "oblique": (0.9961947, 0.0, 0.0871557, 0.0151344, 0.9848078, -0.1729873),
}


@pytest.mark.parametrize("orientation", ORIENTATIONS.values(), ids=ORIENTATIONS.keys())
def test_voxels_and_affine_equal_those_of_simpleitk(tmp_path: Path, orientation: tuple[float, ...]) -> None:
    normal = np.cross(orientation[:3], orientation[3:])
    for number in range(1, 7):
        position = [round(float(x), 6) for x in np.array([-20.5, 31.25, -400.0]) + 1.25 * number * normal]
        dicom_series.write_slice(
            tmp_path / f"{97 - number}",
            number,
            _noise(number),
            ImagePositionPatient=position,
            ImageOrientationPatient=list(orientation),
            SliceThickness="5",
            RescaleIntercept=-1024,
        )
    image = dicom.load_volume([tmp_path], _only_volume(tmp_path))
    _assert_as_simpleitk(tmp_path, image.array, image.grid.affine)


def _assert_as_simpleitk(folder: Path, array: np.ndarray, affine: np.ndarray) -> None:
    names = sitk.ImageSeriesReader.GetGDCMSeriesFileNames(str(folder))
    reader = sitk.ImageSeriesReader()
    reader.SetFileNames(names)
    theirs = reader.Execute()
    np.testing.assert_array_equal(array, sitk.GetArrayFromImage(theirs))
    for ijk in (
        (0, 0, 0),
        (theirs.GetWidth() - 1, 0, 0),
        (0, theirs.GetHeight() - 1, 0),
        (0, 0, theirs.GetDepth() - 1),
    ):
        np.testing.assert_allclose(
            (affine @ (*ijk, 1))[:3], theirs.TransformIndexToPhysicalPoint(ijk), rtol=0, atol=1e-3
        )


def test_mr_is_scaled_to_float(tmp_path: Path) -> None:
    for number in range(1, 6):
        dicom_series.write_mr_slice(tmp_path / f"{number}", number, RescaleSlope="2.5", RescaleIntercept="-3")
    image = dicom.load_volume([tmp_path], _only_volume(tmp_path))
    assert (image.modality, image.array.dtype) == (Modality.MR, np.float32)
    np.testing.assert_allclose(image.array[2], np.arange(80).reshape(8, 10) * 2.5 - 3)


def test_mr_without_rescale_keeps_its_values(tmp_path: Path) -> None:
    for number in range(1, 6):
        dicom_series.write_mr_slice(tmp_path / f"{number}", number, RescaleSlope=None, RescaleIntercept=None)
    image = dicom.load_volume([tmp_path], _only_volume(tmp_path))
    np.testing.assert_array_equal(image.array[0], np.arange(80).reshape(8, 10))


def test_padding_written_unsigned_for_signed_pixels_becomes_air(tmp_path: Path) -> None:
    pixels = np.full((8, 10), 40, dtype=np.int16)
    pixels[0] = -2000
    for number in range(1, 6):
        dicom_series.write_slice(tmp_path / f"{number}", number, pixels)
        dataset = dcmread(tmp_path / f"{number}")
        dataset.add_new("PixelPaddingValue", "US", 63536)
        dataset.save_as(tmp_path / f"{number}")
    image = dicom.load_volume([tmp_path], _only_volume(tmp_path))
    assert set(np.unique(image.array[:, 0])) == {-1024}
    assert set(np.unique(image.array[:, 1:])) == {40}


def test_fractional_slope_is_rounded_to_whole_units(tmp_path: Path) -> None:
    for number in range(1, 6):
        dicom_series.write_slice(tmp_path / f"{number}", number, _noise(number), RescaleSlope="0.5")
    image = dicom.load_volume([tmp_path], _only_volume(tmp_path))
    np.testing.assert_array_equal(image.array[0], np.rint(_noise(1) * 0.5))


def test_every_second_slice_doubles_the_step(tmp_path: Path) -> None:
    dicom_series.write_series(tmp_path, 7)
    image = dicom.load_volume([tmp_path], _only_volume(tmp_path), every=2)
    assert (image.grid.shape, image.grid.spacing_mm[2]) == ((4, 8, 10), 5.0)
    assert [int(plane[0, 0]) for plane in image.array] == [1, 3, 5, 7]


def test_a_file_that_is_gone_or_has_changed_is_named(tmp_path: Path) -> None:
    paths = dicom_series.write_series(tmp_path, 5)
    volume = _only_volume(tmp_path)
    dicom_series.write_slice(paths[0], 1, np.zeros((4, 4), dtype=np.int16))
    with pytest.raises(InputError, match=rf"{paths[0].name}: \(4, 4\) pixels, \(8, 10\) when it was scanned"):
        dicom.load_volume([tmp_path], volume)
    paths[0].unlink()
    with pytest.raises(InputError, match=f"{paths[0].name}: cannot be opened"):
        dicom.load_volume([tmp_path], volume)


def test_a_source_that_is_not_given_is_named(tmp_path: Path) -> None:
    dicom_series.write_series(tmp_path, 5)
    headers, _ = dicom.read_headers(tmp_path, source=1)
    (volume,), _ = grouping.split(headers)
    with pytest.raises(InputError, match="comes from source folder 2, 1 given"):
        dicom.load_volume([tmp_path], volume)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such folder"):
        dicom.read_headers(tmp_path / "absent")


def test_no_name_of_a_patient_is_kept(tmp_path: Path) -> None:
    dicom_series.write_series(tmp_path, 3)
    headers, entries = dicom.read_headers(tmp_path)
    assert len(headers) == 3
    assert "Secret" not in repr((headers, entries))


def test_clinical_trial_subject_stands_above_patient_id(tmp_path: Path) -> None:
    dicom_series.write_slice(tmp_path / "a", ClinicalTrialSubjectID="RETNET-07")
    dicom_series.write_slice(tmp_path / "b")
    headers, _ = dicom.read_headers(tmp_path)
    assert [item.subject for item in headers] == ["RETNET-07", "S-001"]


def test_files_without_patient_id_are_told_apart_by_study(tmp_path: Path) -> None:
    for number, study in enumerate(("1.2.1", "1.2.1", "1.2.2"), start=1):
        dicom_series.write_slice(tmp_path / f"{number}", number, PatientID=None, StudyInstanceUID=study)
    first, second, third = (item.subject for item in dicom.read_headers(tmp_path)[0])
    assert first == second != third
    assert first.startswith("NOID-")


def test_headers_are_found_in_nested_folders_whatever_their_names(tmp_path: Path) -> None:
    dicom_series.write_slice(tmp_path / "deep" / "er" / "no extension", 1)
    dicom_series.write_slice(tmp_path / "IM0002.dcm", 2)
    headers, entries = dicom.read_headers(tmp_path)
    assert [item.path for item in headers] == ["IM0002.dcm", "deep/er/no extension"]
    assert entries == ()


def test_a_file_without_the_dicm_prefix_is_read(tmp_path: Path) -> None:
    path = dicom_series.write_slice(tmp_path / "slice", 1)
    dataset = dcmread(path)
    _as_uncompressed(path, ImplicitVRLittleEndian)
    whole = path.read_bytes()
    meta_length = 132 + 12 + int.from_bytes(whole[140:144], "little")
    path.write_bytes(whole[meta_length:])
    (header,), _ = dicom.read_headers(tmp_path)
    assert header.sop_uid == dataset.SOPInstanceUID


@pytest.mark.real
def test_jpeg_2000_example_has_its_step_from_positions(real_data: Path) -> None:
    folder = real_data / "totalseg_examples" / "example_ct_dicom"
    volume = _only_volume(folder)
    assert volume.grid.spacing_mm[2] == pytest.approx(2.0)
    assert volume.slices[0].slice_thickness_mm == 3.0
    image = dicom.load_volume([folder], volume)
    for plane, item in zip(image.array, volume.slices, strict=True):
        reader = sitk.ImageFileReader()
        reader.SetFileName(str(folder / item.path))
        np.testing.assert_array_equal(plane, sitk.GetArrayFromImage(reader.Execute())[0])


@pytest.mark.real
def test_a_real_acquisition_equals_simpleitk(real_case: Callable[[str], Path], tmp_path: Path) -> None:
    folder = real_case("HCC_015")
    headers, others = dicom.read_headers(folder)
    assert [entry for entry in others if entry.status is FileStatus.USED] == []
    volume = next(item for item in grouping.split(headers)[0] if item.acquisition == "1")
    for item in volume.slices:
        (tmp_path / Path(item.path).name).symlink_to(folder / item.path)
    image = dicom.load_volume([folder], volume)
    _assert_as_simpleitk(tmp_path, image.array, image.grid.affine)


def test_a_stream_whose_sign_contradicts_the_header_is_read_as_the_header_says(tmp_path: Path) -> None:
    """pydicom's own file of a signed CT in an unsigned JPEG 2000 stream, of padding -2000 and values up to 1896."""
    copyfile(get_testdata_file("J2K_pixelrep_mismatch.dcm", download=False), tmp_path / "slice")
    (header,), _ = dicom.read_headers(tmp_path)
    (plane,) = dicom.decode([tmp_path], [header])
    assert (plane.min(), plane.max()) == (-2000, 1896)
