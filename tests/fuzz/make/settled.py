"""Take out of what libraries write the times and the UIDs that differ from one call to the next."""

import io
import re

from pydicom import dcmread
from pydicom.tag import Tag

from tests.builders import dicom_series

_OF_NOW = {
    Tag("InstanceCreationDate"): "20240305", Tag("InstanceCreationTime"): "120000", Tag("ContentDate"): "20240305",
    Tag("ContentTime"): "120000", Tag("ContributionDateTime"): "20240305120000",
    Tag("DimensionOrganizationUID"): dicom_series.uid("dimensions"),
}  # fmt: skip
"""Elements that highdicom fills with the clock or at random."""
_STAMP = re.compile(rb"\d\d[A-Z]{3}\d\d:\d\d:\d\d:\d\d")


def dicom(content: bytes) -> bytes:
    """Return an object of highdicom as it always is."""
    dataset = dcmread(io.BytesIO(content))
    for element in dataset.iterall():
        if element.tag in _OF_NOW:
            element.value = _OF_NOW[element.tag]
    file = io.BytesIO()
    dataset.save_as(file)
    return file.getvalue()


def transport(content: bytes) -> bytes:
    """Return a SAS transport file as it always is."""
    return _STAMP.sub(b"05MAR24:12:00:00", content)
