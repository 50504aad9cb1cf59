"""The written trial: equal bytes from equal seeds, no arm in the clinical tables, SDTM form."""

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.model.errors import InputError
from pipeline.procedures import check as checking
from pipeline.procedures import simulate_trial
from pipeline.simulate.trial import sdtm, subject
from pipeline.simulate.trial.design import Design

DESIGN = Design(40, 1.78, 11)


def _bytes(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    for name, design in (("a", DESIGN), ("b", DESIGN), ("c", replace(DESIGN, seed=12))):
        simulate_trial.make(tmp_path / name, design)
    assert _bytes(tmp_path / "a") == _bytes(tmp_path / "b")
    assert _bytes(tmp_path / "a")["TR.csv"] != _bytes(tmp_path / "c")["TR.csv"]


def test_a_larger_trial_begins_with_the_smaller_one() -> None:
    small = sdtm.tables(DESIGN, (subject.draw(DESIGN, n) for n in range(5)))
    large = sdtm.tables(DESIGN, (subject.draw(replace(DESIGN, subjects=80), n) for n in range(9)))
    assert large.tr[: len(small.tr)] == small.tr


def test_the_arm_stands_in_its_own_table_only(tmp_path: Path) -> None:
    design = replace(DESIGN, arms=("BLAND", "CTACE"))
    simulate_trial.make(tmp_path, design)
    naming = {name for name, content in _bytes(tmp_path).items() if b"BLAND" in content or b"CTACE" in content}
    assert naming == {"arms.csv"}
    swapped = replace(design, hazard_ratio=1.0)
    assert [row["arm"] for row in _rows(tmp_path / "arms.csv")] == [
        swapped.arms[subject.draw(swapped, n).course.arm] for n in range(40)
    ]


def test_both_readers_have_rows_and_one_is_accepted(tmp_path: Path) -> None:
    simulate_trial.make(tmp_path, DESIGN)
    by_subject: dict[str, set[tuple[str, str]]] = {}
    for row in _rows(tmp_path / "TR.csv"):
        by_subject.setdefault(row["USUBJID"], set()).add((row["TREVALID"], row["TRACPTFL"]))
    assert len(by_subject) == 40
    for pairs in by_subject.values():
        assert {reader for reader, _ in pairs} == {"RADIOLOGIST 1", "RADIOLOGIST 2"}
        assert sum(flag == "Y" for _, flag in pairs) == 1


def test_measured_rows_and_rows_that_were_not_done(tmp_path: Path) -> None:
    simulate_trial.make(tmp_path, replace(DESIGN, lesion_missed=0.2))
    rows = _rows(tmp_path / "TR.csv")
    lengths = [row for row in rows if row["TRTESTCD"] in {"LDIAM", "LPERP"}]
    assert {row["TRSTAT"] for row in lengths} == {"", "NOT DONE"}
    for row in lengths:
        done = row["TRSTAT"] == ""
        assert (row["TRSTRESN"] != "", row["TRREASND"] == "") == (done, done)
        assert not done or float(row["TRSTRESN"]) > 0
    assert {row["TRTESTCD"] for row in rows} == {"LDIAM", "LPERP", "TUMSTATE"}
    assert not any(row["TRSTAT"] for row in rows if row["VISIT"] == "BASELINE")


def test_every_measured_lesion_is_identified_once(tmp_path: Path) -> None:
    simulate_trial.make(tmp_path, DESIGN)
    identified = [(row["USUBJID"], row["TULNKID"]) for row in _rows(tmp_path / "TU.csv")]
    assert len(identified) == len(set(identified))
    assert {(row["USUBJID"], row["TRLNKID"]) for row in _rows(tmp_path / "TR.csv")} == set(identified)


def test_no_scan_follows_death_or_the_end_of_follow_up() -> None:
    for number in range(40):
        found = subject.draw(DESIGN, number)
        last = found.scans[-1].day
        assert last <= found.course.ends_days
        assert last < found.course.death_days


def test_visits_may_be_missed_more_often_in_the_second_arm() -> None:
    uneven = replace(DESIGN, visit_missed=0.0, visit_missed_second=0.9)
    for number in range(40):
        found, full = subject.draw(uneven, number), subject.draw(replace(uneven, visit_missed_second=None), number)
        assert found.course == full.course
        assert found.scans == full.scans or found.course.arm == 1
    assert any(len(subject.draw(uneven, n).scans) == 1 for n in range(40))


def test_readers_agree_as_published() -> None:
    design = replace(DESIGN, subjects=400, visits_after=None)
    ratios = []
    for number in range(design.subjects):
        found = subject.draw(design, number)
        pairs: dict[tuple[int, str], list[float]] = {}
        for reading in found.readings:
            if reading.length_mm is not None:
                pairs.setdefault((reading.scan.number, reading.lesion.name), []).append(float(reading.length_mm))
        ratios += [(two - one) / ((one + two) / 2) for one, two in pairs.values()]
    mean = sum(ratios) / len(ratios)
    spread = (sum((ratio - mean) ** 2 for ratio in ratios) / len(ratios)) ** 0.5
    assert spread * 3.92 * 100 == pytest.approx(25.4 + 22.1, rel=0.06)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"subjects": 0}, "subjects: found 0; allowed: from 1 to 99999"),
        ({"hazard_ratio": 0.0}, "hazard ratio: found 0.0; allowed: from 0.01"),
        ({"seed": -1}, "seed: found -1"),
        ({"median_days": 1.0}, "median in days: found 1.0"),
        ({"shape": 9.0}, "shape: found 9.0"),
        ({"every_days": 0}, "days between visits: found 0"),
        ({"jitter_days": -1.0}, "jitter in days: found -1.0"),
        ({"visit_missed": 1.0}, "visit_missed: found 1.0"),
        ({"visit_missed_second": 1.0}, "visit_missed_second: found 1.0"),
        ({"visits_after": -1}, "scans from progression on: found -1"),
        ({"correlation": 1.2}, "correlation: found 1.2"),
        ({"arms": ("A", "A")}, "arms: found 'A, A'; allowed: two different labels"),
        ({"loa_low_percent": 30.0}, "limits of agreement: found 30.0 to 25.4"),
    ],
)
def test_a_design_out_of_range_is_refused(changes: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        replace(DESIGN, **changes)  # type: ignore[arg-type]


def test_a_simulated_trial_breaks_no_check_of_cdisc_tables(tmp_path: Path) -> None:
    simulate_trial.make(tmp_path, replace(DESIGN, subjects=20))
    assert checking.check(tmp_path).findings == ()
