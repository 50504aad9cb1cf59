"""Cases: a background, the lesions in it over the visits, and how every visit is scanned; all from one seed.

Seeds 1 to 9 are for tuning, 100 and above for judging (docs/methods/accuracy.md). A case is named by its patient, so
that what was tuned without a patient can be judged on that patient alone.
"""

import zlib
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from pipeline.model.image import Image, Phase
from pipeline.model.transform import Transform
from tests.benchmarks.accuracy import backgrounds, fields, looks, placing, shapes, visits
from tests.benchmarks.accuracy.backgrounds import Scan
from tests.benchmarks.accuracy.lesions import Fate, Lesion
from tests.benchmarks.accuracy.looks import Kind, Look
from tests.benchmarks.accuracy.placing import Places
from tests.benchmarks.accuracy.shapes import Body
from tests.benchmarks.accuracy.visits import Prepared, Setting, TrueVisit

LARGEST_MM, SHIFT_MM = 15.0, 10.0
"""mm: the largest smooth deformation, and the largest breathing shift, of a follow-up."""
Phases = frozenset[Phase]
"""The phases that a case shows."""
SLICES_MM = (1.0, 1.5, 2.5, 3.0, 5.0)
"""mm: slice thicknesses of visits; one visit in three has another than its background."""
NOISE = (0.8, 1.0, 1.0, 1.3, 1.6)
"""Strength of a visit's noise against that of its background."""


class Family(StrEnum):
    """What a case is for: lesions of every kind on one scan; followed over three; a cluster at two."""

    SINGLE = "single"
    FOLLOWED = "followed"
    CLUSTER = "cluster"


VISITS = {Family.SINGLE: 1, Family.FOLLOWED: 3, Family.CLUSTER: 2}
"""Visits of a case."""


@dataclass(frozen=True)
class Case:
    """A case ready to be scanned; treated: its lesions hold oil from the second visit on.

    arterial: the scan of the other phase of the same day, where both are shown; the truth is that of the portal one.
    """

    name: str
    family: Family
    seed: int
    prepared: Prepared
    lesions: tuple[Lesion, ...]
    settings: tuple[Setting, ...]
    treated: bool
    arterial: Prepared | None = None

    @property
    def patient(self) -> str:
        """The patient whose scan it is painted on."""
        return self.prepared.background.scan.patient

    def visit(self, number: int) -> TrueVisit:
        """Return the scan of a visit with its truth."""
        return visits.render(self.prepared, self.lesions, number, self.settings[number])

    def arterial_image(self, number: int) -> Image | None:
        """Return the arterial scan of a visit; None where one phase is shown.

        The liver lies elsewhere by what it breathed between the phases: what the centers of both outlines tell.
        """
        if self.arterial is None:
            return None
        one, other = self.prepared.background, self.arterial.background
        away = placing.offset(one.image, other.image, one.liver.array, other.liver.array)
        setting = replace(self.settings[number], offset_mm=away, slice_mm=0.0, seed=self.settings[number].seed + 50)
        return visits.render(self.arterial, self.lesions, number, setting).image


def arterial_of(scan: Scan) -> Scan | None:
    """Return the arterial scan of the day of a portal venous one; None where there is none."""
    same = (each for each in backgrounds.SCANS if each.date and (each.patient, each.date) == (scan.patient, scan.date))
    return next((each for each in same if each.phase is Phase.ARTERIAL and scan.phase is not Phase.ARTERIAL), None)


def draw(scan: Scan, family: Family, seed: int, both: bool = False) -> Case:
    """Return the case of a background, a family and a seed; both: the arterial phase of the day is shown as well.

    Raises:
        ValueError: both phases are asked for, and the scan has one.
    """
    other = arterial_of(scan)
    if both and other is None:
        raise ValueError(f"{scan.name} has no arterial scan of its day")
    prepared = visits.prepare(backgrounds.load(scan))
    rng = np.random.default_rng([seed, zlib.crc32(f"{scan.name} {family} {both}".encode())])
    places = placing.of(prepared)
    treated = family is Family.FOLLOWED and rng.random() < 0.4
    phases = {scan.phase, Phase.ARTERIAL} if both else {scan.phase}
    lesions = _DRAWN[family](rng, places, frozenset(phases), treated)
    settings = _settings(rng, prepared, family, seed)
    name = f"{scan.name}-{family.value}{'-both' if both else ''}-{seed}"
    arterial = visits.prepare(backgrounds.load(other)) if both and other is not None else None
    return Case(name, family, seed, prepared, lesions, settings, treated, arterial)


