"""Encode JPEG Lossless, first-order prediction (ITU-T T.81, process 14, selection value 1), with GDCM.

pydicom reads this oldest of DICOM's lossless syntaxes through GDCM and does not write it.
"""

import gdcm
from pydicom.uid import JPEGLosslessSV1

TRANSFER_SYNTAX = JPEGLosslessSV1
"""JPEG Lossless, Non-Hierarchical, First-Order Prediction (PS3.5, A.4.1)."""


def encode(frame: bytes, shape: tuple[int, int], bits: int) -> bytes:
    """Encode one gray frame of unsigned 16-bit little-endian samples, of which `bits` are used.

    Raises:
        ValueError: GDCM refuses the frame.
    """
    writer = gdcm.ImageWriter()  # owns the image
    image = writer.GetImage()
    image.SetNumberOfDimensions(2)
    image.SetDimensions((shape[1], shape[0], 1))
    image.SetPhotometricInterpretation(gdcm.PhotometricInterpretation(gdcm.PhotometricInterpretation.MONOCHROME2))
    image.SetTransferSyntax(gdcm.TransferSyntax(gdcm.TransferSyntax.ImplicitVRLittleEndian))
    image.SetPixelFormat(gdcm.PixelFormat(1, 16, bits, bits - 1, 0))
    pixels = gdcm.DataElement(gdcm.Tag(0x7FE0, 0x0010))
    pixels.SetByteStringValue(frame)
    image.SetDataElement(pixels)
    change = gdcm.ImageChangeTransferSyntax()
    change.SetTransferSyntax(gdcm.TransferSyntax(gdcm.TransferSyntax.JPEGLosslessProcess14_1))
    change.SetInput(image)
    if not change.Change():
        raise ValueError(f"GDCM cannot encode a frame of shape {shape} and {bits} bits as JPEG lossless")
    fragment: str = (
        change.GetOutput().GetDataElement().GetSequenceOfFragments().GetFragment(0).GetByteValue().GetBuffer()
    )
    return fragment.encode("utf-8", "surrogateescape")
