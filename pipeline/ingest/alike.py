"""Which header values count as the same: what scanners round, jitter and roll over within one image."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from itertools import pairwise

from pipeline.ingest import kind
from pipeline.model.catalog import SliceHeader

SPACING_SHARE = 0.001
"""Share by which pixel spacings may differ: half a pixel over the 512 of a row (rounding in headers); own choice."""
ECHO_MS = 0.2
"""ms between echo times that are jitter of one echo; own choice, echoes of one series lie about 1 ms apart or more."""
ECHO_SHARE = 0.02
"""Share of a long echo time that is jitter of one echo; own choice."""
NIGHT_DAYS = 1
"""Days: study dates that follow each other within one series are one scan past midnight."""
HALF_DAY_S = 43200.0
"""Seconds: acquisition times of one date that lie further apart are one scan past midnight; own choice."""
DAY_S = 86400.0
"""Seconds of a day."""

Tag = Callable[[SliceHeader], Hashable]
Slices = list[SliceHeader]

PASS_TAGS: dict[str, Tag] = {
    "SeriesNumber": lambda item: item.series_number,
    "AcquisitionNumber": lambda item: item.acquisition_number,
    "TemporalPositionIdentifier": lambda item: item.temporal_position,
    "ImageType": lambda item: tuple(part.upper() for part in item.image_type),
    "SliceThickness": lambda item: None if item.slice_thickness_mm is None else round(item.slice_thickness_mm, 2),
    "SeriesDescription": lambda item: item.series_description,
    "ContrastBolusAgent": lambda item: (bool(item.contrast_agent), item.contrast_start_time),
}
"""Tags by which scanners name a pass, most telling first; by DICOM keyword."""
OTHER_TAGS: dict[str, Tag] = {
    "DimensionIndexValues": lambda item: item.dimensions,
    "EchoTime": lambda item: None if item.echo_time_ms is None else round(item.echo_time_ms, 2),
    "FrameOfReferenceUID": lambda item: item.frame_of_reference_uid,
    "StudyInstanceUID": lambda item: item.study_uid,
    "SeriesInstanceUID": lambda item: item.series_uid,
    "StudyDate": lambda item: item.study_date,
    "PixelSpacing": lambda item: tuple(round(spacing, 4) for spacing in item.pixel_spacing_mm),
}
"""Tags that may tell passes apart, and that vary within one for other reasons (de-identification, midnight, jitter)."""
TAGS = PASS_TAGS | OTHER_TAGS
"""Tags that most volumes have once."""


def image_key(series: Sequence[SliceHeader]) -> Callable[[SliceHeader], Hashable]:
    """What all slices of one volume of a series share, whatever else its headers say."""
    spacing = [_runs({item.pixel_spacing_mm[axis] for item in series}, _same_spacing) for axis in (0, 1)]
    echoes = _runs({item.echo_time_ms for item in series if item.echo_time_ms is not None}, _same_echo)
    nights = _runs({day for day in map(_day, series) if day is not None}, lambda a, b: b - a <= NIGHT_DAYS)

    def key(item: SliceHeader) -> Hashable:
        day = _day(item)
        return (
            item.modality,
            item.rows,
            item.columns,
            spacing[0][item.pixel_spacing_mm[0]],
            spacing[1][item.pixel_spacing_mm[1]],
            None if item.echo_time_ms is None else echoes[item.echo_time_ms],
            None if day is None else nights[day],
            item.b_value,
            item.kernel,
            kind.key(item),
        )

    return key


def varying(slices: Sequence[SliceHeader]) -> tuple[str, ...]:
    """Name the tags that differ between slices, in order of TAGS."""
    return tuple(keyword for keyword, tag in TAGS.items() if len({tag(item) for item in slices}) > 1)


def grouped(slices: Sequence[SliceHeader], tag: Tag) -> list[Slices]:
    """Slices by the value of a tag, in order of instance number and path."""
    parts: dict[Hashable, Slices] = defaultdict(list)
    for item in sorted(slices, key=lambda item: (item.instance_number or 0, item.origin)):
        parts[tag(item)].append(item)
    return list(parts.values())


def times_s(slices: Sequence[SliceHeader], dated: bool = True) -> list[float] | None:
    """Seconds of the acquisition of each slice, over midnight; None where one has no time.

    Zeros in all slices are no time: they stand where times were removed. Where dates are not trusted (dated is False),
    times more than half a day apart lie on both sides of a midnight.
    """
    seconds = [_seconds(item.acquisition_time) for item in slices]
    known = [value for value in seconds if value is not None]
    if len(known) < len(slices) or not any(known):
        return None
    days = {day for day in map(_day, slices) if day is not None}
    if dated and len(days) > 1:
        return [
            value + (day - min(days)) * DAY_S if day is not None else value
            for day, value in zip(map(_day, slices), known, strict=True)
        ]
    over_midnight = max(known) - min(known) > HALF_DAY_S
    return [value + (DAY_S if over_midnight and value < HALF_DAY_S else 0) for value in known]


def _day(item: SliceHeader) -> float | None:
    return None if item.study_date is None else float(item.study_date.toordinal())


def _seconds(time: str) -> float | None:
    """Seconds since midnight of a DICOM time (HHMMSS.FFFFFF)."""
    digits = time.replace(":", "")
    if not (digits[:6].isascii() and digits[:6].isdigit()) or len(digits) < 6:
        return None
    fraction = digits[6:]
    whole = int(digits[:2]) * 3600 + int(digits[2:4]) * 60 + int(digits[4:6])
    has_fraction = fraction[:1] == "." and fraction[1:].isascii() and fraction[1:].isdigit()
    return whole + (float(f"0{fraction}") if has_fraction else 0.0)


def _runs(values: set[float], same: Callable[[float, float], bool]) -> dict[float, int]:
    """Number the values so that neighbors that count as the same have one number."""
    ordered = sorted(values)
    numbers = dict.fromkeys(ordered[:1], 0)
    for before, value in pairwise(ordered):
        numbers[value] = numbers[before] + (not same(before, value))
    return numbers


def _same_spacing(a: float, b: float) -> bool:
    return b - a <= SPACING_SHARE * b


def _same_echo(a: float, b: float) -> bool:
    return b - a <= max(ECHO_MS, ECHO_SHARE * b)
