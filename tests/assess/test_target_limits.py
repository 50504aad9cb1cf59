"""Target limits are reported with what was found and allowed, and change no response."""

from dataclasses import replace

import pytest

from pipeline.assess import history, target_limits
from pipeline.assess.target_limits import Note
from pipeline.assess.timepoints import assess
from pipeline.model.scope import Scope
from tests.builders import histories, trials


def notes(text: str, settings: str = "", enhancing: bool = False, **baseline: object) -> list[tuple[str, str]]:
    visits, findings = histories.lesions(text)
    changed = tuple(replace(f, **baseline) for f in findings)
    protocol = histories.changed(trials.retnet(), settings)
    found = target_limits.check(history.build(visits, changed), protocol, enhancing=enhancing)
    return [(note.lesion, note.rule) for note in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("T1=10 T2=10", []),
        ("T1=9.9", [("T1", "below_measurable")]),
        ("TN1=15", []),
        ("TN1=14.9", [("TN1", "small_node")]),
        ("TN1=10", [("TN1", "small_node")]),
        ("TN1=9.9", [("TN1", "normal_node")]),
        ("T1=20 T2=20 T3=20", [("", "max_per_organ")]),
        ("TN1=20 TN2=20 TN3=20", [("", "max_per_organ")]),
        ("T1=20 T2=20 TL1=20 TL2=20 TB1=20", []),
        ("T1=20 T2=20 TL1=20 TL2=20 TB1=20 TP1=20", [("", "max_total")]),
        ("T1=ne | T1=20", [("T1", "not_measured_at_baseline")]),
        ("T1=present", [("T1", "not_measured_at_baseline")]),
        ("TN1=present", [("TN1", "not_measured_at_baseline")]),
        ("T1=20 | T1=20 T2=20", [("T2", "not_measured_at_baseline")]),
        ("T1=0", [("T1", "absent_at_baseline")]),
        ("NT1=9 NTN1=9", []),
        ("T1=20 | T1=3", []),
    ],
)
def test_given_targets_against_the_limits(text: str, expected: list[tuple[str, str]]) -> None:
    assert notes(text) == expected


@pytest.mark.parametrize(
    ("axis", "slice_mm", "measurable"),
    [("10", 5.0, True), ("12", 6.0, True), ("11.9", 6.0, False), ("15", 7.5, True), ("14.9", 7.5, False)],
)
def test_thick_slices_ask_for_twice_their_thickness(axis: str, slice_mm: float, measurable: bool) -> None:
    assert (notes(f"T1={axis}", slice_thickness_mm=slice_mm) == []) is measurable


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("T1=30/10", []),
        ("T1=30/9.9", [("T1", "below_viable")]),
        ("T1=30", [("T1", "not_enhancing")]),
        ("T1=30/0", [("T1", "not_enhancing")]),
        ("TL1=30", []),
    ],
)
def test_mrecist_targets_enhance(text: str, expected: list[tuple[str, str]]) -> None:
    assert notes(text, enhancing=True) == expected
    assert notes(text) == []


@pytest.mark.parametrize(("text", "found"), [("T1=30", "no viable axis"), ("T1=30/0", "0 mm viable")])
def test_not_measured_and_nothing_viable_are_told_apart(text: str, found: str) -> None:
    arranged = history.build(*histories.lesions(text))
    assert [note.found for note in target_limits.check(arranged, trials.retnet(), enhancing=True)] == [found]


@pytest.mark.parametrize(("axis", "expected"), [("20", []), ("19.9", [("TN1", "porta_hepatis_node")])])
def test_a_porta_hepatis_node_has_its_own_limit_in_mrecist(axis: str, expected: list[tuple[str, str]]) -> None:
    assert notes(f"TN1={axis}", enhancing=True, segment="PORTA HEPATIS") == expected
    assert notes(f"TN1={axis}", enhancing=True, segment="MEDIASTINUM") == []
    assert notes(f"TN1={axis}", segment="PORTA HEPATIS") == []


def test_a_viable_axis_alone_is_a_measured_target() -> None:
    assert notes("T1=30/20", long_axis_mm=None) == []


def test_limits_are_the_protocols() -> None:
    assert notes("T1=20 T2=20 T3=20", "targets.max_per_organ=5") == []
    assert notes("TN1=12", "targets.min_node_short_axis_mm=12") == []


def test_a_note_says_what_was_found_and_allowed() -> None:
    visits, findings = histories.lesions("T1=9.9 T2=20 T3=20")
    thick = tuple(replace(f, slice_thickness_mm=7.5) for f in findings)
    number, size = target_limits.check(history.build(visits, thick), trials.retnet())
    assert number == Note("", "max_per_organ", "3 in liver", "2")
    assert size == Note("T1", "below_measurable", "9.9 mm at slices of 7.5 mm", "at least 15.0 mm")
    assert size.sentence == (
        "T1: a target below the measurable size of its slice thickness; "
        "found 9.9 mm at slices of 7.5 mm, allowed at least 15.0 mm."
    )
    assert number.sentence.startswith("more targets in one organ than")


def test_without_a_baseline_only_numbers_are_checked() -> None:
    visits, findings = histories.lesions("T1=9 | T1=9 T2=9 T3=9")
    later = history.build(visits[1:], [f for f in findings if f.visit != "BASELINE"])
    assert [note.rule for note in target_limits.check(later, trials.retnet())] == ["max_per_organ"]


def test_notes_bar_no_response() -> None:
    visits, findings = histories.lesions("T1=9 T2=9 T3=9 TN1=12 | T1=20 T2=9 T3=9 TN1=12")
    assert (
        assess(histories.SUBJECT, visits, findings, {}, trials.retnet())[1]
        .read("recist11", Scope.LIVER)
        .overall.response.value
        == "PD"
    )
