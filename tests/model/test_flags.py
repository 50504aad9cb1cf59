"""The flag registry: one meaning each, a stable order, told to the reader."""

import itertools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model import flags
from pipeline.model.flags import Flag, Severity

DOCUMENTATION = Path(__file__).resolve().parents[2] / "docs" / "methods" / "flags.md"


def test_no_two_flags_share_a_meaning() -> None:
    assert list(Flag) == list(Flag.__members__.values())
    for a, b in itertools.combinations(Flag, 2):
        assert a.meaning != b.meaning


@pytest.mark.parametrize("flag", Flag, ids=lambda flag: flag.name)
def test_every_flag_says_what_it_means_and_what_to_do(flag: Flag) -> None:
    assert flag.severity in Severity
    assert len(flag.meaning) > 10
    assert flag.remedy
    assert flag.name == flag.name.upper()


@given(st.lists(st.sampled_from(list(Flag))))
def test_order_is_the_registrys_without_repeats(raised: list[Flag]) -> None:
    members = list(Flag)
    put = flags.ordered(*raised)
    assert set(put) == set(raised)
    assert [members.index(flag) for flag in put] == sorted({members.index(flag) for flag in raised})
    assert flags.ordered(*put) == put


def test_text_joins_names() -> None:
    assert flags.text(flags.ordered(Flag.LIPIODOL, Flag.GAP)) == "GAP;LIPIODOL"
    assert flags.text(()) == ""


@pytest.mark.parametrize("flag", Flag, ids=lambda flag: flag.name)
def test_the_documentation_tells_the_same(flag: Flag) -> None:
    row = f"| `{flag.name}` | {flag.severity.value} | {flag.meaning} | {flag.remedy} |"
    assert row in DOCUMENTATION.read_text("utf-8").splitlines()
