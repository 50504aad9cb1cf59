"""What a run on the sample got right, what it missed: responses, dates, lengths, identities, new lesions."""

import csv
import json
from dataclasses import dataclass, field
from math import dist, inf
from pathlib import Path
from typing import Any

RESPONSES = ("target", "non_target", "new_lesion", "hepatic_recist11", "hepatic_mrecist", "overall_recist11")
ENDPOINT = ("start_date", "date", "days", "cnsr", "event", "reason", "source_visit")
MEASURED_FROM_MM = 10.0
NEAR_MM = 15.0

Row = dict[str, str]


@dataclass
class Comparison:
    """Everything compared; a miss says where, what was found and what is true."""

    responses: int = 0
    endpoints: int = 0
    misses: list[str] = field(default_factory=list)
    long_errors: list[tuple[str, float, float]] = field(default_factory=list)
    viable_errors: list[tuple[str, float, float]] = field(default_factory=list)
    burden_errors: list[tuple[str, float]] = field(default_factory=list)
    swapped: list[str] = field(default_factory=list)
    missed_new: list[str] = field(default_factory=list)
    invented_new: list[str] = field(default_factory=list)

    def within(self, errors: list[tuple[str, float, float]]) -> float:
        """Share of lengths within max(1 mm, one pixel) of truth."""
        return sum(abs(error) <= allowed for _, error, allowed in errors) / len(errors) if errors else 0.0

    @property
    def passed(self) -> bool:
        """Whether every bar is met."""
        return (
            not (self.misses or self.swapped or self.missed_new or self.invented_new)
            and self.within(self.long_errors) >= 0.95
        )

    def lines(self) -> list[str]:
        """The comparison for a person."""
        return [
            f"responses {self.responses} and endpoint values {self.endpoints} compared, {len(self.misses)} differ",
            *(f"  {miss}" for miss in self.misses),
            (
                f"long axes of lesions of 10 mm or more: {len(self.long_errors)}, "
                f"{self.within(self.long_errors):.1%} within max(1 mm, one pixel); "
                f"worst {max((abs(e) for _, e, _ in self.long_errors), default=0):.1f} mm"
            ),
            *(f"  {what}: {error:+.1f} mm" for what, error, allowed in self.long_errors if abs(error) > allowed),
            (
                f"viable axes: {len(self.viable_errors)}, {self.within(self.viable_errors):.1%} within; "
                f"worst {max((abs(e) for _, e, _ in self.viable_errors), default=0):.1f} mm"
            ),
            (
                f"burden: {len(self.burden_errors)}, worst difference "
                f"{max((abs(e) for _, e in self.burden_errors), default=0):.2f} percentage points"
            ),
            f"lesions swapped: {len(self.swapped)} {' '.join(self.swapped)}",
            (
                f"new lesions missed: {len(self.missed_new)} {' '.join(self.missed_new)}; "
                f"invented: {len(self.invented_new)} {' '.join(self.invented_new)}"
            ),
            "every bar met" if self.passed else "NOT every bar met",
        ]


def compare(out: Path, sample: Path, *subjects: str) -> Comparison:
    """Compare the tables in `out` with the truth in `sample`/MANIFEST.json, of some subjects or of all."""
    truth = json.loads((sample / "MANIFEST.json").read_text(encoding="utf-8"))
    lesions, points, ends = (_rows(out / f"{name}.csv") for name in ("lesions", "timepoints", "endpoint"))
    result = Comparison()
    for subject in truth["subjects"]:
        name = subject["subject"]
        if subjects and name not in subjects:
            continue
        mine = [row for row in lesions if row["subject"] == name]
        _lesions(result, subject, mine)
        for visit in subject["visits"]:
            _visit(result, name, visit, [row for row in points if row["subject"] == name])
        _endpoints(result, subject, [row for row in ends if row["subject"] == name])
    return result


