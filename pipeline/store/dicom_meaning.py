"""Tags of a header that say what its stored values mean, the vendors' private ones among them."""

import struct

from pydicom import Dataset
from pydicom.tag import BaseTag, Tag

from pipeline.model.image_kind import PixelMeaning
from pipeline.store import dicom_values

_SIEMENS_B = (Tag(0x0019, 0x0010), "SIEMENS MR HEADER", Tag(0x0019, 0x100C))
_GE_B = (Tag(0x0043, 0x0010), "GEMS_PARM_01", Tag(0x0043, 0x1039))
_GE_COMPONENT = (Tag(0x0043, 0x0010), "GEMS_PARM_01", Tag(0x0043, 0x102F))
_PHILIPS_B = (Tag(0x2001, 0x0010), "PHILIPS IMAGING DD 001", Tag(0x2001, 0x1003))

# fmt: off
TAGS: list[str | BaseTag] = [
    "RescaleSlope", "RescaleIntercept", "RescaleType", "RealWorldValueMappingSequence", "ComplexImageComponent",
    "MultienergyCTCharacteristicsSequence", "MonoenergeticEnergyEquivalent", "MagneticFieldStrength",
    *(tag for creator, _, tag in (_SIEMENS_B, _GE_B, _GE_COMPONENT, _PHILIPS_B) for tag in (creator, tag)),
]
# fmt: on
"""What is read for it; private elements with the element that names their creator."""

_COMPONENTS = ("MAGNITUDE", "PHASE", "REAL", "IMAGINARY")
"""What GE's raw data type (0043,102F) counts from 0."""
_GE_OFFSET = 100_000
"""GE adds multiples of 1e9 or 1e6 to a b-value to mark how it was made; the rest of this division is the b-value."""


def of(dataset: Dataset) -> PixelMeaning:
    """Read what the stored values mean."""
    return PixelMeaning(
        rescaled=any(dicom_values.number(dataset, key) is not None for key in ("RescaleSlope", "RescaleIntercept")),
        rescale_type=dicom_values.text(dataset, "RescaleType"),
        unit=_unit(dataset),
        component=_component(dataset),
        energy_kev=_energy(dataset),
        field_t=dicom_values.number(dataset, "MagneticFieldStrength"),
    )


def b_value(dataset: Dataset) -> float | None:
    """The b-value in s/mm2: (0018,9087), else the vendor's; None where no tag holds one.

    GE and Philips write their private element into images without diffusion too: there 0 says nothing, and
    GE's counts on echo-planar images only.
    """
    standard = dicom_values.number(dataset, "DiffusionBValue")
    if standard is not None:
        return standard
    siemens = _private(dataset, *_SIEMENS_B)
    if siemens is not None:
        return siemens
    if "EP" in dicom_values.texts(dataset, "ScanningSequence"):
        ge = _private(dataset, *_GE_B)
        if ge is not None and ge % _GE_OFFSET > 0:
            return ge % _GE_OFFSET
    philips = _private(dataset, *_PHILIPS_B)
    return philips or None


def _component(dataset: Dataset) -> str:
    standard = dicom_values.text(dataset, "ComplexImageComponent")
    if standard:
        return standard.upper()
    number = _private(dataset, *_GE_COMPONENT)
    return _COMPONENTS[int(number)] if number is not None and 0 <= number < len(_COMPONENTS) else ""


def _unit(dataset: Dataset) -> str:
    """The unit of the first real world value mapping."""
    for mapping in dicom_values.items(dataset, "RealWorldValueMappingSequence"):
        for unit in dicom_values.items(mapping, "MeasurementUnitsCodeSequence"):
            return dicom_values.text(unit, "CodeValue")
    return ""


def _energy(dataset: Dataset) -> float | None:
    """Equivalent energy in keV, at the top or among the multi-energy characteristics."""
    holders = (dataset, *dicom_values.items(dataset, "MultienergyCTCharacteristicsSequence"))
    values = (dicom_values.number(holder, "MonoenergeticEnergyEquivalent") for holder in holders)
    return next((value for value in values if value is not None), None)


def _private(dataset: Dataset, creator: BaseTag, owner: str, tag: BaseTag) -> float | None:
    """The first number of a private element whose block the named creator owns, None where there is no such number."""
    if str(dicom_values.element(dataset, creator)).strip().upper() != owner:
        return None
    value = dicom_values.element(dataset, tag)
    if isinstance(value, bytes):  # implicit syntax: the value representation is not known
        value = _unpacked(value, owner)
    first = value if isinstance(value, str | int | float) else next(iter(value or ()), None)
    try:
        return None if first is None or first == "" else float(str(first).split("\\")[0])
    except ValueError:
        return None


def _unpacked(value: bytes, owner: str) -> str | float:
    """Raw bytes as their vendor writes them: single precision for Philips, text for the others."""
    if owner.startswith("PHILIPS"):
        return float(struct.unpack("<f", value[:4])[0]) if len(value) >= 4 else ""
    return value.decode("ascii", "replace").strip("\0 ")
