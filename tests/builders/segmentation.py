"""DICOM SEG as highdicom writes it, drawn on DICOM files."""

from pathlib import Path
from typing import Any

import highdicom
import numpy as np
from pydicom import dcmread
from pydicom.sr.codedict import codes

from tests.builders import dicom_series

PATIENT: dict[str, Any] = {
    "PatientBirthDate": "", "PatientSex": "", "AccessionNumber": "", "StudyID": "", "StudyTime": "",
    "ReferringPhysicianName": "",
}  # fmt: skip
"""Tags of the patient that highdicom copies from the images."""


def _description(number: int, label: str, property_type: object) -> highdicom.seg.SegmentDescription:
    return highdicom.seg.SegmentDescription(
        segment_number=number,
        segment_label=label,
        segmented_property_category=codes.SCT.AnatomicalStructure,
        segmented_property_type=property_type,
        algorithm_type=highdicom.seg.SegmentAlgorithmTypeValues.MANUAL,
    )


def write(path: Path, slices: list[Path], masks: np.ndarray) -> Path:
    """Write three segments (Liver, T01, Spleen) on the given files; masks is (slices or frames, rows, columns, 3)."""
    seg = highdicom.seg.Segmentation(
        source_images=[dcmread(item) for item in slices],
        pixel_array=masks,
        segmentation_type=highdicom.seg.SegmentationTypeValues.BINARY,
        segment_descriptions=[
            _description(1, "Liver", codes.SCT.Liver),
            _description(2, "T01", codes.SCT.Neoplasm),
            _description(3, "Spleen", codes.SCT.Spleen),
        ],
        series_instance_uid=dicom_series.uid("seg series"),
        series_number=900,
        sop_instance_uid=dicom_series.uid("seg"),
        instance_number=1,
        manufacturer="hepatrack tests",
        manufacturer_model_name="builder",
        software_versions="1",
        device_serial_number="1",
    )
    seg.save_as(path)
    return path
