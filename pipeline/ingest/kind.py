"""Decide what kind of image a slice and a volume are, from the header alone.

Order of trust: units and numbers (RescaleType, real world value mapping, component, energy, b-value), then ImageType,
then siblings in the series (echoes, b = 0 beside b > 0). Words of the series description come last, and only where
ImageType calls the image derived or secondary, or is absent.

Values of ImageType as vendors write them: DICOM PS3.3, C.8.2.1.1.1 (multi-energy CT) and C.8.3.1.1.1; Siemens, GE and
Philips as in the validation sets of dcm2niix (neurolabusc/dcm_qa_*) and the cases of tests/ingest/image_kinds.csv.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from pipeline.model.catalog import SliceHeader, Volume
from pipeline.model.image import Modality
from pipeline.model.image_kind import ImageKind, KindCall

LIKE_120_KVP_KEV = (60.0, 80.0)
"""keV between which a virtual monoenergetic image stands for a usual CT: 120 kVp is near 70 keV; own choice."""
ECHO_STEP_MS = 0.2
"""ms: echo times that differ by more are different echoes, less is jitter of one; own choice."""
GRADIENT_ECHO_MS = 10.0
"""ms: later echoes are not read as in or opposed phase; own choice, two full turns at 1.5 T."""
FAT_SHIFT_HZ_T = 147.0
"""Hz a tesla between water and fat: 3.45 ppm of 42.58 MHz; at 1.5 T opposed at 2.3 ms, in phase at 4.5 ms."""
IN_PHASE_TURNS = 0.2
"""Turns that fat may be away from water and still count as in phase, or from half a turn as opposed; own choice."""

K = ImageKind
_HU = {"", "HU"}
_HU_UNITS = {"", "[HNSF'U]", "HNSF'U", "HU"}
_CT_RESCALE = {
    "Z_EFF": K.EFFECTIVE_Z, "ED": K.ELECTRON_DENSITY, "EDW": K.ELECTRON_DENSITY, "HU_MOD": K.MATERIAL_CHANGED,
    "MGML": K.MATERIAL, "PCT": K.MATERIAL,
}  # fmt: skip
"""Rescale types of multi-energy CT (PS3.3, C.11.1.1.2)."""
_MR_UNITS = (
    (r"(?:10\*-\d+\.?|u|m)?m?m2/m?s", K.DIFFUSION_MAP),
    (r"m?s|1?/m?s|HZ|S-1|RAD", K.RELAXATION),
    (r"K?PA", K.ELASTOGRAPHY),
    (r"%", K.FRACTION),
    (r"[MC]M/S", K.COMPLEX_PART),
)
"""UCUM codes of maps."""

_BOTH = (
    (K.LOCALIZER, r"LOCALIZER|SCOUT"),
    (K.SUBTRACTION, r"SUB|SUBTR|SUBTRACT|SUBTRACTION|SUBTRACTED"),
    (K.CURVED, r"CPR|CURVED|VRT|VR|SSD|VOLUME RENDERING|RENDERED|.*CURVED.*"),
    (K.PROJECTION, r"(?:.* )?(?:MIP|MINIP|MNIP|MIN IP|MAX IP|MPR? MIP|PROJECTION)(?: .*)?|PROJECTION IMAGE|COMP MIP"),
    (K.PROJECTION, r"MAXIMUM|MINIMUM|MEAN|STDDEV|STD DEV|TAVG|TEMPORAL AVERAGE"),
    (K.PERFUSION, r"R?(?:REL)?(?:CBF|CBV|MTT)|TTP|TTD|TMAX|T0|PBP|KTRANS|KEP|IAUC|BLOOD FLOW|BLOOD VOLUME|PERM.*"),
)
_CT = (
    (K.EFFECTIVE_Z, r"EFF ATOMIC NUM|EFFECTIVE Z|Z ?EFF|ZEFF|EFFZ|RHOZ|RHO Z"),
    (K.ELECTRON_DENSITY, r"ELECTRON DENSITY|RHO"),
    (K.MATERIAL_CHANGED, r"MAT REMOVED|MAT MODIFIED|VNC|VUE|VNCA|VIRTUAL (?:UNENHANCED|NON ?CON.*)"),
    (K.MATERIAL, r"MAT SPECIFIC|MAT FRACTIONAL|MAT VALUE BASED|MATERIAL.*|(?:.* )?IOD(?:INE|IN|E)?(?: .*)?|GSI MD.*"),
    (K.PERFUSION, r"PERFUSION|BF|BV|MIT|HPI"),
    (K.MONOENERGETIC, r"VMI|(?:.* )?MONO(?:ENERGETIC|CHROMATIC)?(?: ?PLUS)?(?: .*)?|\d+ ?KEV"),
)
_MR = (
    (K.FRACTION, r"FF|F FRACTION|PDFF|(?:FAT|WATER) ?FRACTION|FAT FRAC.*|FATFRACTION|W FRACTION"),
    (
        K.RELAXATION,
        r"(?:T1|T2|T2 ?STAR|T2\*|R1|R2|R2 ?STAR|R2\*|PD|B0|B1|FIELD)(?: ?MAP)|T2 STAR|R2 STAR|T2STAR|R2STAR",
    ),
    (K.RELAXATION, r"R2\*|T2\*|R2|R1|QMAP|MULTI QMAP|FIELDMAP|QSM|SUSCEPTIBILITY"),
    (K.ELASTOGRAPHY, r"MRE|STIFFNESS|ELASTO.*|WAVE|SHEAR.*|CONFIDENCE.*"),
    (K.DIFFUSION_MAP, r"E?ADC|ADC .*|.* ADC|FA|EXP|TENSOR.*|TRACE ?ADC"),
    (K.COMPLEX_PART, r"P|PHASE|PHASE MAP|R|REAL|I|IMAGINARY|[PRI] (?:FFE|SE|IR|PCA|TFE|EPI)|VELOCITY.*|SW P FFE"),
    (K.DIFFUSION, r"DIFFUSION|TRACEW?|ISODWI|CALC BVALUE|DWI|DTI"),
    (K.FAT, r"F|FAT|FAT ONLY|DIXON FAT"),
    (K.OPPOSED_PHASE, r"OP|OPP|OUT|OPP PHASE|OUT PHASE|OUT OF PHASE|OPPOSED PHASE|OPPOSED"),
    (K.IN_PHASE, r"IP|IN|IN PHASE"),
    (K.WATER, r"W|WATER|WATER ONLY|DIXON WATER"),
)
_REFORMAT = (
    (K.REFORMAT, r"REFORMATTED|MPR|MPR .*|CSA MPR.*|CSAPARALLEL|CSA RESAMPLED|RESAMPLED|OBLIQUE|MULTIPLANAR.*"),
)
_DERIVED_MAGNITUDE = r"M|MAGNITUDE|M (?:FFE|SE|IR|TFE|EPI)|ND|NORM|DIS2D|DIS3D"
"""Values that call a derived MR image a magnitude image all the same."""

_WORDS_BOTH = (
    (K.SUBTRACTION, r"SUB|SUBTR\w*"),
    (K.PROJECTION, r"MIPS?|MINIPS?|MIN IP|MAX IP|TMIP"),
    (K.CURVED, r"CPR|CURVED|VRT|VR|SSD"),
    (K.PERFUSION, r"CBF|CBV|MTT|TTP|TMAX|PERF\w*|BLOOD (?:FLOW|VOLUME)"),
)
_WORDS_CT = (
    (K.EFFECTIVE_Z, r"Z ?EFF\w*|EFF\w* Z|RHOZ"),
    (K.ELECTRON_DENSITY, r"ELECTRON DENSITY"),
    (K.MATERIAL_CHANGED, r"VNC|VUE|VIRTUAL (?:UNENHANCED|NON ?CON\w*|NATIVE?)|VIRT\w* NON ?CON\w*"),
    (K.MATERIAL, r"IODINE|IODIN|IODE|MD (?:WATER|IODINE|IRON)|WATER IODINE|MATERIAL DENSITY"),
    (K.MONOENERGETIC, r"MONO\w*|VMI"),
)
_WORDS_MR = (
    (K.FRACTION, r"PDFF|(?:FAT|WATER) (?:FRAC\w*|FRACTION)|FF"),
    (K.DIFFUSION_MAP, r"E?ADC|APPARENT DIFFUSION\w*"),
    (K.RELAXATION, r"(?:T1|T2|T2 ?STAR|R2|R2 ?STAR) ?MAPS?|R2 ?STAR|R2"),
    (K.ELASTOGRAPHY, r"MRE|ELASTO\w*|STIFFNESS"),
    (K.DIFFUSION, r"DWI|DIFF\w*|TRACEW?|B ?\d{2,4}"),
    (K.FAT, r"FAT|FAT ONLY|\w+ F"),
    (K.OPPOSED_PHASE, r"OPP\w*|OUT(?: OF)? ?PHASE"),
    (K.IN_PHASE, r"IN ?PHASE"),
    (K.WATER, r"WATER"),
)
"""Words of descriptions (capitals, separators as blanks)."""
_KEV = re.compile(r"\b(\d{2,3}) ?KEV\b")
_TERMS = {term for table in (_BOTH, _CT, _MR, _REFORMAT, _WORDS_BOTH, _WORDS_CT, _WORDS_MR) for _, pattern in table
          for term in re.findall(r"[A-Z][A-Z0-9*]*", pattern)}  # fmt: skip
_TERMS |= {*_CT_RESCALE, "ORIGINAL", "DERIVED", "PRIMARY", "SECONDARY", "AXIAL", "OTHER", "NONE", "FILTERED", "AVERAGE"}
"""Words of the tables above and of the standard: what evidence may quote, for any other word may be a name."""
_DENSITY = re.compile(r"(?:\d+\*?)?[MU]?G/(?:C?M\^?3|[CMD]?L|CC)")
_LONGEST_NUMBER = 4
"""Digits of a number that evidence quotes; own choice, a longer one may be an identifier."""
_HASHED = 4
"""Hexadecimal digits that stand for a word: enough to tell two of one series apart."""


def of(item: SliceHeader) -> KindCall:
    """Decide the kind of one slice from its own header."""
    values = tuple(_plain(value) for value in item.image_type[2:])
    words = _plain(f"{item.series_description} | {item.protocol_name}")
    call = _ct(item, values, words) if item.modality is Modality.CT else _mr(item, values)
    if call is not None:
        return call
    reformat = _by_values(values, _REFORMAT)
    trusted = tuple(value.strip().upper() for value in item.image_type[:2])
    if trusted[:1] == ("ORIGINAL",) and "SECONDARY" not in trusted:
        return reformat or KindCall(K.ANATOMICAL)
    own = _WORDS_CT if item.modality is Modality.CT else _WORDS_MR
    hint = _by_words(words, (*_WORDS_BOTH, *own), item)
    return hint or reformat or _derived(trusted, values, item.modality)


def key(item: SliceHeader) -> tuple[ImageKind, str]:
    """What slices of one volume share: their kind, and the energy or complex part by which it comes several times."""
    call = of(item)
    return call.kind, call.evidence if call.kind in {K.MONOENERGETIC, K.MONOENERGETIC_FAR, K.COMPLEX_PART} else ""


def among(volumes: Sequence[Volume]) -> list[Volume]:
    """Decide the kinds that only the other volumes of one series tell.

    1. Beside b > 0 of the same series, b = 0 is diffusion-weighted too.
    2. Several echo times in one series: in or opposed phase where gradient echo and magnetic field tell it, else one
       of several echoes. A series whose volumes are named (water, in-phase) is left as it is.
    """
    result = list(volumes)
    plain = [n for n, volume in enumerate(result) if _open_mr(volume)]
    if any(volume.kind.kind is K.DIFFUSION for volume in result):
        for n in plain:
            if result[n].slices[0].b_value is not None:
                result[n] = replace(result[n], kind=KindCall(K.DIFFUSION, "b = 0 beside b > 0 in its series"))
        return result
    by_pass: dict[object, list[int]] = defaultdict(list)
    for n in plain:
        by_pass[result[n].slices[0].image_type].append(n)
    for numbers in by_pass.values():
        times = [result[n].slices[0].echo_time_ms for n in numbers]
        known = [time for time in times if time is not None]
        if len(known) > 1 and max(known) - min(known) > ECHO_STEP_MS:
            for n in numbers:
                result[n] = replace(result[n], kind=_echo(result[n].slices[0], known))
    return result


def _open_mr(volume: Volume) -> bool:
    return volume.modality is Modality.MR and volume.kind.kind in {K.ANATOMICAL, K.DERIVED}


def _echo(item: SliceHeader, times: Sequence[float]) -> KindCall:
    """In or opposed phase by the turns that fat has made against water."""
    between = ", ".join(f"{time:g}" for time in sorted(set(times)))
    time, field = item.echo_time_ms, item.meaning.field_t
    evidence = f"echo {time:g} ms of {between} ms" if time is not None else f"echoes {between} ms"
    gradient = not item.scanning_sequence or "GR" in item.scanning_sequence
    if time is None or field is None or not gradient or time > GRADIENT_ECHO_MS:
        return KindCall(K.MULTI_ECHO, evidence)
    turns = time / 1000 * FAT_SHIFT_HZ_T * field
    away = abs(turns - round(turns))
    if away <= IN_PHASE_TURNS:
        return KindCall(K.IN_PHASE, f"{evidence} at {field:g} T")
    if away >= 0.5 - IN_PHASE_TURNS:
        return KindCall(K.OPPOSED_PHASE, f"{evidence} at {field:g} T")
    return KindCall(K.MULTI_ECHO, evidence)


def _ct(item: SliceHeader, values: Sequence[str], words: str) -> KindCall | None:
    kind = item.meaning.rescale_type.upper()
    if kind in _CT_RESCALE:
        return KindCall(_CT_RESCALE[kind], f"RescaleType {kind}")
    if kind not in _HU and "G" in kind and ("/" in kind or "M" in kind):  # mg/cc, 100ug/ml: GE's material density
        return KindCall(K.MATERIAL, f"RescaleType {kind if _DENSITY.fullmatch(kind) else _quoted(kind)}")
    if item.meaning.unit.upper() not in _HU_UNITS:
        return KindCall(K.MATERIAL, f"unit {_quoted(item.meaning.unit.upper())}")
    call = _by_values(values, (*_BOTH, *_CT))
    energy = item.meaning.energy_kev
    written = _KEV.search(" ".join(values)) or _KEV.search(words)
    if call is not None and call.kind is not K.MONOENERGETIC:
        return call
    if energy is None and written is None:
        return None if call is None else KindCall(K.MONOENERGETIC_FAR, f"{call.evidence}, energy not given")
    kev = float(written[1]) if energy is None and written is not None else float(energy or 0)
    low, high = LIKE_120_KVP_KEV
    return KindCall(K.MONOENERGETIC if low <= kev <= high else K.MONOENERGETIC_FAR, f"{kev:g} keV")


def _mr(item: SliceHeader, values: Sequence[str]) -> KindCall | None:
    unit = item.meaning.unit.upper()
    for pattern, kind in _MR_UNITS:
        if unit and re.fullmatch(pattern.upper(), unit):
            return KindCall(kind, f"unit {item.meaning.unit}")
    call = _by_values(values, (*_BOTH, *_MR))
    if item.meaning.component in {"PHASE", "REAL", "IMAGINARY"}:
        return KindCall(K.COMPLEX_PART, f"component {item.meaning.component}")
    if call is not None:
        return call
    if item.b_value:
        return KindCall(K.DIFFUSION, f"b = {item.b_value:g} s/mm2")
    return None


def _derived(trusted: Sequence[str], values: Sequence[str], modality: Modality) -> KindCall:
    """An image that no value or word names: computed from others, unless it is called primary or magnitude."""
    if not trusted or "DERIVED" not in trusted or trusted[1:] == ("PRIMARY",):
        return KindCall(K.ANATOMICAL)
    if modality is Modality.MR and any(re.fullmatch(_DERIVED_MAGNITUDE, value) for value in values):
        return KindCall(K.REFORMAT, "ImageType DERIVED SECONDARY, magnitude")
    if modality is Modality.CT and "PROCESSED" in values:  # GE's word for a filtered copy of the slices it scanned
        return KindCall(K.ANATOMICAL)
    if "AXIAL" in values:
        return KindCall(K.REFORMAT, "ImageType DERIVED SECONDARY AXIAL")
    return KindCall(K.DERIVED, f"ImageType {_quoted(' '.join((*trusted, *values)))}")


def _by_values(values: Sequence[str], table: Sequence[tuple[ImageKind, str]]) -> KindCall | None:
    """The first kind of the table that a value of ImageType names."""
    for kind, pattern in table:
        for value in values:
            if re.fullmatch(pattern, value):
                return KindCall(kind, f"ImageType {_quoted(value)}")
    return None


def _by_words(words: str, table: Sequence[tuple[ImageKind, str]], item: SliceHeader) -> KindCall | None:
    for kind, pattern in table:
        matched = re.search(rf"\b(?:{pattern})\b", words)
        if matched:
            named = K.MONOENERGETIC_FAR if kind is K.MONOENERGETIC else kind
            trusted = _quoted(" ".join(item.image_type[:2]))
            return KindCall(named, f"description '{_quoted(matched[0])}', {trusted or 'no ImageType'}")
    return None


def _quoted(text: str) -> str:
    """Return a text with known words and short numbers as they are, and a hash for each other word."""
    return " ".join(
        word
        if word in _TERMS or (word.isdecimal() and len(word) <= _LONGEST_NUMBER)
        else f"#{hashlib.sha256(word.encode()).hexdigest()[:_HASHED]}"
        for word in text.split()
    )


def _plain(text: str) -> str:
    """Capitals, separators as blanks; the star of T2* stays."""
    return re.sub(r"[^A-Z0-9*|]+", " ", text.upper()).strip()
