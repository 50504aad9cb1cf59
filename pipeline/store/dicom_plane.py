"""Where the plane of a slice lies, from its header; what spans no plane in the patient is refused."""

from dataclasses import dataclass
from math import hypot

from pydicom import Dataset

from pipeline.model.grid import Point
from pipeline.store import dicom_values
from pipeline.store.dicom_values import DamagedTagError

MOST_MM = 1e5
"""mm (100 m): a position or spacing beyond is damage; own choice, above every table travel."""
UNIT_TOLERANCE = 0.1
"""By how much the length of a direction may differ from 1, and the cosine of row and column from 0; own choice."""


@dataclass(frozen=True)
class Plane:
    """position and orientation as in the header (LPS mm, direction cosines); spacing (between rows, columns) in mm."""

    position: Point
    orientation: tuple[float, float, float, float, float, float]
    pixel_spacing_mm: tuple[float, float]


def plane(dataset: Dataset) -> Plane:
    """Return the plane of a slice whose tags are there.

    Raises:
        DamagedTagError: a tag holds too few numbers, or numbers that place no plane.
    """
    x, y, z = _exactly(dataset, "ImagePositionPatient", 3)
    a, b, c, d, e, f = _exactly(dataset, "ImageOrientationPatient", 6)
    between_rows, between_columns = _exactly(dataset, "PixelSpacing", 2)
    if max(abs(x), abs(y), abs(z)) > MOST_MM:
        raise DamagedTagError("ImagePositionPatient")
    cosine = a * d + b * e + c * f
    lengths = hypot(a, b, c), hypot(d, e, f)
    if max(*(abs(length - 1) for length in lengths), abs(cosine)) > UNIT_TOLERANCE:
        raise DamagedTagError("ImageOrientationPatient")
    if min(between_rows, between_columns) <= 0 or max(between_rows, between_columns) > MOST_MM:
        raise DamagedTagError("PixelSpacing")
    return Plane((x, y, z), (a, b, c, d, e, f), (between_rows, between_columns))


def _exactly(dataset: Dataset, key: str, count: int) -> tuple[float, ...]:
    values = dicom_values.numbers(dataset, key)
    if len(values) != count:
        raise DamagedTagError(key)
    return values
