"""What kind of image a volume is, and whether lesions may be measured on it.

Values 3 and 4 of ImageType name it (DICOM PS3.3, C.8.2.1.1.1 for CT and C.8.3.1.1.1 for MR), other tags help.
"""

from dataclasses import dataclass
from enum import StrEnum


class ImageKind(StrEnum):
    """Every kind of image that hepatrack tells apart, in words."""

    ANATOMICAL = "anatomical"
    WATER = "water (Dixon)"
    REFORMAT = "reformat (MPR)"
    DERIVED = "derived, the header does not say how"
    MONOENERGETIC = "virtual monoenergetic, 60 to 80 keV"
    IN_PHASE = "in-phase"
    MONOENERGETIC_FAR = "virtual monoenergetic, not known to be 60 to 80 keV"
    MATERIAL = "material map (iodine, density)"
    EFFECTIVE_Z = "effective atomic number"
    ELECTRON_DENSITY = "electron density"
    MATERIAL_CHANGED = "virtual unenhanced or material changed"
    PERFUSION = "perfusion map"
    SUBTRACTION = "subtraction"
    PROJECTION = "projection (MIP, MinIP, average)"
    CURVED = "curved reformat or rendering"
    LOCALIZER = "localizer"
    FAT = "fat (Dixon)"
    OPPOSED_PHASE = "opposed-phase"
    FRACTION = "fat or water fraction"
    COMPLEX_PART = "phase, real, imaginary or velocity"
    DIFFUSION = "diffusion-weighted"
    DIFFUSION_MAP = "diffusion map (ADC, FA)"
    RELAXATION = "relaxation or field map (T1, T2, R2*, B0)"
    ELASTOGRAPHY = "elastography"
    MULTI_ECHO = "one of several echoes"

    @property
    def fit(self) -> bool:
        """Whether lesions may be measured on it at all."""
        return self in FIRST_CHOICE or self in SUBSTITUTES

    @property
    def substitute(self) -> bool:
        """Whether it is measured only where no image of the first choice shows the phase; then it is flagged."""
        return self in SUBSTITUTES


FIRST_CHOICE = frozenset({ImageKind.ANATOMICAL, ImageKind.WATER})
"""Measured as they are."""
SUBSTITUTES = frozenset({ImageKind.REFORMAT, ImageKind.DERIVED, ImageKind.MONOENERGETIC, ImageKind.IN_PHASE})
"""Tissue in its usual brightness, but computed: measured where the phase has nothing better; own choice."""


@dataclass(frozen=True)
class KindCall:
    """A kind and the tag that tells it; evidence is empty where no tag says anything special."""

    kind: ImageKind
    evidence: str = ""

    @property
    def text(self) -> str:
        """The kind in words, with its evidence."""
        return f"{self.kind.value} [{self.evidence}]" if self.evidence else self.kind.value


ANATOMICAL = KindCall(ImageKind.ANATOMICAL)
"""An image of the body of which no tag says anything special."""


@dataclass(frozen=True)
class PixelMeaning:
    """What the header says the stored values mean.

    rescaled: slope or intercept is present. rescale_type: (0028,1054). unit: code of the real world value mapping
    (0040,9096). component: MAGNITUDE, PHASE, REAL or IMAGINARY, (0008,9208) or the vendor's. energy_kev: (0018,937C).
    field_t: (0018,0087), magnetic field in tesla. Texts are empty where absent.
    """

    rescaled: bool = True
    rescale_type: str = ""
    unit: str = ""
    component: str = ""
    energy_kev: float | None = None
    field_t: float | None = None


UNTOLD = PixelMeaning()
"""Of an image that was rescaled and says no more."""
