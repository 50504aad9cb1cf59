"""The course of a subject through its procedures: their order, what each is given, and what a failure leaves."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from pipeline.ingest import geometry
from pipeline.model.catalog import PhaseCall, Volume
from pipeline.model.errors import InputError
from pipeline.model.events import Event, EventKind
from pipeline.model.image import Modality, Phase
from pipeline.model.quality import RegistrationQuality, Verdict
from pipeline.model.visit import Burden
from pipeline.procedures.procedure import Procedure
from pipeline.procedures.propose import baseline, follow_up, images, livers, subject
from pipeline.procedures.values import Aligned, Decoded, DecodedDate, Livers, Proposed, SubjectInput, VisitLesions
from pipeline.store import protocols
from tests.builders.command import PROTOCOL
from tests.builders.dicom_series import headers

ANCHOR = dt.date(2024, 3, 5)
DAYS = {"BASELINE": -10, "W12": 84, "W24": 168}


def volume(day: int) -> Volume:
    slices = tuple(headers(10, subject="S-001", study_date=ANCHOR + dt.timedelta(days=day)))
    call = PhaseCall(Phase.PORTAL_VENOUS, 0.9)
    return Volume(
        f"V{day}", "S-001", slices[0].study_date, Modality.CT, "1.2", "1", slices, geometry.grid(slices), (), call
    )


SUBJECT = SubjectInput(
    "S-001",
    tuple(volume(day) for day in DAYS.values()),
    "content",
    (Event("S-001", EventKind.EMBOLIZATION, ANCHOR),),
)


@dataclass
class Made:
    """A procedure that has a result, or raises."""

    make: Callable[[], Any]

    def result(self) -> Any:
        return self.make()


@dataclass
class Fake:
    """Answers every procedure without images; `fails` names what raises, as (procedure, label)."""

    fails: tuple[str, str] = ("", "")
    asked: list[tuple[str, str, Any]] = field(default_factory=list)

    def __call__(self, procedure: Procedure[Any, Any], given: Any, label: str, /) -> Made:
        self.asked.append((procedure.name, label.removeprefix("S-001 "), given))
        return Made(lambda: self._answer(procedure, given, label))

    def _answer(self, procedure: Procedure[Any, Any], given: Any, label: str) -> Any:
        if (procedure.name, label.removeprefix("S-001 ")) == self.fails:
            raise InputError("planted")
        good = Aligned("t", RegistrationQuality(Verdict.GOOD, 0.9, 0.0, 0.6, 0.5), "fake")
        answers: dict[str, Callable[[], Any]] = {
            images.decode.name: lambda: DecodedDate(given.date, tuple(Decoded(v, f"i{v.id}") for v in given.volumes)),
            livers.find.name: lambda: Livers("l", None, None, 0.9, ()),
            livers.align.name: lambda: livers.AlignResult(good, replace(given.fixed_livers, confidence=0.8)),
            baseline.baseline.name: lambda: lesions(given),
            follow_up.follow_up.name: lambda: replace(lesions(given), counted=(*given.known.counted, label)),
        }
        return answers[procedure.name]()


def lesions(given: Any) -> VisitLesions:
    return VisitLesions(given.images.visit.name, (), "atlas", Burden(None, None, None))


def proposed(fake: Fake) -> Proposed:
    return subject.propose(SUBJECT, protocols.load(PROTOCOL), ("/source",), fake)


def test_order_of_the_procedures():
    fake = Fake()
    result = proposed(fake)
    assert [(name, label) for name, label, _ in fake.asked] == [
        ("decode", "2024-02-24"),
        ("decode", "2024-05-28"),
        ("decode", "2024-08-20"),
        ("find liver", "BASELINE"),
        ("find liver", "W12"),
        ("find liver", "W24"),
        ("baseline lesions", "BASELINE"),
        ("align", "W12"),
        ("align", "W24"),
        ("follow-up lesions", "W12"),
        ("follow-up lesions", "W24"),
    ]
    assert not result.failures
    assert [(visit.name, visit.completed) for visit in result.visits] == [(name, True) for name in DAYS]


def test_each_follow_up_knows_what_the_one_before_left():
    fake = Fake()
    proposed(fake)
    last = next(given for name, label, given in fake.asked if (name, label) == ("follow-up lesions", "W24"))
    assert last.known.counted == ("S-001 W12",)
    assert last.livers.confidence == 0.8
    assert last.baseline_images.visit.name == "BASELINE"


@pytest.mark.parametrize(
    ("fails", "step", "failed", "completed"),
    [
        (("find liver", "W12"), "liver", "W12", ["BASELINE", "W24"]),
        (("align", "W12"), "align", "W12", ["BASELINE", "W24"]),
        (("follow-up lesions", "W12"), "lesions", "W12", ["BASELINE", "W24"]),
        (("find liver", "BASELINE"), "liver", "BASELINE", []),
        (("baseline lesions", "BASELINE"), "lesions", "BASELINE", []),
    ],
)
def test_what_fails_is_a_failure_of_its_visit_and_the_rest_goes_on(fails, step, failed, completed):
    result = proposed(Fake(fails))
    assert [(f.visit, f.step, f.reason) for f in result.failures] == [(failed, step, "InputError: planted")]
    assert [visit.name for visit in result.visits if visit.completed] == completed
    assert [visit.name for visit in result.visits] == list(DAYS)


def test_a_date_that_cannot_be_decoded_leaves_a_visit_without_image():
    result = proposed(Fake(("decode", "2024-05-28")))
    assert [(f.visit, f.step) for f in result.failures] == [("2024-05-28", "decode"), ("W12", "read")]
    assert [visit.name for visit in result.visits if visit.completed] == ["BASELINE", "W24"]
