"""The table of the bench: each figure with its bar, its interval, and whether the bar is reached."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from tests.benchmarks.accuracy import scores
from tests.benchmarks.accuracy.judged import MEASURABLE_MM
from tests.benchmarks.accuracy.rows import CandidateRow, FollowedRow, LesionRow, PromptRow, Rows, VisitRow
from tests.benchmarks.accuracy.scores import Score

LOA_MM = 3.0
"""mm: bar of the limits of agreement (issue 11)."""
LARGEST_MM = 60.0
"""mm up to which the limits of agreement of prompted lesions are judged (issue 11)."""
BINS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0001)
"""Edges of the bins of confidence."""
FROM = (0.5, 0.6, 0.7, 0.8, 0.9)
"""Least confidences at which recall and false candidates are listed."""
SIZES_MM = (0.0, 10.0, 20.0, 30.0, 1000.0)
"""mm: edges of the classes of size."""


@dataclass(frozen=True)
class Line:
    """One figure; reached is None where no bar is set or nothing was measured."""

    what: str
    value: str
    interval: str
    n: int
    bar: str
    reached: bool | None
    number: float

    @property
    def verdict(self) -> str:
        """Reached or not, in words."""
        return "" if self.reached is None else "reached" if self.reached else "not reached"


def lines(rows: Rows) -> list[Line]:
    """Return every figure that the rows allow."""
    return [
        *_livers(rows),
        *_lesions(rows.lesions, rows.candidates),
        *_confidence(rows.candidates),
        *_prompts(rows.prompts),
        *_followed(rows.followed),
        *_visits(rows.visits),
        *_fields(rows),
    ]


def text(found: Sequence[Line]) -> str:
    """Return the table in Markdown."""
    head = "| figure | value | 95 % interval | n | bar | |\n|---|---|---|---|---|---|\n"
    return head + "".join(
        f"| {line.what} | {line.value} | {line.interval} | {line.n} | {line.bar} | {line.verdict} |\n" for line in found
    )


def _line(what: str, score: Score, form: str = ".3f", bar: str = "", reached: bool | None = None) -> Line:
    if not score.n:
        return Line(what, "", "", 0, bar, None, float("nan"))
    between = f"{score.low:{form}} to {score.high:{form}}"
    return Line(what, f"{score.value:{form}}", between, score.n, bar, reached, score.value)


def _livers(rows: Rows) -> list[Line]:
    found = []
    for ours, whose in ((False, "known outline"), (True, "CRLM, outline of our own network")):
        mine = [row for row in rows.livers if row.ours is ours]
        if not mine:
            continue
        cases, dices = [row.case for row in mine], [row.dice for row in mine]
        fit = scores.bootstrap(dices, cases, scores.mean)
        least = scores.bootstrap(dices, cases, lambda values: float(values.min()))
        error = scores.bootstrap([abs(row.volume_error) for row in mine], cases, scores.mean)
        surface = scores.bootstrap([row.surface_mm for row in mine], cases, scores.mean)
        judge = not ours
        found += [
            _line(f"liver, Dice ({whose})", fit, bar=">= 0.95", reached=fit.value >= 0.95 if judge else None),
            _line(f"liver, least Dice ({whose})", least, bar=">= 0.90", reached=least.value >= 0.9 if judge else None),
            _line(
                f"liver, volume off, share ({whose})", error, bar="<= 0.05",
                reached=max(abs(row.volume_error) for row in mine) <= 0.05 if judge else None,
            ),
            _line(f"liver, surface off, mm ({whose})", surface, ".2f"),
        ]  # fmt: skip
    return found


def _lesions(lesions: Sequence[LesionRow], candidates: Sequence[CandidateRow]) -> list[Line]:
    if not lesions:
        return []
    large = [row for row in lesions if row.long_axis_mm >= MEASURABLE_MM]
    recall = scores.share([row.found for row in large])
    scans = sorted({row.case for row in lesions})
    false = [sum(row.case == case and row.shows == "nothing" for row in candidates) for case in scans]
    wrong = scores.bootstrap(false, scans, scores.mean)
    found = [
        _line("lesions >= 10 mm found without help", recall, bar=">= 0.85", reached=recall.value >= 0.85),
        _line("false candidates a scan", wrong, ".2f", "<= 2", wrong.value <= 2),
    ]
    for least in FROM:
        sure = scores.share([row.found and row.confidence >= least for row in large])
        shown = [row.case for row in candidates if row.shows == "nothing" and row.confidence >= least]
        some = scores.bootstrap([shown.count(case) for case in scans], scans, scores.mean)
        found += [
            _line(f"found with confidence {least} and more", sure),
            _line(f"false candidates a scan with confidence {least} and more", some, ".2f"),
        ]
    for low, high in pairwise(SIZES_MM):
        mine = [row.found for row in lesions if low <= row.long_axis_mm < high]
        found.append(_line(f"found, {low:.0f} to {high:.0f} mm", scores.share(mine)))
    found += [
        _line(f"found, {kind}, >= 10 mm", scores.share([row.found for row in large if row.kind == kind]))
        for kind in sorted({row.kind for row in large})
    ]
    hits = [row for row in large if row.found]
    found.append(
        _line("found lesions, Dice", scores.bootstrap([r.dice for r in hits], [r.case for r in hits], scores.mean))
    )
    found.append(_agreement("found lesions, long axis", [r.measured_mm - r.long_axis_mm for r in hits], None))
    return found


def _confidence(candidates: Sequence[CandidateRow]) -> list[Line]:
    """Is a candidate of confidence c right c of the time; the patient's own tumors are left out."""
    mine = [row for row in candidates if row.shows != "own"]
    if not mine:
        return []
    right, sure = [row.shows != "nothing" for row in mine], [row.confidence for row in mine]
    brier = scores.bootstrap(
        [(c - r) ** 2 for c, r in zip(sure, right, strict=True)], [row.case for row in mine], scores.mean
    )
    found = [_line("confidence, Brier score", brier)]
    for low, meant, share in scores.reliability(sure, right, BINS):
        found.append(_line(f"right where the confidence is {low:.1f} and more (mean {meant:.2f})", share))
    return found


