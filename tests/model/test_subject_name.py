"""Which identifiers of subjects can be used, and which are taken for each other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model import subject_name


@pytest.mark.parametrize(
    "name",
    ["RETNET-001", "[/bold]x", "=cmd|' /C calc'!A0", "..", "a/b", "CON", "x" * 40, "M\u00fcller", "\u60a3\u8005 1"],
)
def test_what_can_be_seen_can_be_used(name: str):
    assert subject_name.fault(name) == ""
    assert subject_name.shown(name) == name


@pytest.mark.parametrize(
    ("name", "told", "shown"),
    [
        ("", "found nothing", ""),
        ("x" * 300, "found 300 characters; allowed: at most 64", "x" * 39 + "…"),
        ("A\x00B", "a control character (U+0000) at place 2", "A<U+0000>B"),
        ("A\u200bB", "an invisible character (U+200B) at place 2", "A<U+200B>B"),
        ("A\u202eB", "an invisible character (U+202E) at place 2", "A<U+202E>B"),
        ("\ufeffA", "an invisible character (U+FEFF) at place 1", "<U+FEFF>A"),
        ("A\nB", "a control character (U+000A) at place 2", "A<U+000A>B"),
        ("A\u2028B", "a line break (U+2028) at place 2", "A<U+2028>B"),
        ("A\udcffB", "half a character (U+DCFF) at place 2", "A<U+DCFF>B"),
        ("M\ufffdller", "a lost character (U+FFFD) at place 2", "M\ufffdller"),
        (" A", "a blank at an end", "A"),
    ],
)
def test_what_cannot_be_used_is_told_and_shown(name: str, told: str, shown: str):
    assert told in subject_name.fault(name)
    assert subject_name.shown(name) == shown


@given(st.text(max_size=100))
def test_what_is_shown_can_be_used(name: str):
    shown = subject_name.shown(name)
    assert not shown or "\ufffd" in shown or not subject_name.fault(shown.strip())


def test_identifiers_that_are_taken_for_one():
    names = ["RETNET-1", "retnet-1", "M\u00fcller", "Mu\u0308ller", "A 1", "A  1", "RETNET-2", "RETNET-1"]
    assert subject_name.alike(names) == (("A  1", "A 1"), ("Mu\u0308ller", "M\u00fcller"), ("RETNET-1", "retnet-1"))
