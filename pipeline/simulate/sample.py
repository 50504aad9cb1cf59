"""The sample trial: seven subjects whose courses cover the rules, with outcomes set by hand.

Sizes are chosen so that every sum lies at least six percent points away from the
threshold it is compared with; the expected responses below are not computed.
"""

import datetime as dt

from pipeline.model.events import EventKind
from pipeline.model.image import Modality, Phase
from pipeline.model.lesion import Role
from pipeline.simulate.frame import Habitus
from pipeline.simulate.plan import (
    EventPlan,
    Expected,
    ExpectedEndpoint,
    LesionPlan,
    LesionSize,
    Naming,
    Pattern,
    Scanner,
    SubjectPlan,
    VisitPlan,
)

_RANDOMIZED, _EMBOLIZED = EventKind.RANDOMIZED, EventKind.EMBOLIZATION
_PORTAL_ONLY = (Phase.PORTAL_VENOUS,)


def _date(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def _sizes(*values: float | None) -> tuple[LesionSize | None, ...]:
    return tuple(None if value is None else LesionSize(value) for value in values)


def _expected(target: str, recist: str, mrecist: str, overall: str, non_target: str = "") -> Expected:
    return Expected(target, recist, mrecist, overall, non_target)


_FOLLOWED = "NON-CR/NON-PD"

RESPONDER = SubjectPlan(
    "RETNET-001",
    "response, then progression against the nadir; a second embolization",
    "BE",
    (
        VisitPlan("BASELINE", _date("2021-03-03")),
        VisitPlan("W12", _date("2021-06-09"), expected=_expected("PR", "PR", "PR", "PR", _FOLLOWED)),
        VisitPlan("W24", _date("2021-08-30"), expected=_expected("PR", "PR", "PR", "PR", _FOLLOWED)),
        VisitPlan("W36", _date("2021-11-24"), expected=_expected("PD", "PD", "PD", "PD", _FOLLOWED)),
    ),
    (
        LesionPlan("T01", Role.TARGET, _sizes(44, 27, 22, 33), Pattern.RIM, core=0.55),
        LesionPlan("T02", Role.TARGET, _sizes(24, 15, 13, 19), lobe="left", width=0.9),
        LesionPlan("NT01", Role.NON_TARGET, _sizes(8.5, 8.5, 8.5, 8.5), width=0.95, height=1.0),
    ),
    (
        EventPlan(_RANDOMIZED, _date("2021-03-01")),
        EventPlan(_EMBOLIZED, _date("2021-03-15"), "right lobe"),
        EventPlan(_EMBOLIZED, _date("2021-04-19"), "left lobe, staged"),
    ),
    ExpectedEndpoint(_date("2021-11-24"), 0, "HEPATIC PROGRESSION", "W36"),
    Scanner(extension=""),
)

STABLE = SubjectPlan(
    "RETNET-002",
    "stable in the liver and censored; a hilar node and a new bone lesion come in by signed reads",
    "BE",
    (
        VisitPlan("BASELINE", _date("2021-02-01")),
        VisitPlan("W12", _date("2021-05-04"), expected=_expected("SD", "SD", "SD", "SD")),
        VisitPlan("W24", _date("2021-07-29"), expected=_expected("SD", "SD", "SD", "PD")),
    ),
    (
        LesionPlan("T01", Role.TARGET, _sizes(32, 31, 33), width=0.8),
        LesionPlan("T02", Role.TARGET, _sizes(18, 19, 18), lobe="left", height=0.95),
    ),
    (
        EventPlan(_RANDOMIZED, _date("2021-02-03")),
        EventPlan(_EMBOLIZED, _date("2021-02-10")),
    ),
    ExpectedEndpoint(_date("2021-07-29"), 1, "NO PROGRESSION AT LAST ADEQUATE ASSESSMENT", "W24"),
    Scanner(syntax="jpeg-2000", signed=True, naming=Naming.SERIES_PER_PHASE),
    Habitus(170, 126, 19, 13),
)

NEW_LESION = SubjectPlan(
    "RETNET-003",
    "a new liver lesion while the targets are stable",
    "DEB",
    (
        VisitPlan("BASELINE", _date("2021-04-12")),
        VisitPlan("W12", _date("2021-07-13"), expected=_expected("SD", "SD", "SD", "SD", _FOLLOWED)),
        VisitPlan("W24", _date("2021-10-04"), expected=_expected("SD", "PD", "PD", "PD", _FOLLOWED)),
    ),
    (
        LesionPlan("T01", Role.TARGET, _sizes(30, 28, 27), Pattern.RIM, core=0.5, height=0.8),
        LesionPlan("T02", Role.TARGET, _sizes(20, 20, 19)),
        LesionPlan("NT01", Role.NON_TARGET, _sizes(9, 9, 9), width=0.95, height=1.0, lobe="left"),
        LesionPlan("NL01", Role.NEW, _sizes(None, None, 18), lobe="right", width=0.9),
    ),
    (
        EventPlan(_RANDOMIZED, _date("2021-04-14")),
        EventPlan(_EMBOLIZED, _date("2021-04-20")),
    ),
    ExpectedEndpoint(_date("2021-10-04"), 0, "HEPATIC PROGRESSION", "W24"),
    Scanner(slice_mm=5.0, slices=39, naming=Naming.ONE_SERIES, extension=".dcm", portal_extra=3),
    Habitus(158, 118, 13, 14),
)

LIPIODOL = SubjectPlan(
    "RETNET-004",
    "lipiodol chemoembolization: stable by RECIST, partial response by mRECIST; a second session",
    "CTACE",
    (
        VisitPlan("BASELINE", _date("2021-05-17")),
        VisitPlan("W12", _date("2021-08-19"), expected=_expected("SD", "SD", "PR", "SD")),
        VisitPlan("W24", _date("2021-11-12"), expected=_expected("SD", "SD", "PR", "SD")),
    ),
    (
        LesionPlan(
            "T01",
            Role.TARGET,
            (LesionSize(46), LesionSize(44, 20), LesionSize(42, 18)),
            Pattern.TREATED,
            width=0.88,
        ),
        LesionPlan("T02", Role.TARGET, _sizes(24, 22, 21), lobe="left"),
    ),
    (
        EventPlan(_RANDOMIZED, _date("2021-05-19")),
        EventPlan(_EMBOLIZED, _date("2021-05-26"), "segments V-VIII"),
        EventPlan(_EMBOLIZED, _date("2021-07-05"), "segments V-VIII, repeated"),
        EventPlan(EventKind.LAST_CONTACT, _date("2022-01-10"), "moved away"),
    ),
    ExpectedEndpoint(_date("2021-11-12"), 10, "LOST TO FOLLOW-UP", "W24"),
    Scanner(slice_mm=5.0, slices=39, syntax="jpeg-lossless", naming=Naming.SERIES_PER_PHASE, extension=""),
    Habitus(165, 124, 16, 14),
)

MAGNETIC = SubjectPlan(
    "RETNET-005",
    "MR: response, one lesion vanishes; another therapy before that censors",
    "BE",
    (
        VisitPlan("BASELINE", _date("2021-06-07")),
        VisitPlan("W12", _date("2021-09-08"), expected=_expected("PR", "PR", "PR", "PR")),
        VisitPlan("W24", _date("2021-12-02"), expected=_expected("PR", "PR", "PR", "PR")),
    ),
    (
        LesionPlan("T01", Role.TARGET, _sizes(32, 17, 16), width=0.9),
        LesionPlan("T02", Role.TARGET, _sizes(19, 12, None), lobe="left", height=0.95),
    ),
    (
        EventPlan(_RANDOMIZED, _date("2021-06-08")),
        EventPlan(_EMBOLIZED, _date("2021-06-16")),
        EventPlan(EventKind.OTHER_THERAPY, _date("2021-10-20"), "peptide receptor radionuclide therapy"),
    ),
    ExpectedEndpoint(_date("2021-09-08"), 6, "NEW THERAPY", "W12"),
    Scanner(Modality.MR, 2.3, 5.0, 152, 124, slices=39, syntax="rle", naming=Naming.NAMED),
    Habitus(157, 119, 14, 14),
)

MISSED_PHASE = SubjectPlan(
    "RETNET-006",
    "a visit without arterial phase; death without progression",
    "DEB",
    (
        VisitPlan("BASELINE", _date("2021-01-18")),
        VisitPlan("W12", _date("2021-04-20"), _PORTAL_ONLY, _expected("SD", "SD", "NE", "SD", _FOLLOWED)),
        VisitPlan("W24", _date("2021-07-15"), expected=_expected("SD", "SD", "SD", "SD", _FOLLOWED)),
    ),
    (
        LesionPlan("T01", Role.TARGET, _sizes(36, 35, 36), width=0.8, height=0.75),
        LesionPlan("T02", Role.TARGET, _sizes(17, 17, 16), lobe="left"),
        LesionPlan("NT01", Role.NON_TARGET, _sizes(8, 8, 8), width=0.95, height=1.1),
    ),
    (
        EventPlan(_RANDOMIZED, _date("2021-01-20")),
        EventPlan(_EMBOLIZED, _date("2021-01-27")),
        EventPlan(EventKind.DEATH, _date("2021-08-25")),
    ),
    ExpectedEndpoint(_date("2021-08-25"), 0, "DEATH", ""),
    Scanner(pixel_mm=2.1, columns=168, rows=134, syntax="jpeg-2000", naming=Naming.NAMED),
    Habitus(160, 120, 15, 15),
)

MISSED_VISITS = SubjectPlan(
    "RETNET-007",
    "progression after two missed visits; masks from outside are adopted",
    "CTACE",
    (
        VisitPlan("BASELINE", _date("2021-02-22")),
        VisitPlan("W12", _date("2021-05-26"), expected=_expected("SD", "SD", "SD", "SD")),
        VisitPlan("W48", _date("2022-02-01"), expected=_expected("PD", "PD", "PD", "PD")),
    ),
    (
        LesionPlan("T01", Role.TARGET, _sizes(34, 33, 49), width=0.9),
        LesionPlan("T02", Role.TARGET, _sizes(20, 20, 28), lobe="left"),
    ),
    (
        EventPlan(_RANDOMIZED, _date("2021-02-23")),
        EventPlan(_EMBOLIZED, _date("2021-03-02")),
    ),
    ExpectedEndpoint(_date("2021-05-26"), 4, "PROGRESSION AFTER MISSED VISITS", "W12"),
    Scanner(naming=Naming.ONE_SERIES),
    Habitus(163, 122, 17, 13),
    masks=True,
)

SUBJECTS: tuple[SubjectPlan, ...] = (
    RESPONDER,
    STABLE,
    NEW_LESION,
    LIPIODOL,
    MAGNETIC,
    MISSED_PHASE,
    MISSED_VISITS,
)
"""All subjects of the sample trial."""