def _prompts(prompts: Sequence[PromptRow]) -> list[Line]:
    if not prompts:
        return []
    large = [row for row in prompts if row.long_axis_mm >= MEASURABLE_MM]
    fit = scores.bootstrap([row.dice for row in large], [row.case for row in large], scores.mean)
    sized = [row for row in large if row.long_axis_mm <= LARGEST_MM]
    differences = [row.measured_mm - row.long_axis_mm for row in sized]
    return [
        _line("from one drawn axis, >= 10 mm, Dice", fit, bar=">= 0.80", reached=fit.value >= 0.8),
        _agreement("from one drawn axis, long axis, 10 to 60 mm", differences, LOA_MM),
    ]


def _followed(rows: Sequence[FollowedRow]) -> list[Line]:
    if not rows:
        return []
    names = scores.share([row.hit for row in rows])
    found = [_line("lesions carried under their name", names, bar=">= 0.95", reached=names.value >= 0.95)]
    found += [
        _line(f"carried, {fate}", scores.share([row.hit for row in rows if row.fate == fate]))
        for fate in sorted({row.fate for row in rows})
    ]
    sized = [row for row in rows if row.hit and row.true_mm >= MEASURABLE_MM and row.state == "present"]
    found.append(_agreement("followed, long axis", [row.found_mm - row.true_mm for row in sized], LOA_MM))
    dices = [row for row in rows if row.true_mm > 0]
    fit = scores.bootstrap([row.dice for row in dices], [row.case for row in dices], scores.mean)
    return [*found, _line("followed, Dice", fit)]


def _visits(rows: Sequence[VisitRow]) -> list[Line]:
    if not rows:
        return []
    right = scores.share([row.response == row.true_response for row in rows])
    cases = [row.case for row in rows]
    burden = scores.bootstrap([row.burden - row.true_burden for row in rows], cases, scores.rms)
    found = [
        _line("responses equal to truth (RECIST 1.1, liver)", right, bar=">= 0.95", reached=right.value >= 0.95),
        _line("burden, root mean square error, points", burden, ".2f", "<= 1.5", burden.value <= 1.5),
        _line("false new lesions a visit", scores.bootstrap([r.new_false for r in rows], cases, scores.mean), ".2f"),
    ]
    for what, mine in (("", rows), (" of clusters", [row for row in rows if "-cluster-" in row.case])):
        tallies = np.array([(row.matched, row.missed, row.wrong) for row in mine], dtype=float)
        if len(tallies):
            numbers = list(range(len(tallies)))
            score = scores.bootstrap(
                numbers, [row.case for row in mine], lambda at, counts=tallies: _f1(counts[at.astype(int)])
            )
            judge = score.value >= 0.95 if what else None
            found.append(_line(f"matching, F1{what}", score, bar=">= 0.95", reached=judge))
    return found


def _fields(rows: Rows) -> list[Line]:
    if not rows.fields:
        return []
    cases = [row.case for row in rows.fields]
    median = scores.bootstrap([row.median_mm for row in rows.fields], cases, lambda v: float(np.median(v)))
    far = scores.bootstrap([row.p95_mm for row in rows.fields], cases, lambda v: float(np.median(v)))
    return [
        _line("registration in the liver, median mm", median, ".2f", "<= 0.8", median.value <= 0.8),
        _line("registration in the liver, P95 mm", far, ".2f", "<= 2.5", far.value <= 2.5),
    ]


def _f1(tallies: np.ndarray) -> float:
    matched, missed, wrong = tallies.sum(axis=0)
    return float(2 * matched / (2 * matched + missed + wrong)) if matched + missed + wrong else 1.0


def _agreement(what: str, differences: Sequence[float], bar_mm: float | None) -> Line:
    if len(differences) < 2:
        return Line(what, "", "", len(differences), "", None, float("nan"))
    bias, low, high = scores.agreement(differences)
    reached = None if bar_mm is None else -bar_mm <= low and high <= bar_mm
    bar = "" if bar_mm is None else f"limits within {bar_mm:.0f} mm"
    limits = f"limits of agreement {low:+.1f} to {high:+.1f} mm"
    return Line(what, f"{bias:+.2f} mm off", limits, len(differences), bar, reached, bias)
