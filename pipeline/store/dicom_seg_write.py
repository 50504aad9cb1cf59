"""Write masks as one DICOM SEG file that refers to the slices they were drawn on."""

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path

import highdicom
import numpy as np
from highdicom.seg import SegmentAlgorithmTypeValues, SegmentationTypeValues, SegmentDescription
from pydicom import Dataset, dcmread
from pydicom.sr.codedict import codes

from pipeline.model.image import Mask
from pipeline.store.dicom_write import uid

LIVER_LABEL = "liver"
"""Label of the segment that holds the liver; every other segment is a lesion."""

_NEOPLASM = highdicom.sr.CodedConcept("14799000", "SCT", "Neoplasm, Secondary")
_ABNORMAL = highdicom.sr.CodedConcept("49755003", "SCT", "Morphologically Altered Structure")


def write(path: Path, slices: Sequence[Path], masks: Mapping[str, Mask], uid_root: str) -> None:
    """Write the masks as binary segments; slices[k] is the file of slice k of their grid.

    masks by segment label. Unique identifiers follow from uid_root, dates from the
    slices: the same call gives the same bytes.
    """
    sources = [dcmread(file, stop_before_pixels=True) for file in slices]
    pixels = np.stack([mask.array for mask in masks.values()], axis=-1).astype(np.uint8)
    segmentation = highdicom.seg.Segmentation(
        source_images=sources,
        pixel_array=pixels,
        segmentation_type=SegmentationTypeValues.BINARY,
        segment_descriptions=[_segment(n, label, uid_root) for n, label in enumerate(masks, start=1)],
        series_instance_uid=uid(uid_root, "series"),
        series_number=100,
        sop_instance_uid=uid(uid_root, "instance"),
        instance_number=1,
        manufacturer="hepatrack",
        manufacturer_model_name="simulated",
        software_versions="1",
        device_serial_number="1",
        content_label="SAMPLE",
        series_description="SEG liver and lesions",
        content_creator_name="Anonymous^Sample",
    )
    _fix_clock(segmentation, sources[0], uid_root)
    path.parent.mkdir(parents=True, exist_ok=True)
    segmentation.save_as(path, enforce_file_format=True)


def _segment(number: int, label: str, uid_root: str) -> SegmentDescription:
    liver = label == LIVER_LABEL
    return SegmentDescription(
        segment_number=number,
        segment_label=label,
        segmented_property_category=codes.SCT.Organ if liver else _ABNORMAL,
        segmented_property_type=codes.SCT.Liver if liver else _NEOPLASM,
        algorithm_type=SegmentAlgorithmTypeValues.MANUAL,
        tracking_id=label,
        tracking_uid=uid(uid_root.rsplit("/", 1)[0], "tracking", label),
    )


def _fix_clock(segmentation: Dataset, source: Dataset, uid_root: str) -> None:
    """Replace the time of writing and random identifiers, so that files are reproducible."""
    day = dt.datetime.strptime(str(source.StudyDate), "%Y%m%d").replace(tzinfo=dt.UTC)
    for name in ("ContentDate", "InstanceCreationDate", "SeriesDate"):
        if name in segmentation:
            setattr(segmentation, name, f"{day:%Y%m%d}")
    for name in ("ContentTime", "InstanceCreationTime", "SeriesTime"):
        if name in segmentation:
            setattr(segmentation, name, "120000")
    for item in segmentation.get("ContributingEquipmentSequence", ()):
        item.ContributionDateTime = f"{day:%Y%m%d}120000"
    organization = uid(uid_root, "dimensions")
    for item in (*segmentation.DimensionOrganizationSequence, *segmentation.DimensionIndexSequence):
        item.DimensionOrganizationUID = organization
