"""Passes through the body as slice headers: phases that a tag, order or time tells, and tags that mean nothing."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from pipeline.model.catalog import SliceHeader, Volume
from pipeline.model.image import Modality
from tests.builders.dicom_series import header

Changes = dict[str, Any]


@dataclass(frozen=True)
class Place:
    """Which slice of how many, in which phase, and how many files come before it in the order of acquisition."""

    number: int
    count: int
    phase: int
    order: int


PHASES: dict[str, Callable[[Place], Changes]] = {
    "AcquisitionNumber": lambda at: {"acquisition_number": at.phase + 1},
    "TemporalPositionIdentifier": lambda at: {"temporal_position": at.phase + 1},
    "TriggerTime": lambda at: {"trigger_time_ms": 4000.0 * at.phase, "instance_number": 1},
    "AcquisitionTime": lambda at: {"acquisition_time": f"10{at.phase:02d}00", "instance_number": at.number},
    "ContentTime": lambda at: {"content_time": f"10{at.phase:02d}00", "instance_number": at.number},
    "InstanceNumber": lambda at: {"instance_number": at.order},
    "ImageType": lambda at: {"image_type": ("ORIGINAL", "PRIMARY", "M", f"PHASE {at.phase}")},
    "SeriesNumber": lambda at: {"series_number": 10 + at.phase},
}
"""What tells phases at the same positions apart, by DICOM keyword."""

MEANINGLESS: dict[str, Callable[[Place, Random], Changes]] = {
    "AcquisitionNumber by halves": lambda at, _: {"acquisition_number": 1 + (2 * at.number >= at.count)},
    "AcquisitionNumber by slice": lambda at, _: {"acquisition_number": at.number},
    "FrameOfReferenceUID by slice": lambda at, _: {"frame_of_reference_uid": f"frame{at.order}"},
    "FrameOfReferenceUID by halves": lambda at, _: {"frame_of_reference_uid": f"frame{2 * at.number >= at.count}"},
    "StudyInstanceUID at random": lambda _, random: {"study_uid": f"study{random.randrange(3)}"},
    "SeriesInstanceUID by slice": lambda at, _: {"series_uid": f"series{at.order}"},
    "ImageType with one value more": lambda at, _: {
        "image_type": ("ORIGINAL", "PRIMARY", "M", "ND", *(("NORM",) if at.number > 4 else ()))
    },
    "EchoTime": lambda _, random: {"echo_time_ms": 2.4 + random.randrange(5) * 0.01},
    "PixelSpacing": lambda _, random: {"pixel_spacing_mm": (0.7 + random.randrange(3) * 1e-4, 0.7)},
    "StudyDate past midnight": lambda at, _: {"study_date": dt.date(2024, 3, 5 + (2 * at.number >= at.count))},
    "StudyDate past midnight, times that stay": lambda at, _: {
        "study_date": dt.date(2024, 3, 5 + (2 * at.number >= at.count)),
        "acquisition_time": "100500",
    },
    "SliceThickness": lambda _, random: {"slice_thickness_mm": 2.5 - random.randrange(3) * 0.01},
}
"""What varies within a pass without saying anything."""


def slices(
    count: int,
    phases: int,
    told_by: str,
    varying: Sequence[str],
    random: Random,
    modality: Modality = Modality.MR,
) -> list[SliceHeader]:
    """Phases at the same even positions; sop_uid is "phase.slice". Paths and order are random."""
    names = [f"{random.randrange(10**6):06d}-{n}" for n in range(count * phases)]
    result = []
    for phase in range(phases):
        for number in range(count):
            at = Place(number, count, phase, phase * count + number)
            changes: Changes = {"modality": modality}
            for each in varying:
                changes |= MEANINGLESS[each](at, random)
            changes |= PHASES[told_by](at)
            result.append(replace(header(number, **changes), path=names[at.order], sop_uid=f"{phase}.{number}"))
    random.shuffle(result)
    return result


def phases_of(volumes: Sequence[Volume]) -> list[tuple[str, int]]:
    """The phase and the number of slices of each volume; several phases in one read "0 1"."""
    named = [
        (" ".join(sorted({item.sop_uid.partition(".")[0] for item in volume.slices})), len(volume.slices))
        for volume in volumes
    ]
    return sorted(named)
