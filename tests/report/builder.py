"""A hand-made study: phantom slices with ellipses and a course a reader can check by eye."""

import datetime as dt
from decimal import Decimal

import numpy as np

from pipeline.model import deciding
from pipeline.model.catalog import PhaseCall
from pipeline.model.criteria import Criteria
from pipeline.model.endpoint import EndpointRow
from pipeline.model.events import Event, EventKind
from pipeline.model.failure import Failure
from pipeline.model.flags import Flag, Flags
from pipeline.model.grid import Grid
from pipeline.model.image import Image, Mask, Modality, Phase
from pipeline.model.lesion import Axis, Finding, Role, Source, State
from pipeline.model.protocol import (
    Arm,
    Endpoint,
    Imaging,
    NewLesions,
    Protocol,
    Reads,
    Schedule,
    Targets,
)
from pipeline.model.quality import RegistrationQuality, Verdict
from pipeline.model.response import Explained, NewLesion, Response, Sums, TimePoint
from pipeline.model.scope import Scope
from pipeline.model.visit import Burden, Visit
from pipeline.report.content import KeySlice, Kind, RegistrationLine, StudyReport, SubjectReport, VolumeLine
from pipeline.report.slices import key_slice
from tests.builders import histories

GRID = Grid((9, 240, 200), (1.5, 1.0, 5.0), (-150.0, -120.0, 0.0))
"""Pixels of 1 mm down and 1.5 mm across; 300 x 240 mm."""

START = dt.date(2024, 1, 15)


def protocol() -> Protocol:
    """A small valid protocol."""
    return Protocol(
        name="RETNET",
        title="Embolization of neuroendocrine liver metastases",
        version="1.0",
        lengths_in="mm",
        intervals_in="days",
        arms=(Arm(code="BE", label="bland"),),
        schedule=Schedule(),
        imaging=Imaging(),
        targets=Targets(),
        criteria=Criteria.model_validate(
            {
                "recist11": {"phases": ["portal venous", "arterial"]},
                "mrecist": {"phases": ["arterial"], "progression_min_mm": 0},
            }
        ),
        new_lesions=NewLesions(),
        endpoint=Endpoint(),
        reads=Reads(),
    )


def ellipse(center: tuple[float, float], radii: tuple[float, float], slices: slice) -> np.ndarray:
    """An ellipse in LPS mm (x, y) through some slices of GRID."""
    x = GRID.origin[0] + np.arange(GRID.shape[2]) * GRID.spacing_mm[0]
    y = GRID.origin[1] + np.arange(GRID.shape[1]) * GRID.spacing_mm[1]
    plane = ((x - center[0]) / radii[0]) ** 2 + ((y[:, None] - center[1]) / radii[1]) ** 2 <= 1
    array = np.zeros(GRID.shape, dtype=bool)
    array[slices] = plane
    return array


def phantom(center: tuple[float, float], radii: tuple[float, float], modality: Modality) -> tuple[Image, Mask, Mask]:
    """Image, liver and lesion: body, liver, spine and one lesion as ellipses with noise."""
    body = ellipse((0, 0), (140, 100), slice(None))
    liver = ellipse((-55, -15), (72, 62), slice(1, 8))
    lesion = ellipse(center, radii, slice(3, 6))
    array = np.where(body, 20.0, -1000.0)
    array[ellipse((0, 70), (22, 18), slice(None))] = 380.0
    array[ellipse((14, 38), (11, 11), slice(None))] = 190.0
    array[ellipse((85, 20), (35, 28), slice(None))] = 125.0
    array[liver] = 105.0
    array[lesion] = 60.0
    array[ellipse((center[0] + 0.3 * radii[0], center[1]), (radii[0] * 0.5, radii[1] * 0.5), slice(3, 6))] = 165.0
    array += np.random.default_rng(7).normal(0, 12, array.shape)
    if modality is Modality.MR:
        array = np.clip(array + 150, 0, None) * 3
    return Image(array.astype(np.float32), GRID, modality), Mask(liver, GRID), Mask(lesion, GRID)


def _axis(center: tuple[float, float], dx: float, dy: float) -> Axis:
    z = 4 * GRID.spacing_mm[2]
    return Axis((center[0] - dx, center[1] - dy, z), (center[0] + dx, center[1] + dy, z))


def explained(response: Response, what: str, sum_mm: Decimal | None) -> Explained:
    """A response with words as the assessment writes them."""
    numbers = () if sum_mm is None else (("sum", sum_mm), ("nadir", Decimal("42.0")))
    return Explained(
        response,
        f"{what}.{response.name.lower()}",
        f"The sum is {sum_mm} mm, compared with baseline and nadir: {response.value}.",
        "Eisenhauer 2009, RECIST 1.1, section 4.3.1",
        numbers,
    )


