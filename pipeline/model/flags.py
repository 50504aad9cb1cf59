"""The one registry of flags: a named doubt, its meaning and what to do about it.

A flag never changes a number silently. Severity `block` says that the volume or the
lesion it stands on must not be measured automatically; `warn` asks for a look.
"""

from dataclasses import dataclass
from enum import Enum, StrEnum

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema


class Severity(StrEnum):
    """How much a flag weighs."""

    INFO = "info"
    WARN = "warn"
    BLOCK = "block"


@dataclass(frozen=True)
class FlagMeaning:
    """What a flag says and what its reader should do."""

    severity: Severity
    meaning: str
    remedy: str


_I, _W, _B = Severity.INFO, Severity.WARN, Severity.BLOCK


class Flag(Enum):
    """Every flag hepatrack can raise; the name is what tables and logs show."""

    # volumes
    GAP = FlagMeaning(_B, "slices are missing inside the volume", "ask the site for the missing slices")
    DUPLICATED_SLICES = FlagMeaning(_W, "several files hold the same slice; one was used", "check the export")
    UNEVEN_SPACING = FlagMeaning(_B, "slice positions are not evenly spaced", "ask the site for the original series")
    GANTRY_TILT = FlagMeaning(_B, "slices are sheared against their normal (gantry tilt)", "ask for a reformat")
    MIXED_ORIENTATION = FlagMeaning(_W, "one series holds several orientations; it was split", "check the parts")
    MIXED_PATIENTS = FlagMeaning(
        _W, "one series holds several patients; the fewer slices were left out", "check the export"
    )
    MIXED_UIDS = FlagMeaning(
        _W,
        "slices of one even pass differ in Frame of Reference, Study or Series Instance UID",
        "check the de-identification",
    )
    MIXED_DATES = FlagMeaning(
        _W, "slices of one even pass carry two study dates; the earlier is used", "check the date"
    )
    JOINED_ACQUISITIONS = FlagMeaning(
        _W, "several acquisition numbers make one even pass; read as one volume", "check the seam"
    )
    MIXED_TAGS = FlagMeaning(
        _I, "slices of one even pass differ in tags that most volumes have once; scan names them", "none"
    )
    SPLIT_SERIES = FlagMeaning(
        _W, "one series holds this volume and others at other positions; it was split", "check the parts"
    )
    REPEATED_SOP_UID = FlagMeaning(
        _W, "files with other pixels carry the same SOP Instance UID; each was kept", "check the export"
    )
    TRUNCATED = FlagMeaning(_B, "pixel data of a slice are damaged or cut short", "copy the file again")
    THICK_SLICES = FlagMeaning(
        _W, "slices are thicker than the protocol allows", "use a thinner series if there is one"
    )
    NO_CONTRAST_TAGS = FlagMeaning(
        _I, "no header tells the contrast phase; it was read from the organs", "confirm the phase"
    )
    PHASE_UNKNOWN = FlagMeaning(_W, "the contrast phase could not be told", "name the phase by hand")
    PHASE_CONFLICT = FlagMeaning(_W, "header and pixels disagree on the contrast phase", "confirm the phase")
    SINGLE_SLICE = FlagMeaning(_B, "too few slices for a volume", "none; listed only")
    NOT_AXIAL = FlagMeaning(_B, "the volume is not axial", "none; listed only")
    NOT_MEASURABLE_KIND = FlagMeaning(
        _B, "the image is of a kind that is not measured (map, fat, subtraction, projection ...)", "none; listed only"
    )
    SUBSTITUTE_KIND = FlagMeaning(
        _W,
        "a computed image (reformat, in-phase, 60 to 80 keV): measured only where the phase has nothing better",
        "use the original series if there is one",
    )
    CT_NUMBERS_UNKNOWN = FlagMeaning(
        _B,
        "the CT numbers are no Hounsfield units: no rescale tags, another unit, or air is not near -1000",
        "ask the site for the original series",
    )
    NO_DATE = FlagMeaning(
        _W,
        "the headers hold no date, or a placeholder for one; the volume belongs to no visit",
        "say the visit and its date in a list (--visits)",
    )
    SHARED_DATE = FlagMeaning(
        _W,
        "all studies of the subject have one date, as where dates were replaced; they are read as one visit",
        "say the visits and their dates in a list (--visits) if they are several",
    )
    DATE_CONFLICT = FlagMeaning(
        _W,
        "the list of visits and the header differ on the date by more than a visit may last; the list counts",
        "check the date in the list",
    )
    NOT_LISTED = FlagMeaning(
        _W,
        "the list of visits leaves the volume out, or contradicts itself about it; it belongs to no visit",
        "name it in the list (--visits)",
    )
    # visits
    OUTSIDE_WINDOW = FlagMeaning(_W, "the scan lies outside the window of every scheduled visit", "check the date")
    EARLY_AFTER_EMBOLIZATION = FlagMeaning(
        _W, "scanned < 28 days after embolization: swelling and hyperemia", "reader decides"
    )
    MISSING_PHASE = FlagMeaning(
        _W, "a phase that the protocol asks for is missing", "reader decides; another phase was used"
    )
    PHASE_SWITCH = FlagMeaning(
        _W, "measured on another phase than at baseline", "reader decides between measurable and not evaluable"
    )
    MODALITY_SWITCH = FlagMeaning(_W, "measured on another modality than at baseline", "reader decides")
    # register
    REGISTRATION_FAILED = FlagMeaning(
        _W, "alignment with the baseline failed; lesions were linked without it", "check every link"
    )
    REGISTRATION_DOUBTFUL = FlagMeaning(_W, "alignment is doubtful at this lesion", "check the link")
    # segment
    LIVER_NOT_FOUND = FlagMeaning(_B, "no plausible liver was found", "adopt a liver mask or outline it by hand")
    LIVER_DOUBTFUL = FlagMeaning(_W, "the liver outline is doubtful", "check it; burden rests on it")
    LIVER_VOLUME_CHANGED = FlagMeaning(
        _W, "the liver's volume differs by more than 15 % from baseline", "check both outlines; burden rests on them"
    )
    NETWORK_NOT_BELIEVED = FlagMeaning(
        _I,
        "the network called much of the normal liver lesion, so image analysis alone proposed",
        "look for faint lesions",
    )
    MASK_WITHOUT_IMAGE = FlagMeaning(
        _W, "a mask from outside matches no volume and was left out", "check subject, date, acquisition"
    )
    # lesions
    LOW_CONFIDENCE = FlagMeaning(_W, "the proposal is weak", "confirm, edit or reject it")
    EQUIVOCAL_NEW = FlagMeaning(
        _W, "a new-lesion candidate that does not count before a reader confirms it", "confirm or reject it"
    )
    SEEN_BEFORE = FlagMeaning(
        _W,
        "at the place of a new-lesion candidate something stood at baseline already (look-back)",
        "compare both pictures: missed then, or new now",
    )
    READ_MATCHED_BY_SIZE = FlagMeaning(
        _W, "a signed read without points was taken for the proposal of like size", "sign it with its axis"
    )
    AT_VOLUME_EDGE = FlagMeaning(_W, "the lesion touches the first or last slice", "reader decides")
    PLACE_NOT_SHOWN = FlagMeaning(
        _W, "the scan does not show the place the lesion was carried to", "look for it; read another series"
    )
    HALVED_WITHOUT_EDGE = FlagMeaning(
        _W, "the lesion has less than half its volume of the visit before, without a clear edge", "check its outline"
    )
    LIPIODOL = FlagMeaning(_W, "lipiodol in the lesion; it is not counted as enhancement", "check the viable axis")
    NO_ARTERIAL = FlagMeaning(
        _W, "no arterial phase: the viable axis could not be measured", "none; mRECIST is not evaluable"
    )
    REPEAT_MEASURABLE_RULE = FlagMeaning(_I, "below the measurable size at baseline: non-target", "none")
    # endpoint
    STAGED_GROWTH = FlagMeaning(_W, "growth in a lobe before its first session", "reported both ways; ask the sponsor")

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: object, _handler: GetCoreSchemaHandler) -> CoreSchema:
        """Store a flag by its name."""
        return core_schema.no_info_plain_validator_function(
            lambda value: value if isinstance(value, cls) else cls[value],
            serialization=core_schema.plain_serializer_function_ser_schema(lambda flag: flag.name),
        )

    @property
    def severity(self) -> Severity:
        """How much this flag weighs."""
        return self.value.severity

    @property
    def meaning(self) -> str:
        """What the flag says."""
        return self.value.meaning

    @property
    def remedy(self) -> str:
        """What to do about it."""
        return self.value.remedy


OF_THE_VISIT = frozenset(
    {
        Flag.OUTSIDE_WINDOW,
        Flag.EARLY_AFTER_EMBOLIZATION,
        Flag.NO_CONTRAST_TAGS,
        Flag.DUPLICATED_SLICES,
        Flag.NO_DATE,
        Flag.SHARED_DATE,
        Flag.DATE_CONFLICT,
        Flag.NOT_LISTED,
    }
)
"""Flags of a visit and its images that say nothing about one lesion; they stand on the visit alone."""

Flags = tuple[Flag, ...]
"""Flags in registry order, each at most once."""


def ordered(*flags: Flag) -> Flags:
    """Return the flags in registry order without repeats."""
    return tuple(flag for flag in Flag if flag in flags) if flags else ()


def text(flags: Flags) -> str:
    """Return the flags as one table cell: names joined by ';'."""
    return ";".join(flag.name for flag in flags)
