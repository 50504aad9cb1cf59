"""The committed sample study: complete, small, unchanged, and true to simple arithmetic."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.simulate import sample
from pipeline.store import arm_table, tables

SAMPLE = Path(__file__).resolve().parents[2] / "sample_dicoms"
LIMIT_MB = 40
MARGIN_PERCENT = 6.0


def _manifest() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((SAMPLE / "MANIFEST.json").read_text(encoding="utf-8"))
    return loaded


SUBJECTS = {entry["subject"]: entry for entry in _manifest()["subjects"]}


def test_every_file_is_as_the_manifest_says() -> None:
    files = _manifest()["files"]
    changed = [
        name for name, digest in files.items() if hashlib.sha256((SAMPLE / name).read_bytes()).hexdigest() != digest
    ]
    assert changed == []
    present = {path.relative_to(SAMPLE).as_posix() for path in SAMPLE.rglob("*") if path.is_file()}
    assert present - set(files) == {"README.md", "MANIFEST.json"}


def test_the_study_is_small() -> None:
    sizes = [path.stat().st_size for path in SAMPLE.rglob("*") if path.is_file()]
    assert sum(sizes) <= LIMIT_MB * 1_000_000
    assert max(sizes) < 5_000_000


def test_tables_are_valid_and_regard_the_subjects() -> None:
    events = tables.read_events(SAMPLE / "events.csv")
    assert {event.subject for event in events} == set(SUBJECTS)
    assert set(arm_table.read(SAMPLE / "arms.csv").by_subject) == set(SUBJECTS)
    assert {row.subject for row in tables.read_masks(SAMPLE / "masks.csv")} == {"RETNET-007"}
    assert {(read.subject, read.lesion) for read in tables.read_reads(SAMPLE / "reads.csv")} == {
        ("RETNET-002", "T03"),
        ("RETNET-002", "NL01"),
    }


def test_plans_and_manifest_agree() -> None:
    assert list(SUBJECTS) == [plan.subject for plan in sample.SUBJECTS]
    for plan in sample.SUBJECTS:
        assert [visit["visit"] for visit in SUBJECTS[plan.subject]["visits"]] == [v.name for v in plan.visits]


def _response(now: float, baseline: float, nadir: float) -> tuple[str, float]:
    """Target response and how far the sum is from the nearest threshold, in percent points."""
    above = 100 * (now - nadir) / nadir
    below = 100 * (baseline - now) / baseline
    margin = min(abs(above - 20), abs(below - 30))
    if above >= 20 and now - nadir >= 5:
        return "PD", margin
    return ("PR" if below >= 30 else "SD"), margin


@pytest.mark.parametrize("subject", list(SUBJECTS))
@pytest.mark.parametrize(("column", "answer"), [("sum_mm", "target"), ("viable_sum_mm", "hepatic_mrecist")])
def test_expected_responses_follow_from_the_sums(subject: str, column: str, answer: str) -> None:
    visits = SUBJECTS[subject]["visits"]
    sums: list[float] = []
    for visit in visits:
        now, expected = visit[column], visit["expected"]
        if sums and now is None:
            assert expected[answer] == "NE"
        elif sums:
            response, margin = _response(now, sums[0], min(sums))
            assert margin >= MARGIN_PERCENT
            new = expected["new_lesion"] == "yes"
            assert expected[answer] == ("PD" if new and answer != "target" else response)
            if answer == "target":
                assert expected["hepatic_recist11"] == ("PD" if new else response)
        else:
            assert expected is None
        if now is not None:
            sums.append(now)


@pytest.mark.parametrize("subject", list(SUBJECTS))
def test_lesions_are_of_fair_size(subject: str) -> None:
    for visit in SUBJECTS[subject]["visits"]:
        for lesion in visit["lesions"]:
            if lesion["state"] != "present":
                assert lesion["long_axis_mm"] == 0
            elif lesion["role"] == "non-target":
                assert 6.5 < lesion["long_axis_mm"] < 10
            else:
                assert 10 <= lesion["long_axis_mm"] <= 50
            assert lesion["short_axis_mm"] <= lesion["long_axis_mm"]
