"""Registration on real livers with a motion that is known exactly: error, verdict, and what is told against the truth.

python -m tests.benchmarks.accuracy.registration [part of a case's name ...]

Each case is computed once and kept in .cache/accuracy/registration.jsonl; --anew forgets them. Real data is needed
(tests/conftest.py: REAL_DATA). Volumes and motions are seeded. The livers of the first visit are
machine-made (backgrounds.py), those of the second the same carried by the true motion: they agree but for the damage
asked for.
"""

import json
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from functools import cache, partial

import numpy as np

from pipeline.engines import greedy
from pipeline.model.grid import Grid
from pipeline.model.image import Mask
from pipeline.model.quality import Registration
from pipeline.model.transform import Transform
from pipeline.register import local_error
from pipeline.register.register import register
from pipeline.volume import points
from tests.benchmarks.accuracy import backgrounds, kept, moved, registration_table
from tests.benchmarks.accuracy.backgrounds import Background
from tests.benchmarks.accuracy.moved import Motion, Pair

KEPT = kept.FOLDER / "registration.jsonl"
SCANS = {scan.name: scan for scan in backgrounds.SCANS}
FIRST = (
    "HCC_007_1997-12-27_acq3-pv",
    "HCC_011_1998-05-23_acq3-pv",
    "HCC_015_1998-11-01_acq3-pv",
    "CRLM_1004",
    "CRLM_1006",
)
"""One portal venous volume of each patient."""
AFTER = "HCC_007_1998-03-14_acq3-pv"
PHASES = (
    ("HCC_007_1997-12-27_acq2-art", FIRST[0]),
    ("HCC_011_1998-05-23_acq1-art", FIRST[1]),
    ("HCC_015_1998-11-01_acq1-art", FIRST[2]),
)
"""Arterial volumes and the portal venous one of the same visit."""
SPOTS = 8
"""Places in each liver at which the local error is estimated."""
SPOT_MM = 8.0
"""mm, radius of such a place: a lesion of 16 mm."""


@dataclass(frozen=True)
class Case:
    """A name, the patient whose limits it may not set, and what makes fixed, moving, both outlines and the truth."""

    name: str
    kind: str
    patient: str
    make: Callable[[], Pair]


def cases() -> list[Case]:
    """Every case, the plain ones first."""
    found: list[Case] = []
    for number, name in enumerate(FIRST):
        bent = Motion(10 * number + 2, 8.0, 8.0, slice_mm=4.0, gamma=0.8, shade=10.0)
        found.append(_moved(name, "sliding", bent))
    how = ("cut", "added", "bite")
    for number, name in enumerate(FIRST):
        plain = Motion(10 * number + 3, 8.0, 7.0)
        found.append(_damaged(name, how[number % 3], ("fixed", "moving")[number % 2], plain))
    for one, other in zip(FIRST[::2], FIRST[1::2], strict=False):
        found.append(Case(f"{one} on {other}", "wrong patient", "", partial(_real, one, other)))
    found.append(Case("HCC_007 after on before", "real visits", "HCC_007", partial(_real, AFTER, FIRST[0])))
    found += [_moved(name, "smooth", Motion(10 * number + 1, 14.0, 0.0)) for number, name in enumerate(FIRST)]
    found += [_phase(moving, other, 91 + number) for number, (moving, other) in enumerate(PHASES)]
    for number, name in enumerate(FIRST):
        plain = Motion(10 * number + 3, 8.0, 7.0)
        found.append(_damaged(name, how[(number + 1) % 3], ("moving", "fixed")[number % 2], plain))
    for number, name in enumerate(FIRST):
        found.append(_moved(name, "small", Motion(10 * number + 4, 5.0, 0.0)))
        found.append(_moved(name, "large", Motion(10 * number + 5, 14.0, 10.0, slice_mm=5.0)))
    return found


@cache
def _load(name: str) -> Background:
    return backgrounds.load(SCANS[name])


def _moved(name: str, kind: str, motion: Motion) -> Case:
    patient = SCANS[name].patient
    return Case(f"{name} {kind}", kind, patient, lambda: moved.pair(_load(name), motion))


def _damaged(name: str, how: str, side: str, motion: Motion) -> Case:
    def make() -> Pair:
        pair = moved.pair(_load(name), motion)
        if side == "fixed":
            return replace(pair, fixed_given=moved.damaged(pair.fixed_liver, pair.fixed, how, motion.seed))
        return replace(pair, moving_given=moved.damaged(pair.moving_liver, pair.moving, how, motion.seed))

    return Case(f"{name} {how} {side}", f"damaged {side}", SCANS[name].patient, make)


