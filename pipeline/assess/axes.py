"""Whether the axes of one lesion at one visit can be what their codes say: none is longer than the longest."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from pipeline.model.tumor import Measure, Result

LONGEST_MM = Decimal(500)
"""A lesion longer than this is doubted, in mm: own choice, more than a liver measures across."""
_WITHIN = (Measure.PERPENDICULAR, Measure.DIAMETER, Measure.VIABLE)


def doubts(tested: Mapping[str, Mapping[Decimal, Mapping[Measure, Result]]]) -> Iterator[str]:
    """Yield in words each kind of doubt with the first row that shows it, and how many rows do."""
    shown: dict[str, list[str]] = {}
    for link, visits in tested.items():
        for tests in visits.values():
            long = tests.get(Measure.LONG)
            for measure in (Measure.LONG, *_WITHIN):
                result = tests.get(measure)
                if result is None or result.value is None:
                    continue
                value = f"{measure.value} of {link} is {result.value.normalize():f} mm"
                if result.value > LONGEST_MM:
                    shown.setdefault("unit", []).append(f"{result.place}: {value}; is its unit right?")
                elif measure in _WITHIN and long is not None and long.value and result.value > long.value:
                    longest = f"{long.value.normalize():f} mm"
                    shown.setdefault("axes", []).append(
                        f"{result.place}: {value}, longer than LDIAM ({longest}); are the axes exchanged?"
                    )
    for rows in shown.values():
        yield f"{rows[0]}{f' ({len(rows)} rows)' if len(rows) > 1 else ''}"