class Course:
    """One subject built visit by visit."""

    def __init__(self, subject: str, modality: Modality = Modality.CT) -> None:
        self.subject, self.modality = subject, modality
        self.visits: list[Visit] = []
        self.findings: list[Finding] = []
        self.points: list[TimePoint] = []
        self.keys: list[KeySlice] = []
        self.volumes: list[VolumeLine] = []

    def visit(
        self,
        name: str,
        day: int,
        long_mm: str | None,
        viable_mm: str | None,
        response: Response,
        mrecist: Response,
        new: NewLesion = NewLesion.NO,
        flags: Flags = (),
        source: Source = Source.PROPOSED,
    ) -> None:
        """Add a visit with one target T01 (and a stable non-target), measured if long_mm is given."""
        date = START + dt.timedelta(days=day)
        self.visits.append(Visit(self.subject, name, date, (date,), (f"{name}-a", f"{name}-p"), True, flags))
        length = None if long_mm is None else Decimal(long_mm)
        viable = None if viable_mm is None else Decimal(viable_mm)
        self._target(name, date, length, viable, source, flags)
        known = [v for p in self.points if (v := deciding.parts(p).sums.sum_mm) is not None]
        known_viable = [v for p in self.points if (v := deciding.viable(p).sums.sum_mm) is not None]
        self.points.append(
            TimePoint(
                self.subject,
                name,
                date,
                Scope.LIVER,
                histories.reads(
                    hepatic_recist11=explained(response, "recist11.overall", length),
                    hepatic_mrecist=explained(mrecist, "mrecist.overall", viable),
                    overall_recist11=explained(response, "recist11.overall", length),
                    target=explained(response, "recist11.target", length),
                    non_target=explained(
                        Response.NON_CR_NON_PD if self.points else Response.NONE, "recist11.non_target", None
                    ),
                    new_lesion=new,
                    sums=_sums(length, known),
                    viable=_sums(viable, known_viable),
                ),
                Burden(Decimal(1512), Decimal("96.4") + day, Decimal("6.4") + Decimal(day) / 40),
                flags,
                provisional=source is Source.PROPOSED,
            )
        )
        for letter, phase in (("a", Phase.ARTERIAL), ("p", Phase.PORTAL_VENOUS)):
            call = PhaseCall(phase, 0.93, "aorta 268 HU, portal vein 141 HU, liver 96 HU")
            self.volumes.append(
                VolumeLine(f"{name}-{letter}", date, self.modality, call, GRID.shape, GRID.spacing_mm, flags)
            )

    def _target(
        self, name: str, date: dt.date, length: Decimal | None, viable: Decimal | None, source: Source, flags: Flags
    ) -> None:
        center = (-70.0, -20.0)
        half = 0.0 if length is None else float(length) / 2
        state = State.NOT_EVALUABLE if length is None else State.PRESENT if length else State.ABSENT
        enhancing = 0.0 if viable is None else float(viable) / 2
        finding = Finding(
            self.subject,
            name,
            date,
            "T01",
            Role.TARGET,
            state,
            segment="VII",
            phase=Phase.ARTERIAL,
            modality=self.modality,
            sop_uid="1.2.3.4",
            plane="axial",
            long_axis_mm=length,
            short_axis_mm=None if length is None else (length * Decimal("0.6")).quantize(Decimal("0.1")),
            viable_axis_mm=viable,
            long=_axis(center, half, 0) if length else None,
            short=_axis(center, 0, half * 0.6) if length else None,
            viable=_axis((center[0] + half - enhancing - 2, center[1] + 3), enhancing, 0) if enhancing else None,
            source=source,
            flags=flags,
        )
        node = Finding(self.subject, name, date, "NT01", Role.NON_TARGET, State.PRESENT, long_axis_mm=Decimal("8.0"))
        self.findings += [finding, node]
        if not length:
            return
        image, liver, lesion = phantom(center, (half, half * 0.6), self.modality)
        for kind in Kind:
            key = key_slice.cut(image, lesion, liver, finding, kind)
            if key is not None:
                self.keys.append(key)

    def report(self, endpoints: tuple[EndpointRow, ...], events: tuple[Event, ...]) -> SubjectReport:
        """The subject as a report shows it."""
        quality = RegistrationQuality(Verdict.GOOD, 0.957, 0.0, 0.81, 0.42)
        doubtful = RegistrationQuality(Verdict.DOUBTFUL, 0.861, 0.004, 0.55, 0.48, ("liver Dice below 0.90",))
        return SubjectReport(
            self.subject,
            tuple(self.visits),
            tuple(self.findings),
            tuple(self.points),
            endpoints,
            events,
            tuple(self.keys),
            tuple(
                RegistrationLine(v.name, f"BASELINE to {v.name}", doubtful if n == 1 else quality, "greedy 1.4.0.3")
                for n, v in enumerate(self.visits[1:])
            ),
            tuple(self.volumes),
        )