def _real(fixed: str, moving: str) -> Pair:
    """Two scans whose truth is not known."""
    here, there = _load(fixed), _load(moving)
    nowhere = Transform(np.full((4, 4), np.nan))
    return Pair(here.image, there.image, here.liver, there.liver, nowhere, float("nan"), float("nan"))


def _phase(moving: str, other: str, seed: int) -> Case:
    """The second visit shows another phase than the first.

    What the patient breathed between the phases is registered on the images as they are, so this truth is not exact.
    """

    def make() -> Pair:
        motion = Motion(seed, 8.0, 7.0)
        second = moved.pair(_load(other), motion)
        one, arterial = _load(other), _load(moving)
        breath = register(one.image, arterial.image, one.liver, arterial.liver, greedy.between_phases())
        first = moved.still(arterial, motion)
        return replace(second, moving=first.image, moving_liver=first.liver, between=breath.transform)

    return Case(f"{moving} and {other}", "other phase", SCANS[other].patient, make)


def run(case: Case) -> dict[str, object]:
    """Register one case and return its row."""
    pair = case.make()
    since = time.process_time()
    found = register(
        pair.fixed,
        pair.moving,
        pair.fixed_given or pair.fixed_liver,
        pair.moving_given or pair.moving_liver,
        greedy.between_visits(),
    )
    seconds = time.process_time() - since
    row: dict[str, object] = {"name": case.name, "kind": case.kind, "patient": case.patient, "seconds": seconds}
    row |= {"largest_mm": pair.largest_mm, "engine": found.engine, **asdict(found.quality)}
    if np.isfinite(pair.truth.linear).all():
        errors = moved.errors_mm(found.transform, pair)
        row |= {"median_mm": float(np.median(errors)), "p95_mm": float(np.percentile(errors, 95))}
    if case.kind in {"small", "smooth", "sliding", "large", "other phase"}:
        row["spots"] = list(_spots(pair, found))
    return row


def _spots(pair: Pair, found: Registration) -> Iterable[dict[str, float]]:
    """At random places of the liver: the mean true error, and the signs of it."""
    for center in moved.sample(pair, 7)[:SPOTS]:
        lesion = _ball(pair.fixed.grid, center)
        lps = lesion.grid.to_lps(np.argwhere(lesion.array)[::3, ::-1].astype(float))
        errors = np.linalg.norm(points.apply(found.transform, lps) - pair.true(lps), axis=1)
        signs = local_error.signs(
            pair.fixed, pair.moving, found.transform, lesion, pair.fixed_liver, engine=greedy.around_a_lesion()
        )
        if signs is not None:
            yield {"error_mm": float(errors.mean()), "told_mm": local_error.expected_mm(signs), **asdict(signs)}


def _ball(grid: Grid, center: np.ndarray) -> Mask:
    k, j, i = np.indices(grid.shape, sparse=True)
    x, y, z = grid.to_index(center)
    a, b, c = grid.spacing_mm
    away = ((i - x) * a) ** 2 + ((j - y) * b) ** 2 + ((k - z) * c) ** 2
    return Mask(away <= SPOT_MM**2, grid)


def rows() -> list[dict[str, object]]:
    """The rows computed so far."""
    return [json.loads(line) for line in KEPT.read_text().splitlines()] if KEPT.exists() else []


def main() -> None:
    """Run what is not kept, then print the table."""
    wanted = [word for word in sys.argv[1:] if word != "--anew"]
    if "--anew" in sys.argv:
        KEPT.unlink(missing_ok=True)
    done = {row["name"] for row in rows()}
    for case in cases():
        if case.name in done or (wanted and not any(word in case.name for word in wanted)):
            continue
        row = run(case)
        with KEPT.open("a") as file:
            file.write(json.dumps(row) + "\n")
        sys.stdout.write(_line(row) + "\n")
        sys.stdout.flush()
    for line in registration_table.lines(rows()):
        sys.stdout.write(line + "\n")


def _line(row: dict[str, object]) -> str:
    def number(key: str, form: str) -> str:
        value = row.get(key)
        return "-".rjust(6) if value is None else f"{value:{form}}".rjust(6)

    return (
        f"{row['name']:44s} {number('median_mm', '.2f')} {number('p95_mm', '.2f')} {row['verdict']:9s} "
        f"{number('inverse_median_mm', '.2f')} {number('inverse_p95_mm', '.2f')} {number('liver_dice', '.3f')} "
        f"{number('disputed_ml', '.0f')} {row['doubted'] or '-'} {number('seconds', '.1f')}"
    )


if __name__ == "__main__":
    main()
