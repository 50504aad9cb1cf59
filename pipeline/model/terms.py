"""Terms shared by images and rules, kept free of arrays so that the rules need no numpy."""

from enum import StrEnum

Point = tuple[float, float, float]
"""A point in patient space: x to the left, y to the back, z to the head, in mm."""


class Modality(StrEnum):
    """Modality (0008,0060) of the images hepatrack reads."""

    CT = "CT"
    MR = "MR"


class Phase(StrEnum):
    """Contrast phase of an abdominal volume; unknown means the classifier abstained."""

    UNENHANCED = "unenhanced"
    ARTERIAL = "arterial"
    PORTAL_VENOUS = "portal venous"
    DELAYED = "delayed"
    HEPATOBILIARY = "hepatobiliary"
    UNKNOWN = "unknown"
