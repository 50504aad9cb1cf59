"""Tissues of the phantom and how bright they are in each phase (HU for CT, signal for MR)."""

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from pipeline.model.image import Modality, Phase

FIRST_LESION_LABEL = 64
"""Labels from here on belong to lesions: three each (viable, necrotic, lipiodol)."""


class Tissue(IntEnum):
    """Label of a voxel of the phantom."""

    AIR = 0
    SKIN = 1
    FAT = 2
    MUSCLE = 3
    CORTICAL_BONE = 4
    MARROW = 5
    DISC = 6
    SPINAL_CANAL = 7
    CARTILAGE = 8
    LUNG = 9
    HEART = 10
    LIVER = 11
    GALLBLADDER = 12
    SPLEEN = 13
    SPLEEN_PALE = 14
    STOMACH_WALL = 15
    STOMACH_CONTENT = 16
    GAS = 17
    KIDNEY_CORTEX = 18
    KIDNEY_MEDULLA = 19
    PANCREAS = 20
    BOWEL = 21
    STOOL = 22
    AORTA = 23
    CAVA = 24
    PORTAL_VEIN = 25
    HEPATIC_VEIN = 26
    COUCH = 27
    MYOCARDIUM = 28


CT_HU: dict[Tissue, tuple[int, int, int]] = {
    Tissue.AIR: (-1000, -1000, -1000),
    Tissue.SKIN: (10, 15, 20),
    Tissue.FAT: (-102, -102, -100),
    Tissue.MUSCLE: (52, 56, 60),
    Tissue.CORTICAL_BONE: (620, 620, 625),
    Tissue.MARROW: (190, 195, 205),
    Tissue.DISC: (85, 88, 90),
    Tissue.SPINAL_CANAL: (25, 28, 30),
    Tissue.CARTILAGE: (105, 105, 108),
    Tissue.LUNG: (-850, -845, -840),
    Tissue.HEART: (42, 260, 150),
    Tissue.LIVER: (56, 68, 110),
    Tissue.GALLBLADDER: (8, 8, 9),
    Tissue.SPLEEN: (48, 150, 122),
    Tissue.SPLEEN_PALE: (48, 98, 120),
    Tissue.STOMACH_WALL: (42, 75, 85),
    Tissue.STOMACH_CONTENT: (18, 18, 18),
    Tissue.GAS: (-960, -960, -960),
    Tissue.KIDNEY_CORTEX: (32, 190, 185),
    Tissue.KIDNEY_MEDULLA: (30, 75, 172),
    Tissue.PANCREAS: (40, 98, 92),
    Tissue.BOWEL: (35, 62, 70),
    Tissue.STOOL: (15, 15, 15),
    Tissue.AORTA: (42, 305, 160),
    Tissue.CAVA: (42, 88, 142),
    Tissue.PORTAL_VEIN: (42, 96, 170),
    Tissue.HEPATIC_VEIN: (42, 64, 160),
    Tissue.COUCH: (-150, -150, -150),
    Tissue.MYOCARDIUM: (45, 110, 115),
}
"""Hounsfield units when unenhanced, late arterial and portal venous; own choice within the usual of each organ."""

MR_SIGNAL: dict[Tissue, tuple[int, int, int]] = {
    Tissue.AIR: (4, 4, 4),
    Tissue.SKIN: (130, 140, 160),
    Tissue.FAT: (62, 62, 64),
    Tissue.MUSCLE: (165, 172, 190),
    Tissue.CORTICAL_BONE: (22, 22, 22),
    Tissue.MARROW: (85, 92, 105),
    Tissue.DISC: (105, 105, 110),
    Tissue.SPINAL_CANAL: (75, 80, 85),
    Tissue.CARTILAGE: (110, 112, 118),
    Tissue.LUNG: (16, 18, 20),
    Tissue.HEART: (150, 560, 430),
    Tissue.LIVER: (230, 265, 370),
    Tissue.GALLBLADDER: (110, 110, 110),
    Tissue.SPLEEN: (170, 470, 410),
    Tissue.SPLEEN_PALE: (170, 330, 405),
    Tissue.STOMACH_WALL: (170, 250, 290),
    Tissue.STOMACH_CONTENT: (80, 80, 80),
    Tissue.GAS: (6, 6, 6),
    Tissue.KIDNEY_CORTEX: (210, 560, 540),
    Tissue.KIDNEY_MEDULLA: (170, 280, 500),
    Tissue.PANCREAS: (240, 390, 350),
    Tissue.BOWEL: (160, 230, 270),
    Tissue.STOOL: (120, 120, 120),
    Tissue.AORTA: (140, 780, 520),
    Tissue.CAVA: (140, 290, 480),
    Tissue.PORTAL_VEIN: (140, 330, 560),
    Tissue.HEPATIC_VEIN: (140, 240, 530),
    Tissue.COUCH: (4, 4, 4),
    Tissue.MYOCARDIUM: (160, 330, 360),
}
"""Fat-suppressed T1 gradient-echo signal before contrast, arterial, portal venous, in arbitrary units; own choice."""

LESION_CT_HU = ((48, 132, 68), (30, 40, 48), (900, 900, 900))
"""Viable tumor, necrosis and lipiodol, in HU when unenhanced, arterial and portal venous; own choice."""

LESION_MR_SIGNAL = ((160, 430, 235), (120, 130, 160), (150, 150, 150))
"""Viable tumor, necrosis and lipiodol, as MR signal in the same phases; own choice."""

ENHANCING = frozenset(
    {Tissue.HEART, Tissue.AORTA, Tissue.CAVA, Tissue.PORTAL_VEIN, Tissue.HEPATIC_VEIN}
    | {Tissue.SPLEEN, Tissue.SPLEEN_PALE, Tissue.KIDNEY_CORTEX, Tissue.KIDNEY_MEDULLA, Tissue.LIVER}
)
"""Tissues whose enhancement differs a little from scan to scan."""

_COLUMN = {Phase.UNENHANCED: 0, Phase.ARTERIAL: 1, Phase.PORTAL_VENOUS: 2}
"""Place of a phase in the rows of the tables above."""


def brightness(modality: Modality, phase: Phase, lesions: int, strength: float) -> NDArray[np.float32]:
    """Return the intensity of each label 0..255.

    strength scales the enhancement of blood and organs (about 1). Lesions carry the
    labels FIRST_LESION_LABEL + 3 n + (0 viable, 1 necrotic, 2 lipiodol).

    Raises:
        KeyError: the phantom has no such phase.
    """
    column = _COLUMN[phase]
    organs, tumor = (CT_HU, LESION_CT_HU) if modality is Modality.CT else (MR_SIGNAL, LESION_MR_SIGNAL)
    table = np.zeros(256, dtype=np.float32)
    for tissue, values in organs.items():
        plain, enhanced = values[0], values[column]
        table[tissue] = plain + (enhanced - plain) * (strength if tissue in ENHANCING else 1.0)
    for part in range(3):
        table[FIRST_LESION_LABEL + part : FIRST_LESION_LABEL + 3 * lesions : 3] = tumor[part][column]
    return table
