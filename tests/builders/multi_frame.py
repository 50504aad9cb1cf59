"""Enhanced multi-frame images made of single-frame slices: what differs stands in the groups of each frame."""

from collections.abc import Callable, Sequence
from copy import deepcopy
from typing import Any

import numpy as np
from pydicom import Dataset
from pydicom.datadict import tag_for_keyword
from pydicom.uid import UID

from tests.builders import dicom_series

ENHANCED_CT = "1.2.840.10008.5.1.4.1.1.2.1"
ENHANCED_MR = "1.2.840.10008.5.1.4.1.1.4.1"

FrameTags = Callable[[int], dict[str, Any]]
"""Tags by the index of a frame, from 0."""


def enhanced(
    slices: Sequence[Dataset],
    *,
    content: FrameTags = lambda _: {},
    groups: FrameTags = lambda _: {},
    dimensions: Sequence[str] = (),
    **tags: Any,
) -> Dataset:
    """One file of all slices, uncompressed, in their order; what all slices share stands in the shared groups.

    content: tags of the frame content. groups: other functional groups, by keyword their one item's tags.
    dimensions: keywords that DimensionIndexValues count. tags replace those of the file.
    """
    first = slices[0]
    image = Dataset()
    image.file_meta = deepcopy(first.file_meta)
    for element in first:
        if element.keyword not in _OF_A_FRAME:
            image[element.tag] = element
    image.SOPClassUID = ENHANCED_CT if first.Modality == "CT" else ENHANCED_MR
    image.SOPInstanceUID = dicom_series.uid(f"enhanced of {first.SOPInstanceUID}")
    image.ImageType = ["ORIGINAL", "PRIMARY", "VOLUME", "NONE"]
    image.NumberOfFrames = len(slices)
    frames = [_frame(item, content(index), groups(index)) for index, item in enumerate(slices)]
    image.SharedFunctionalGroupsSequence = [_shared(frames)]
    image.PerFrameFunctionalGroupsSequence = frames
    image.DimensionIndexSequence = [_item({"DimensionIndexPointer": tag_for_keyword(name)}) for name in dimensions]
    image.PixelData = b"".join(item.PixelData for item in slices)
    image["PixelData"].VR = "OW"
    for key, value in tags.items():
        setattr(image, key, value)
    image.file_meta.MediaStorageSOPClassUID = UID(image.SOPClassUID)
    image.file_meta.MediaStorageSOPInstanceUID = UID(image.SOPInstanceUID)
    return image


_OF_A_FRAME = {
    "ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing", "SliceThickness", "RescaleSlope",
    "RescaleIntercept", "ImageType", "InstanceNumber", "AcquisitionNumber", "PixelData", "EchoTime",
    "TemporalPositionIdentifier", "SOPInstanceUID", "SOPClassUID",
}  # fmt: skip


_PER_FRAME = {"PlanePositionSequence", "FrameContentSequence"}


def _frame(item: Dataset, content: dict[str, Any], groups: dict[str, Any]) -> Dataset:
    frame = Dataset()
    frame.PlanePositionSequence = [_item({"ImagePositionPatient": list(item.ImagePositionPatient)})]
    frame.PlaneOrientationSequence = [_item({"ImageOrientationPatient": list(item.ImageOrientationPatient)})]
    frame.PixelMeasuresSequence = [
        _item({"PixelSpacing": list(item.PixelSpacing), "SliceThickness": item.SliceThickness})
    ]
    frame.PixelValueTransformationSequence = [
        _item({"RescaleSlope": item.RescaleSlope, "RescaleIntercept": item.RescaleIntercept, "RescaleType": "HU"})
    ]
    kind = {"FrameType": list(item.ImageType)}
    setattr(frame, "CTImageFrameTypeSequence" if item.Modality == "CT" else "MRImageFrameTypeSequence", [_item(kind)])
    frame.FrameContentSequence = [_item({"FrameAcquisitionNumber": item.get("AcquisitionNumber"), **content})]
    for key, values in groups.items():
        setattr(frame, key, [_item(values)])
    return frame


def _shared(frames: Sequence[Dataset]) -> Dataset:
    """Take the groups that are equal in all frames out of them, but for what is told per frame in any case."""
    shared = Dataset()
    for element in list(frames[0]):
        if element.keyword not in _PER_FRAME and all(frame.get(element.tag) == element for frame in frames):
            shared[element.tag] = element
            for frame in frames:
                del frame[element.tag]
    return shared


def _item(tags: dict[str, Any]) -> Dataset:
    item = Dataset()
    for key, value in tags.items():
        setattr(item, key, value)
    return item


def pixels(number: int, shape: tuple[int, int] = (8, 10)) -> np.ndarray[Any, np.dtype[np.int16]]:
    """Stored values that differ at every pixel and slice."""
    return (np.arange(shape[0] * shape[1], dtype=np.int16).reshape(shape) + 100 * number).astype(np.int16)