def _sums(now: Decimal | None, before: list[Decimal]) -> Sums:
    if not before or now is None:
        return Sums(now, before[0] if before else now, min(before) if before else None, None, None)
    baseline, nadir = before[0], min(before)
    return Sums(now, baseline, nadir, (now - baseline) * 100 / baseline, (now - nadir) * 100 / nadir if nadir else None)


def event(subject: str, kind: EventKind, day: int, detail: str = "") -> Event:
    """An event some days after the first embolization."""
    return Event(subject, kind, START + dt.timedelta(days=day), detail)


def row(subject: str, paramcd: str, day: int | None, cnsr: int | None, reason: str, visit: str = "") -> EndpointRow:
    """An endpoint row, day 0 being the start."""
    start = None if cnsr is None else START
    date = None if day is None else START + dt.timedelta(days=day)
    event_words = reason if cnsr == 0 else ""
    return EndpointRow(
        subject, paramcd, start, date, None if day is None else day + 1, cnsr, event_words, reason, visit, True
    )


def progressing(subject: str = "S-001") -> SubjectReport:
    """Response, then progression against the nadir, with a second embolization and other therapy."""
    course = Course(subject)
    course.visit("BASELINE", -9, "61.4", "48.2", Response.NONE, Response.NONE)
    course.visit("W12", 84, "47.0", "21.5", Response.SD, Response.PR)
    course.visit("W24", 165, "41.8", "0.0", Response.PR, Response.CR, flags=(Flag.PHASE_SWITCH, Flag.LIPIODOL))
    course.visit("W36", 255, None, None, Response.NE, Response.NE, flags=(Flag.GAP,))
    course.visit("W48", 334, "52.3", "24.0", Response.PD, Response.PD, new=NewLesion.EQUIVOCAL)
    return course.report(
        (
            row(subject, "HPFS", 334, 0, "HEPATIC PROGRESSION", "W48"),
            row(subject, "HPFSR", 334, 0, "HEPATIC PROGRESSION", "W48"),
        ),
        (
            event(subject, EventKind.RANDOMIZED, -14),
            event(subject, EventKind.EMBOLIZATION, 0, "right lobe"),
            event(subject, EventKind.EMBOLIZATION, 28, "left lobe"),
            event(subject, EventKind.OTHER_THERAPY, 340, "PRRT"),
            event(subject, EventKind.DEATH, 420),
        ),
    )


def vanishing(subject: str = "S-002") -> SubjectReport:
    """An MR subject whose lesion vanishes; censored, signed."""
    course = Course(subject, Modality.MR)
    course.visit("BASELINE", -5, "24.0", "20.0", Response.NONE, Response.NONE, source=Source.SIGNED)
    course.visit("W12", 80, "0", "0", Response.CR, Response.CR, source=Source.SIGNED)
    made = course.report(
        (row(subject, "HPFS", 80, 1, "NO HEPATIC PROGRESSION", "W12"),), (event(subject, EventKind.EMBOLIZATION, 0),)
    )
    rows = tuple(
        EndpointRow(
            r.subject, r.paramcd, r.start_date, r.date, r.days, r.cnsr, r.event, r.reason, r.source_visit, False
        )
        for r in made.endpoints
    )
    return SubjectReport(
        made.subject, made.visits, made.findings, made.timepoints, rows, made.events, made.keys, made.registrations
    )


def without_start(subject: str = "S-003") -> SubjectReport:
    """A subject with one visit and no start date."""
    course = Course(subject)
    course.visit("BASELINE", 0, "33.0", None, Response.NONE, Response.NE, flags=(Flag.NO_ARTERIAL,))
    return course.report((row(subject, "HPFS", None, None, "NO START DATE"),), ())


def study(*subjects: SubjectReport) -> StudyReport:
    """A study of the given subjects, by default of all three kinds and one failure."""
    shown = subjects or (progressing(), vanishing(), without_start())
    return StudyReport(
        title="RETNET sample study",
        protocol=protocol(),
        subjects=shown,
        failures=(Failure("S-004", "W12", "read volume", "IM-0042: pixel data cut short, 4096 of 8192 bytes"),),
        provenance=(
            ("hepatrack", "0.1.0"),
            ("protocol sha256", "3b5d5c3712955042212316173ccf37be"),
            ("seed", "20240115"),
        ),
        tables=("lesions.csv", "timepoints.csv", "endpoint.csv", "manifest.json"),
    )
