"""Which header values count as the same: what scanners round, jitter and roll over within one image."""

import datetime as dt
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
            kind.key(item),
        )

    return key


def times_s(slices: Sequence[SliceHeader]) -> dict[int, float] | None:
    """Seconds of the acquisition of each slice by its place in the list, over midnight; None where one has no time.

    Zeros in all slices are no time: they stand where times were removed.
    """
    days = {item.study_date for item in slices if item.study_date is not None}
    seconds = [_seconds(item.acquisition_time) for item in slices]
    known = [value for value in seconds if value is not None]
    if len(known) < len(slices) or not any(known):
        return None
    if len(days) > 1:
        first = min(days)
        return {n: value + _days(first, slices[n].study_date or first) * 86400 for n, value in enumerate(known)}
    over_midnight = max(known) - min(known) > 43200
    return {n: value + (86400 if over_midnight and value < 43200 else 0) for n, value in enumerate(known)}


def _day(item: SliceHeader) -> float | None:
    return None if item.study_date is None else float(item.study_date.toordinal())


def _days(first: dt.date, date: dt.date) -> int:
    return (date - first).days


def _seconds(time: str) -> float | None:
    """Seconds since midnight of a DICOM time (HHMMSS.FFFFFF)."""
    digits = time.replace(":", "")
    if not digits[:6].isdigit() or len(digits) < 6:
        return None
    fraction = digits[6:]
    whole = int(digits[:2]) * 3600 + int(digits[2:4]) * 60 + int(digits[4:6])
    return whole + (float(f"0{fraction}") if fraction[:1] == "." and fraction[1:].isdigit() else 0.0)


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