def _settings(rng: np.random.Generator, prepared: Prepared, family: Family, seed: int) -> tuple[Setting, ...]:
    source = prepared.background
    slides = fields.breath(prepared.clean, source.liver) if VISITS[family] > 1 else None
    found = []
    for number in range(VISITS[family]):
        field = Transform.identity()
        if number and slides is not None:
            size, shift = rng.uniform(4, LARGEST_MM), rng.uniform(-SHIFT_MM, SHIFT_MM)
            field = fields.draw(rng, slides, source.liver, float(size), float(shift))
        other = rng.random() < 1 / 3
        slice_mm = float(rng.choice(SLICES_MM))
        found.append(Setting(field, slice_mm if other else 0.0, float(rng.choice(NOISE)), seed * 100 + number))
    return tuple(found)


def _single(rng: np.random.Generator, places: Places, phases: Phases, treated: bool) -> tuple[Lesion, ...]:
    found: list[Lesion] = []
    for _ in range(int(rng.integers(5, 9))):
        radius = float(np.exp(rng.uniform(np.log(2.5), np.log(25))))
        where = str(rng.choice(["inside", "inside", "inside", "capsule", "vessel"]))
        body = _placed(rng, places, where, radius)
        if body is not None:
            look = looks.draw(rng, _kind(rng, phases, oil=True))
            found.append(Lesion(f"L{len(found) + 1}", where, Fate.UNCHANGED, ((body,),), (look,)))
    return tuple(found)


def _followed(rng: np.random.Generator, places: Places, phases: Phases, treated: bool) -> tuple[Lesion, ...]:
    """Lesions of 10 mm and more, large ones first, each with a fate of its own; some of the new ones are smaller."""
    fates = [Fate.GROWN, Fate.SHRUNK, Fate.UNCHANGED, Fate.VANISHED, Fate.MERGED, Fate.SPLIT]
    found: list[Lesion] = []
    trend = float(rng.choice([0.55, 0.75, 1.0, 1.0, 1.3, 1.5]))
    for _ in range(int(rng.integers(3, 6))):
        fate = fates[int(rng.choice(6, p=[0.24, 0.24, 0.26, 0.10, 0.08, 0.08]))]
        radius = float(np.exp(rng.uniform(np.log(5.5), np.log(22))))
        found += _with_fate(rng, places, phases, fate, radius, trend, len(found), treated)
    if rng.random() < 0.4:
        found += _with_fate(rng, places, phases, Fate.NEW, float(rng.uniform(5.5, 10)), 1.0, len(found), False)
    return tuple(found)


def _cluster(rng: np.random.Generator, places: Places, phases: Phases, treated: bool) -> tuple[Lesion, ...]:
    """20 to 40 small lesions; one in ten is gone at the second visit."""
    found: list[Lesion] = []
    look = looks.draw(rng, _kind(rng, phases, oil=False))
    for _ in range(int(rng.integers(20, 41))):
        radius = float(rng.uniform(3.5, 9))
        body = _placed(rng, places, "cluster", radius)
        if body is None:
            continue
        gone = rng.random() < 0.1
        fate = Fate.VANISHED if gone else Fate.UNCHANGED
        later = () if gone else (body.sized(radius * float(rng.uniform(0.85, 1.2))),)
        own = replace(look, seed=int(rng.integers(2**31)), oil=0.0 if not treated else look.oil)
        found.append(Lesion(f"L{len(found) + 1}", "cluster", fate, ((body,), later), (own, own)))
    return tuple(found)


_DRAWN = {Family.SINGLE: _single, Family.FOLLOWED: _followed, Family.CLUSTER: _cluster}


def _with_fate(
    rng: np.random.Generator,
    places: Places,
    phases: Phases,
    fate: Fate,
    radius: float,
    trend: float,
    before: int,
    treated: bool,
) -> list[Lesion]:
    where = str(rng.choice(["inside", "inside", "capsule", "vessel"]))
    steps = _radii(rng, fate, trend)
    if fate is Fate.MERGED:
        return _merging(rng, places, phases, min(radius, 14.0), before, treated)
    body = _placed(rng, places, where, radius * max(steps))
    if body is None:
        return []
    bodies: list[tuple[Body, ...]] = [() if not step else (body.sized(radius * step),) for step in steps]
    if fate is Fate.SPLIT:
        halves = _halves(rng, body, radius)
        bodies = [bodies[0], halves, halves]
    return [Lesion(f"L{before + 1}", where, fate, tuple(bodies), _looks(rng, phases, treated))]


