"""Rates of response with exact intervals and named denominators, of all subjects and by arm."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.analysis import proportion
from pipeline.endpoint.reported import Reader
from pipeline.export.tables.rates import RATES, RateRow
from pipeline.store import tables

LEVEL = 0.95
"""Confidence of the interval, two-sided: own choice, that of RECIST trials."""

ALL_ARMS = "all"
"""What the column arm says of the subjects of every arm."""

_RATES = {
    "ORR": ("RSP", "objective response rate, confirmation not required"),
    "CORR": ("CRSP", "objective response rate, confirmed"),
    "DCR": ("DCR", "disease control rate: CR, PR, SD or NON-CR/NON-PD that lasts min_sd_days"),
    "CBR": ("CB", "clinical benefit rate: response, or no progression for the minimum days of benefit"),
}

RATE_CODES = tuple(code for code, _ in _RATES.values())
"""PARAMCD of the parameters that the rates count."""

_DENOMINATORS = {
    "ITT": "every subject of ADSL that was derived; who was never assessed did not respond",
    "EVALUABLE": "subjects with at least one assessment after the start other than NE",
}


@dataclass(frozen=True)
class Responder:
    """One subject by one reader: arm, whether it is evaluable, its answers by PARAMCD."""

    subject: str
    arm: str
    reader: Reader
    evaluable: bool
    answers: Mapping[str, bool]


def estimate(responders: Sequence[Responder], readers: Sequence[Reader]) -> tuple[RateRow, ...]:
    """Return a row for each reader, rate, denominator and arm; the arms follow all subjects, by name."""
    return tuple(row for reader in readers for row in _of_reader([r for r in responders if r.reader == reader], reader))


def write(rows: Sequence[RateRow], path: Path) -> None:
    """Write rates.csv."""
    tables.write_csv(RATES.table(rows), path)


def _of_reader(responders: Sequence[Responder], reader: Reader) -> Iterator[RateRow]:
    arms = sorted({each.arm for each in responders if each.arm})
    for rate, (code, meaning) in _RATES.items():
        for denominator, definition in _DENOMINATORS.items():
            among = [each for each in responders if denominator == "ITT" or each.evaluable]
            for arm in (ALL_ARMS, *arms):
                mine = [each for each in among if arm in {ALL_ARMS, each.arm}]
                exact = proportion.clopper_pearson(sum(each.answers[code] for each in mine), len(mine), LEVEL)
                share, *limits = (
                    None if each is None else 100 * each for each in (exact.share, exact.lower, exact.upper)
                )
                named = (rate, meaning, reader.name, arm, denominator, definition)
                yield RateRow(*named, exact.count, exact.of, share, *limits)
