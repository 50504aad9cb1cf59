"""A small file that holds much: a slice in the deflated syntax with an element of many zeros."""

import functools
import io
import zlib

from pydicom.uid import DeflatedExplicitVRLittleEndian

from tests.builders import dicom_series

MEGABYTE = 1 << 20
"""Bytes."""


@functools.cache
def deflated(megabytes: int) -> bytes:
    """Return a CT slice whose private element holds so many megabytes; deflate makes a thousandth of them."""
    dataset = dicom_series.slice_dataset(SeriesInstanceUID=dicom_series.uid("deflated"))
    dataset.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
    written = io.BytesIO()
    dataset.save_as(written, enforce_file_format=True)
    content = written.getvalue()
    start = 132 + 12 + int.from_bytes(content[140:144], "little")
    plain = zlib.decompress(content[start:], -zlib.MAX_WBITS)
    place = plain.index(b"\x10\x00\x10\x00")
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    header = b"\x09\x00\x01\x10OB\0\0" + (megabytes * MEGABYTE).to_bytes(4, "little")
    zeros = (packer.compress(bytes(MEGABYTE)) for _ in range(megabytes))
    parts = (packer.compress(plain[:place] + header), *zeros, packer.compress(plain[place:]), packer.flush())
    return content[:start] + b"".join(parts)
