"""A chain that says the truth reaches every bar; one that errs loses where it errs."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pipeline.model.image import Mask, Modality
from pipeline.model.lesion import Finding, Role, State
from pipeline.model.recording import record_mm
from pipeline.model.transform import Transform
from pipeline.model.visit import BASELINE, Visit
from pipeline.procedures.values import Proposed
from pipeline.store.artifacts import Artifacts
from tests.benchmarks.accuracy import chain, fields, judged, kept, looks, phantom, shapes, table
from tests.benchmarks.accuracy.cases import Case, Family
from tests.benchmarks.accuracy.chain import Course, Found
from tests.benchmarks.accuracy.lesions import Fate, Lesion
from tests.benchmarks.accuracy.looks import Kind
from tests.benchmarks.accuracy.rows import Rows
from tests.benchmarks.accuracy.visits import Setting, TrueVisit

Wrong = Callable[[Found, TrueVisit], Found]
NAMES = {"L1": "T1", "L2": "T2"}


@pytest.fixture(scope="module")
def case() -> Case:
    """A lesion that grows from 20 to 30 mm and one that vanishes, under a motion of 8 mm with 5 mm of breath."""
    prepared = phantom.prepared()
    liver = prepared.background.liver
    moved = fields.draw(np.random.default_rng(1), fields.breath(prepared.clean, liver), liver, 8.0, 5.0)
    look = looks.draw(np.random.default_rng(2), Kind.HYPODENSE)
    first, second = shapes.ball((-20.0, 10.0, 0.0), 10.0), shapes.ball((20.0, -10.0, 10.0), 8.0)
    lesions = (
        Lesion("L1", "inside", Fate.GROWN, ((first,), (first.sized(15.0),)), (look, look)),
        Lesion("L2", "inside", Fate.VANISHED, ((second,), ()), (look, look)),
    )
    settings = (Setting(Transform.identity(), seed=1), Setting(moved, seed=2))
    return Case("P-followed-1", Family.FOLLOWED, 1, prepared, lesions, settings, treated=False)


@pytest.fixture
def answered(case: Case, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[Wrong], Rows]:
    """Judge the case with a chain that says the truth, spoiled by a function."""
    monkeypatch.setattr(kept, "FOLDER", tmp_path)

    def judge(spoil: Wrong) -> Rows:
        trues = [case.visit(number) for number in range(2)]

        def run(name: str, shown: Sequence[object], artifacts: Artifacts) -> Course:
            visits = tuple(
                Visit(name, "V02" if n else BASELINE, dt.date(2021, 1 + 3 * n, 1), (dt.date(2021, 1 + 3 * n, 1),))
                for n in range(2)
            )
            found = [_true(visit, true) for visit, true in zip(visits, trues, strict=True)]
            return Course(Proposed(name, (), visits=visits), (found[0], spoil(found[1], trues[1])))

        monkeypatch.setattr(chain, "run", run)
        return judged.followed(case, Artifacts(tmp_path / "chain"), adopt=True)

    return judge


def _true(visit: Visit, true: TrueVisit) -> Found:
    """What a perfect chain says of a visit."""
    findings, masks = [], {}
    for lesion in true.lesions:
        state = State.PRESENT if lesion.volume_ml else State.ABSENT
        length, name = record_mm(lesion.long_axis_mm), NAMES[lesion.name]
        findings.append(
            Finding(
                visit.subject, visit.name, visit.date, name, Role.TARGET, state, phase=true.phase,
                modality=Modality.CT, plane="axial", long_axis_mm=length, slice_thickness_mm=3.0,
            )
        )  # fmt: skip
        if lesion.volume_ml:
            masks[name] = true.labels.mask(lesion.name)
    known = {said: lesion for lesion, said in NAMES.items()}
    return Found(visit.name, true.liver, tuple(findings), masks, known, true.field, "good")


def test_the_truth_reaches_every_bar(answered: Callable[[Wrong], Rows]) -> None:
    """T1 grows by half, T2 is gone: 36 to 30 mm is SD; nothing is missed, the registration is exact."""
    rows = answered(lambda found, true: found)
    (visit,) = rows.visits
    assert (visit.true_response, visit.response) == ("SD", "SD")
    assert (visit.matched, visit.missed, visit.wrong, visit.new_false) == (1, 0, 0, 0)
    assert visit.burden == pytest.approx(visit.true_burden, abs=1e-6)
    assert [row.hit for row in rows.followed] == [True, True]
    assert rows.followed[0].found_mm == pytest.approx(rows.followed[0].true_mm, abs=0.1)
    assert rows.fields[0].median_mm < 0.01 < 1 < rows.fields[0].before_mm
    assert rows.livers[0].dice == 1.0
    lines = {line.what: line for line in table.lines(rows)}
    assert [line.what for line in lines.values() if line.reached is False] == []
    assert lines["lesions carried under their name"].n == 2
    assert "| reached |" in table.text(list(lines.values()))


def test_a_lesion_called_present_that_is_gone_is_wrong(answered: Callable[[Wrong], Rows]) -> None:
    """It stays in the sum with 40 mm: PD instead of SD, one name wrong."""

    def spoil(found: Found, true: TrueVisit) -> Found:
        first, gone = found.findings
        said = replace(gone, state=State.PRESENT, long_axis_mm=record_mm(40.0))
        mask = np.zeros_like(true.liver.array)
        mask[5:8, 60:80, 60:80] = True
        return replace(found, findings=(first, said), masks=found.masks | {"T2": Mask(mask, true.liver.grid)})

    rows = answered(spoil)
    (visit,) = rows.visits
    assert (visit.true_response, visit.response) == ("SD", "PD")
    assert (visit.matched, visit.missed, visit.wrong) == (1, 0, 1)
    assert visit.burden > visit.true_burden


def test_a_shifted_outline_misses(answered: Callable[[Wrong], Rows]) -> None:
    """A mask 36 mm aside carries nothing, though its axis is right."""

    def spoil(found: Found, true: TrueVisit) -> Found:
        mask = found.masks["T1"]
        return replace(found, masks={"T1": Mask(np.roll(mask.array, 30, axis=2), mask.grid)})

    rows = answered(spoil)
    assert [row.hit for row in rows.followed] == [False, True]
    assert rows.visits[0].missed == rows.visits[0].wrong == 1


def test_a_false_new_lesion_is_counted(answered: Callable[[Wrong], Rows]) -> None:
    """It makes PD of SD."""

    def spoil(found: Found, true: TrueVisit) -> Found:
        mask = np.zeros_like(true.liver.array)
        mask[30:33, 60:80, 60:80] = True
        new = replace(found.findings[0], lesion="NL1", role=Role.NEW, long_axis_mm=record_mm(24.0))
        masks = found.masks | {"NL1": Mask(mask, true.liver.grid)}
        return replace(found, findings=(*found.findings, new), masks=masks)

    (visit,) = answered(spoil).visits
    assert visit.new_false == 1
    assert (visit.true_response, visit.response) == ("SD", "PD")
