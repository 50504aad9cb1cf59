"""What the header says about contrast, where it can be trusted.

Rule book, section 7, "Phase" (S28).
"""

import re

from pipeline.model.catalog import PhaseCall, SliceHeader, Volume
from pipeline.model.flags import Flag
from pipeline.model.image import Modality, Phase

_U, _A, _P, _D, _H = Phase.UNENHANCED, Phase.ARTERIAL, Phase.PORTAL_VENOUS, Phase.DELAYED, Phase.HEPATOBILIARY

WORDS: tuple[tuple[Phase, float, str], ...] = (
    (_H, 0.9, r"HBP|HEPATO ?BILIARY|HEPATOCYTE|HEPATOCYTIC"),
    (_U, 0.85, r"UNENHANCED|NON ?CON(?:TRAST)?|PRE ?CON(?:TRAST)?|WITHOUT(?: CONTRAST)?|NATIVE?|NATIV|NCCT|PLAIN"),
    (_U, 0.8, r"PRE|W O(?: CONTRAST)?|WO(?: CONTRAST)?"),
    (_A, 0.9, r"(?:LATE |EARLY )?ARTERIAL|ARTERIELL?E?|ARTERIALE?|HAP"),
    (_A, 0.75, r"ART"),
    (_P, 0.9, r"(?:LATE )?PORTAL(?: ?VENOUS| ?VEN| ?VEIN)?|PORTO ?VENOUS|PORTALVENOUS|PORTALVENOES|PVP"),
    (_P, 0.75, r"VENOUS|VENOES|VENOS[AO]|VEINEUX|VEN|PV"),
    (_D, 0.85, r"DELAYED|DELAY|EQUILIBRIUM|TARDIVE?|TARDIVA|SPAET|SPATPHASE|LATE PHASE"),
    (_D, 0.7, r"DEL"),
)
"""Words of series descriptions (capitals, separators as blanks) with the trust in them.

AP is no such word: in LIVER 3 PHASE (AP) it means abdomen and pelvis.
"""

SEVERAL = re.compile(r"\b(?:W ?WO|WWO|W W O|WITH AND WITHOUT|(?:MULTI|TRIPLE|TRI|DUAL|BI|[2-9]) ?-?PHAS\w*|DYN\w*)\b")
"""Descriptions of a whole examination; they name no phase."""

NO_DYNAMIC = re.compile(
    r"\b(?:T2\w*|HASTE|SSFSE|SSTSE|FSE|TSE|STIR|FLAIR|DWI|DIFF\w*|ADC|EP2D\w*|TRUFI\w*|FIESTA|BFFE|BTFE|TOF|MRCP|"
    r"SUB|SUBTR\w*|SUBTRACT\w*|MIP|IN ?PHASE|OUT ?PHASE|OPP\w*|IN OUT|PERF\w*|LOC\w*|SCOUT|SURVEY)\b"
)
"""MR and derived series that are no contrast phase of a T1 dynamic."""

BY_DELAY_S: tuple[tuple[float, float, Phase], ...] = ((15, 45, _A), (55, 110, _P), (150, 900, _D))
"""Seconds after the start of the injection by phase (arterial 25-40, portal venous 60-90, delayed 180-300, widened);
outside these ranges the delay decides nothing."""

LIVER_AGENTS = ("EOVIST", "PRIMOVIST", "GADOXET", "MULTIHANCE", "GADOBEN")
"""Agents that liver cells take up; with them 10 minutes or more is hepatobiliary."""


def from_tags(volume: Volume) -> PhaseCall | None:
    """Read the phase from the header; None when no tag tells it.

    1. Words of the series description, else of the protocol name. Names of two phases, or of
       a multi-phase examination, tell nothing.
    2. A delay in the description (70 S, 20 MIN).
    3. Acquisition time minus start of the bolus.
    Hepatobiliary is told for MR only.
    """
    first = volume.slices[0]
    if not is_contrast_phase(volume):
        return None
    for text in (first.series_description, first.protocol_name):
        plain = _plain(text)
        call = _by_words(plain, volume.modality) or _by_written_delay(plain, first)
        if call is not None:
            return call
        if _phases_named(plain):
            return None
    return _by_clock(first)


def is_contrast_phase(volume: Volume) -> bool:
    """Whether the series can be one phase of a contrast examination at all.

    Kinds that are not measured, CT numbers that are no HU, T2, series in and out of phase and the like cannot.
    """
    first = volume.slices[0]
    if not volume.kind.kind.fit or Flag.CT_NUMBERS_UNKNOWN in volume.flags:
        return False
    kinds = {part.upper() for part in first.image_type}
    if first.b_value or kinds & {"SUBTRACTION", "SUB", "ADC", "DIFFUSION"}:
        return False
    return not NO_DYNAMIC.search(_plain(first.series_description))


def _plain(text: str) -> str:
    return re.sub(r"[^A-Z0-9]+", " ", text.upper()).strip()


def _phases_named(plain: str) -> dict[Phase, float]:
    """Each phase named in the text with the highest trust of its words."""
    named: dict[Phase, float] = {}
    for phase, trust, words in WORDS:
        if re.search(rf"\b(?:{words})\b", plain):
            named[phase] = max(trust, named.get(phase, 0.0))
    return named


def _word(plain: str, phase: Phase) -> str:
    """Return the word that names a phase: the rest of a description may name the patient."""
    named = (re.search(rf"\b(?:{words})\b", plain) for each, _, words in WORDS if each is phase)
    return next((match[0] for match in named if match), "")


def _by_words(plain: str, modality: Modality) -> PhaseCall | None:
    named = _phases_named(plain)
    if modality is not Modality.MR:
        named.pop(Phase.HEPATOBILIARY, None)
    if len(named) != 1 or SEVERAL.search(plain):
        return None
    phase, trust = next(iter(named.items()))
    return PhaseCall(phase, trust, f"description has {_word(plain, phase)!r}")


def _by_written_delay(plain: str, first: SliceHeader) -> PhaseCall | None:
    if _phases_named(plain) or SEVERAL.search(plain):
        return None
    matched = re.search(r"\b(\d{1,3}) ?(S|SEC|SECS|SECONDS|MIN|MINS|MINUTES)\b", plain)
    if not matched:
        return None
    seconds = int(matched[1]) * (60 if matched[2].startswith("M") else 1)
    phase = _by_seconds(seconds, first)
    return PhaseCall(phase, 0.7, f"delay in the description: {matched[0]}") if phase else None


def _by_clock(first: SliceHeader) -> PhaseCall | None:
    start, scanned = _seconds(first.contrast_start_time), _seconds(first.acquisition_time)
    if start is None or scanned is None:
        return None
    phase = _by_seconds(scanned - start, first)
    return PhaseCall(phase, 0.65, f"scanned {scanned - start:.0f} s after the start of the bolus") if phase else None


def _by_seconds(seconds: float, first: SliceHeader) -> Phase | None:
    agent = (first.contrast_agent or "").upper()
    takes_up = first.modality is Modality.MR and (any(name in agent for name in LIVER_AGENTS) or seconds >= 900)
    if takes_up and seconds >= 600:
        return Phase.HEPATOBILIARY
    return next((phase for low, high, phase in BY_DELAY_S if low <= seconds <= high), None)


def _seconds(time: str) -> float | None:
    """Seconds since midnight of a DICOM time (HHMMSS.FFFFFF)."""
    matched = re.fullmatch(r"(\d{2})(\d{2})(\d{2}(?:\.\d+)?)", time)
    return int(matched[1]) * 3600 + int(matched[2]) * 60 + float(matched[3]) if matched else None
