"""Two readers of one table side by side: what the other one has, and whether they agree (rule book, section 5)."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from pipeline.endpoint.reported import Reader
from pipeline.export.dataset import Core, DataType, Domain, Origin, Variable
from pipeline.procedures.derive_rows import Record


@dataclass(frozen=True)
class Derivation:
    """One row that was derived: of whom, which parameter, by which reader."""

    subject: str
    code: str
    reader: Reader
    record: Record


@dataclass(frozen=True)
class Agreement:
    """How often two readers agree on a parameter, of so many subjects, and by how many days they differ at most.

    events: of the first and of the second reader; None of a parameter of ADRS.
    """

    code: str
    agree: int
    of: int
    most_days: int
    events: tuple[int, int] | None


_BESIDE = (
    Variable(
        "OTHER",
        "Result of the Other Evaluator",
        DataType.TEXT,
        40,
        Core.PERM,
        Origin.DERIVED,
        comment="EVENT or CENSORED, or AVALC; empty where the other one has no row.",
    ),
    Variable(
        "ADTDIFF",
        "Days from the Other Evaluator's Date",
        DataType.INTEGER,
        8,
        Core.PERM,
        Origin.DERIVED,
        comment="ADT minus ADT of the other evaluator.",
    ),
    Variable(
        "AGREEFL",
        "Both Evaluators Agree Flag",
        DataType.TEXT,
        1,
        Core.PERM,
        Origin.DERIVED,
        comment="Y where both have an event, both are censored, or both have the same AVALC.",
    ),
)


def beside(domain: Domain) -> Domain:
    """Return ADRS or ADTTE with the columns that hold a row against that of the other reader."""
    return replace(domain, variables=(*domain.variables, *_BESIDE))


def compare(made: Sequence[Derivation]) -> list[Derivation]:
    """Return the rows, each with what the other reader has of the same subject, parameter and visit."""
    pairs = _pairs(made)
    return [replace(each, record={**each.record, **_held(each, pairs[_place(each)])}) for each in made]


def agreements(made: Iterable[Derivation], readers: Sequence[Reader]) -> tuple[Agreement, ...]:
    """Return how often two readers agree, parameter by parameter."""
    counted = []
    pairs = [pair for pair in _pairs(list(made)).values() if len(pair) > 1]
    for code in dict.fromkeys(pair[0].code for pair in pairs):
        mine = [pair for pair in pairs if pair[0].code == code]
        same = sum(_result(first.record) == _result(second.record) for first, second in mine)
        days = max((abs(_days(a.record, b.record) or 0) for a, b in mine), default=0)
        timed = "CNSR" in mine[0][0].record
        counts = [
            sum(_result(e.record) == "EVENT" for p in mine for e in p if e.reader == reader) for reader in readers
        ]
        counted.append(Agreement(code, same, len(mine), days, (counts[0], counts[1]) if timed else None))
    return tuple(counted)


def _pairs(made: Sequence[Derivation]) -> dict[tuple[str, ...], list[Derivation]]:
    pairs: dict[tuple[str, ...], list[Derivation]] = {}
    for each in made:
        pairs.setdefault(_place(each), []).append(each)
    return pairs


def _place(each: Derivation) -> tuple[str, ...]:
    visit = str(each.record.get("AVISIT") or "") if each.code == "OVR" else ""
    return each.subject, each.code, visit


def _held(each: Derivation, pair: Sequence[Derivation]) -> Record:
    other = next((one for one in pair if one.reader != each.reader), None)
    if other is None:
        return {}
    agree = _result(each.record) == _result(other.record)
    return {
        "OTHER": _result(other.record),
        "ADTDIFF": _days(each.record, other.record),
        "AGREEFL": "Y" if agree else "N",
    }


def _result(record: Record) -> str:
    if "CNSR" in record:
        return "" if record["CNSR"] is None else "EVENT" if record["CNSR"] in {0, 9} else "CENSORED"
    return str(record.get("AVALC") or "")


def _days(record: Record, other: Record) -> int | None:
    mine, theirs = record.get("ADT"), other.get("ADT")
    return (mine - theirs).days if isinstance(mine, dt.date) and isinstance(theirs, dt.date) else None
