"""What stored values mean: public tags first, then the vendors' own, each only in the block of its creator."""

from pathlib import Path

import pytest
from pydicom import Dataset, dcmread
from pydicom.uid import ImplicitVRLittleEndian

from pipeline.model.catalog import SliceHeader
from pipeline.store import dicom_headers
from tests.builders import dicom_series

CREATORS = {0x0019: "SIEMENS MR HEADER", 0x0043: "GEMS_PARM_01", 0x2001: "Philips Imaging DD 001"}


def _read(path: Path) -> SliceHeader:
    (header,) = dicom_headers.read(path.parent, path.name, 0).slices
    return header


def _with(
    path: Path, elements: dict[tuple[int, int], tuple[str, object]], *, implicit: bool = False, **tags: object
) -> SliceHeader:
    dicom_series.write_mr_slice(path, 1, **tags)
    dataset = dcmread(path)
    for (group, element), (representation, value) in elements.items():
        dataset.add_new((group, 0x0010), "LO", CREATORS[group])
        dataset.add_new((group, element), representation, value)
    if implicit:
        dataset.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian
    dataset.save_as(path, implicit_vr=implicit, little_endian=True, enforce_file_format=True)
    return _read(path)


@pytest.mark.parametrize("implicit", [False, True])
@pytest.mark.parametrize(
    ("elements", "sequence", "b_value"),
    [
        ({(0x0019, 0x100C): ("IS", 800)}, "EP", 800.0),
        ({(0x0019, 0x100C): ("IS", 0)}, "EP", 0.0),
        ({(0x0043, 0x1039): ("IS", [1000000800, 8, 0, 0])}, "EP", 800.0),
        ({(0x0043, 0x1039): ("IS", [700, 8, 0, 0])}, "GR", None),
        ({(0x2001, 0x1003): ("FL", 600.0)}, "SE", 600.0),
        ({(0x2001, 0x1003): ("FL", 0.0)}, "GR", None),
    ],
)
def test_b_values_of_vendors(
    tmp_path: Path,
    elements: dict[tuple[int, int], tuple[str, object]],
    sequence: str,
    b_value: float | None,
    implicit: bool,
) -> None:
    assert _with(tmp_path / "a", elements, implicit=implicit, ScanningSequence=sequence).b_value == b_value


def test_the_public_b_value_stands_above_the_private_one(tmp_path: Path) -> None:
    assert _with(tmp_path / "a", {(0x0019, 0x100C): ("IS", 800)}, DiffusionBValue=50.0).b_value == 50.0


def test_an_element_of_another_creator_is_no_b_value(tmp_path: Path) -> None:
    path = dicom_series.write_mr_slice(tmp_path / "a")
    dataset = dcmread(path)
    dataset.add_new((0x0019, 0x0010), "LO", "SOMEBODY ELSE")
    dataset.add_new((0x0019, 0x100C), "IS", 800)
    dataset.save_as(path)
    assert _read(path).b_value is None


def test_ge_numbers_its_complex_parts(tmp_path: Path) -> None:
    assert _with(tmp_path / "a", {(0x0043, 0x102F): ("SS", 1)}).meaning.component == "PHASE"
    assert _with(tmp_path / "b", {(0x0043, 0x102F): ("SS", 99)}).meaning.component == ""


def test_units_energy_and_rescale(tmp_path: Path) -> None:
    unit, mapping, energy = Dataset(), Dataset(), Dataset()
    unit.CodeValue = "mg/cm3"
    mapping.MeasurementUnitsCodeSequence = [unit]
    energy.MonoenergeticEnergyEquivalent = 70.0
    tags = {"RealWorldValueMappingSequence": [mapping], "MultienergyCTCharacteristicsSequence": [energy]}
    meaning = _read(dicom_series.write_slice(tmp_path / "a", RescaleType="HU", **tags)).meaning
    assert (meaning.unit, meaning.energy_kev, meaning.rescale_type, meaning.rescaled) == ("mg/cm3", 70.0, "HU", True)
    raw = _read(dicom_series.write_slice(tmp_path / "b", RescaleSlope=None, RescaleIntercept=None)).meaning
    assert not raw.rescaled