def _merging(
    rng: np.random.Generator, places: Places, phases: Phases, radius: float, before: int, treated: bool
) -> list[Lesion]:
    """Two lesions that lie apart at first and grow into one."""
    other = radius * float(rng.uniform(0.6, 0.95))
    away = 1.2 * (radius + other)
    around = _placed(rng, places, "inside", (away + radius + other) / 2 * 1.15)
    if around is None:
        return []
    along = rng.normal(size=3) * (1, 1, 0.5)
    along /= np.linalg.norm(along)
    look = _looks(rng, phases, treated)
    found = []
    names = (f"L{before + 1}", f"L{before + 2}")
    for name, partner, size, side in ((names[0], names[1], radius, -0.5), (names[1], names[0], other, 0.5)):
        x, y, z = np.array(around.center) + along * away * side
        body = shapes.draw(rng, (float(x), float(y), float(z)), size)
        grown = size * 1.4
        bodies = ((body,), (body.sized(grown),), (body.sized(grown * 1.05),))
        found.append(Lesion(name, "inside", Fate.MERGED, bodies, look, partner))
    return found


def _halves(rng: np.random.Generator, body: Body, radius: float) -> tuple[Body, ...]:
    """Two pieces of a lesion with liver between them."""
    along = rng.normal(size=3) * (1, 1, 0.3)
    along /= np.linalg.norm(along)
    pieces = []
    for side, share in ((-1, rng.uniform(0.40, 0.5)), (1, rng.uniform(0.35, 0.45))):
        x, y, z = np.array(body.center) + along * side * radius * 0.72
        pieces.append(body.at((float(x), float(y), float(z))).sized(radius * float(share)))
    return tuple(pieces)


def _radii(rng: np.random.Generator, fate: Fate, trend: float) -> tuple[float, float, float]:
    """The radius at each visit as a share of that at the first (for a new lesion of its last)."""
    if fate is Fate.GROWN:
        first = float(rng.uniform(1.12, 1.35)) * max(trend, 1.0) ** 0.5
        return 1.0, first, first * float(rng.uniform(1.0, 1.2))
    if fate is Fate.SHRUNK:
        first = float(rng.uniform(0.55, 0.9)) * min(trend, 1.0) ** 0.5
        return 1.0, first, first * float(rng.uniform(0.75, 1.05))
    if fate is Fate.VANISHED:
        return 1.0, float(rng.choice([0.0, 0.6])), 0.0
    if fate is Fate.NEW:
        return 0.0, float(rng.choice([0.0, 0.8])), 1.0
    return 1.0, float(rng.uniform(0.97, 1.03)), float(rng.uniform(0.97, 1.03))


def _looks(rng: np.random.Generator, phases: Phases, treated: bool) -> tuple[Look, Look, Look]:
    look = looks.draw(rng, _kind(rng, phases, oil=False))
    if not treated:
        return look, look, look
    oily = replace(looks.draw(rng, Kind.OIL), seed=look.seed, soft_mm=look.soft_mm)
    return look, oily, oily


def _kind(rng: np.random.Generator, phases: Phases, oil: bool) -> Kind:
    """A kind that shows on the phases: a hypervascular lesion hides in the portal phase, a hypodense one before it."""
    kinds = [Kind.RIM, Kind.NECROTIC]
    if Phase.ARTERIAL in phases:
        kinds += [Kind.HYPERVASCULAR] * 2
    if Phase.PORTAL_VENOUS in phases:
        kinds += [Kind.HYPODENSE]
    if oil:
        kinds = [*kinds, Kind.OIL]
    return kinds[int(rng.integers(len(kinds)))]


def _placed(rng: np.random.Generator, places: Places, where: str, radius: float) -> Body | None:
    """A body at a free place, smaller where none is large enough; the place is then taken."""
    for shrink in (1.0, 0.8, 0.64, 0.5):
        center = places.find(rng, where, radius * shrink)
        if center is not None:
            body = shapes.draw(rng, center, radius * shrink)
            places.take(center, body.radius_mm * 1.15)
            return body
    return None
