"""Decide the organ that a location (TULOC) names, or that nobody knows the word.

Words of TULOC are free text in many systems. One that stands in no list is not guessed at: it is told to the
user with its count, who may map it (`--anatomy`). Terms: CDISC codelist LOC; rule book, section 6, "TU" (S23, S24).
"""

from collections.abc import Mapping

from pipeline.model.lesion import Organ

_NAMES = (
    ("LYMPH", Organ.NODE),
    ("LIVER", Organ.LIVER),
    ("BONE", Organ.BONE),
    ("LUNG", Organ.LUNG),
    ("PERITONE", Organ.PERITONEUM),
)
"""Parts of a location, the first that fits; a lymph node of the liver hilum is a node."""
_BONES = frozenset(
    [
        "FEMUR",
        "HUMERUS",
        "RIB",
        "RIBS",
        "SKULL",
        "STERNUM",
        "SACRUM",
        "VERTEBRA",
        "VERTEBRAE",
        "VERTEBRAL",
        "SPINE",
        "CLAVICLE",
        "SCAPULA",
        "ILIUM",
    ]
)
_OTHERS = frozenset(
    [
        "ABDOMEN",
        "ABDOMINAL",
        "ADRENAL",
        "ANUS",
        "APPENDIX",
        "ASCITES",
        "BLADDER",
        "BRAIN",
        "BREAST",
        "BRONCHUS",
        "CECUM",
        "CEREBELLUM",
        "CERVIX",
        "CHEST",
        "COLON",
        "DUODENUM",
        "ESOPHAGUS",
        "EYE",
        "GALLBLADDER",
        "HEART",
        "ILEUM",
        "JEJUNUM",
        "KIDNEY",
        "LARYNX",
        "MEDIASTINUM",
        "MESENTERY",
        "MUSCLE",
        "NASOPHARYNX",
        "OMENTUM",
        "OTHER",
        "OVARY",
        "PANCREAS",
        "PAROTID",
        "PELVIS",
        "PENIS",
        "PERICARDIUM",
        "PHARYNX",
        "PLEURA",
        "PLEURAL",
        "PROSTATE",
        "RECTUM",
        "SKIN",
        "SPLEEN",
        "STOMACH",
        "SUBCUTANEOUS",
        "TESTIS",
        "THORAX",
        "THYMUS",
        "THYROID",
        "TONGUE",
        "TONSIL",
        "TRACHEA",
        "URETER",
        "URETHRA",
        "UTERUS",
        "VAGINA",
    ]
)
"""Words of organs that are neither liver nor node; RECIST counts them as one organ, OTHER (our decision [D])."""
_NODES = frozenset({"NODE", "NODES", "NODAL"})
"""Words of a node that is not called a lymph node; the site beside them is not its organ (LIVER HILAR NODE)."""
_DOUBTFUL = _NODES | {"HEPATIC", "HILAR", "HILUM", "PORTAL", "PORTA", "SEGMENT"}
"""Words that may mean the liver or a node; beside one of them the organ is not told (HEPATIC FLEXURE)."""


def organ(location: str, own: Mapping[str, Organ]) -> Organ | None:
    """Return the organ of a location in capital letters; None where no list knows it.

    own: whole locations in capital letters that the user maps; they stand above ours.
    """
    mapped = own.get(location)
    if mapped is not None:
        return mapped
    words = set(location.replace(",", " ").replace("/", " ").replace("-", " ").split())
    for part, named in _NAMES:
        if part in location and (named is Organ.NODE or not words & _NODES):
            return named
    if words & _DOUBTFUL:
        return None
    if words & _BONES:
        return Organ.BONE
    return Organ.OTHER if words & _OTHERS else None