def _rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def _visit(result: Comparison, subject: str, visit: dict[str, Any], points: list[Row]) -> None:
    where = f"{subject} {visit['visit']}"
    row = next((p for p in points if p["visit"] == visit["visit"] and p["date"] == visit["date"]), None)
    if row is None:
        result.misses.append(f"{where}: no row; expected one on {visit['date']}")
        return
    if row["burden_pct"]:
        result.burden_errors.append((where, float(row["burden_pct"]) - visit["burden_pct"]))
    for key in RESPONSES:
        expected = (visit["expected"] or {}).get(key)
        if expected is None:
            continue
        result.responses += 1
        if row[key] != expected:
            result.misses.append(f"{where} {key}: {row[key] or 'empty'}, expected {expected or 'empty'}")


def _endpoints(result: Comparison, subject: dict[str, Any], ends: list[Row]) -> None:
    for expected in subject["endpoint"]:
        row = next((e for e in ends if e["paramcd"] == expected["paramcd"]), None)
        for key in ENDPOINT:
            result.endpoints += 1
            value = "" if row is None else row[key]
            wanted = "" if expected[key] is None else str(expected[key])
            if value != wanted:
                where = f"{subject['subject']} {expected['paramcd']} {key}"
                result.misses.append(f"{where}: {value or 'empty'}, expected {wanted or 'empty'}")


def _lesions(result: Comparison, subject: dict[str, Any], rows: list[Row]) -> None:
    """Pair measured with true lesions by place, visit by visit."""
    identity: dict[str, str] = {}
    for visit in subject["visits"]:
        where = f"{subject['subject']} {visit['visit']}"
        here = [row for row in rows if row["visit"] == visit["visit"] and row["organ"] == "liver"]
        measured = [row for row in here if row["long_x1"]]
        true = [lesion for lesion in visit["lesions"] if lesion["state"] == "present"]
        taken: set[str] = set()
        for lesion in true:
            row = _nearest(lesion, [row for row in measured if row["lesion"] not in taken])
            if row is None:
                if lesion["role"] == "new":
                    result.missed_new.append(f"{where} {lesion['lesion']}")
                elif lesion["long_axis_mm"] >= MEASURED_FROM_MM:
                    result.long_errors.append((f"{where} {lesion['lesion']} not found", -lesion["long_axis_mm"], 0.0))
                continue
            taken.add(row["lesion"])
            if identity.setdefault(lesion["lesion"], row["lesion"]) != row["lesion"]:
                result.swapped.append(f"{where} {lesion['lesion']} is {row['lesion']}")
            _lengths(result, f"{where} {lesion['lesion']}", lesion, row, subject["pixel_mm"])
        counted = [r for r in here if r["role"] == "new" and r["state"] == "present" and r["lesion"] not in taken]
        result.invented_new += [f"{where} {row['lesion']}" for row in counted]


def _lengths(result: Comparison, what: str, lesion: dict[str, Any], row: Row, pixel_mm: float) -> None:
    allowed = max(1.0, pixel_mm)
    if lesion["long_axis_mm"] >= MEASURED_FROM_MM and row["long_axis_mm"]:
        result.long_errors.append((what, float(row["long_axis_mm"]) - lesion["long_axis_mm"], allowed))
    if lesion["viable_axis_mm"] and lesion["viable_axis_mm"] >= MEASURED_FROM_MM and row["viable_axis_mm"]:
        result.viable_errors.append((what, float(row["viable_axis_mm"]) - lesion["viable_axis_mm"], allowed))


def _nearest(lesion: dict[str, Any], rows: list[Row]) -> Row | None:
    """The measured lesion whose long axis has its middle nearest to the true center, if near enough."""

    def distance(row: Row) -> float:
        center = lesion["center_lps"].get(row["phase"])
        ends = [[float(row[f"long_{axis}{end}"]) for axis in "xyz"] for end in (1, 2)]
        return inf if center is None else dist(center, [(a + b) / 2 for a, b in zip(*ends, strict=True)])

    best = min(rows, key=distance, default=None)
    return best if best is not None and distance(best) <= NEAR_MM else None
