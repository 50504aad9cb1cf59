"""How a DICOM file is encoded: what its meta header says, or what its first bytes tell where it says nothing."""

from pydicom import Dataset
from pydicom.pixels import decoders
from pydicom.pixels.decoders.base import Decoder
from pydicom.uid import (
    UID,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
)

from pipeline.store import dicom_values

_NATIVE = frozenset(
    {ImplicitVRLittleEndian, ExplicitVRLittleEndian, ExplicitVRBigEndian, DeflatedExplicitVRLittleEndian}
)
_DECODERS = {decoder.UID: decoder for decoder in vars(decoders).values() if isinstance(decoder, Decoder)}
"""The decoders that pydicom has, by transfer syntax."""
_FIRST_GROUPS = frozenset({b"\x08\x00", b"\x02\x00", b"\x00\x08"})
LEAST_BYTES = 256
"""Bytes: a file without the DICM prefix is taken for DICOM from this size on; own choice."""


def starts_as_dicom(start: bytes, size: int) -> bool:
    """Whether a file that starts so and has so many bytes may be DICOM: by its prefix, else by group 0008 or 0002."""
    if start[128:132] == b"DICM":
        return True
    low_element = start[3:4] == b"\x00" if start[1:2] == b"\x00" else start[2:3] == b"\x00" and start[4:6].isupper()
    return size > LEAST_BYTES and start[:2] in _FIRST_GROUPS and low_element


def transfer_syntax(dataset: Dataset) -> str:
    """Return the UID that the meta header names, else the native one that the bytes of the data set fit."""
    named = dicom_values.text(dataset.file_meta, "TransferSyntaxUID")
    if named:
        return named
    implicit, little_endian = dataset.original_encoding
    if implicit:
        return str(ImplicitVRLittleEndian)
    return str(ExplicitVRLittleEndian if little_endian else ExplicitVRBigEndian)


def native(syntax: str) -> bool:
    """Whether pixels are stored as plain numbers; only the deflated syntax packs the whole data set."""
    return syntax in _NATIVE


def supported(syntax: str) -> bool:
    """Whether pixels of this transfer syntax can be decoded here."""
    decoder = _DECODERS.get(UID(syntax))
    return native(syntax) or (decoder is not None and bool(decoder.is_available))


def name(syntax: str) -> str:
    """Return the name of a transfer syntax, its UID where it has none."""
    return dicom_values.printable(UID(syntax).name)
