"""What TR says against itself is told: another sum than that of its targets, axes exchanged, a length beyond belief."""

from pathlib import Path

import pytest

from tests.builders import respond, tumor_tables

TU = tumor_tables.tu("T01 TARGET LIVER", "T02 TARGET LUNG", "N1 TARGET LYMPH NODE")
MEASURED = ("T01 LDIAM 1=50 2=40", "T02 LDIAM 1=30 2=20.4", "N1 LPERP 1=20 2=12")
"""Sums: 100 and 72.4; of the liver 50 and 40; without nodes 80 and 60.4."""


def _output(folder: Path, *lines: str) -> str:
    of_tr = tumor_tables.tr(*lines)
    for row in of_tr:
        row["TRLNKID"] = row["TRLNKID"].removeprefix("-")
    result = respond.command(folder, TU, of_tr)
    assert result.exit_code == 0, result.output
    return result.output


@pytest.mark.parametrize(
    ("stated", "said"),
    [
        ("1=100 2=72.4", ""),
        ("1=100 2=72", ""),
        ("1=50 2=40", ""),
        ("1=80 2=60", ""),
        ("1=10cm 2=7.24cm", ""),
        ("1=100 2=75", "S-1: TR.csv row 9: SUMDIAM is 75 mm, the targets add up to 72.4 mm, which counts (once)"),
        ("1=10 2=7.2", "TR.csv row 8: SUMDIAM is 10 mm, the targets add up to 100 mm, which counts (2 visits differ)"),
    ],
)
def test_a_stated_sum_is_held_against_the_targets(tmp_path: Path, stated: str, said: str) -> None:
    output = _output(tmp_path, *MEASURED, f"- SUMDIAM {stated}")
    assert said in output
    assert ("SUMDIAM" in output) is bool(said)


def test_a_sum_beside_a_target_that_was_not_measured_is_not_compared(tmp_path: Path) -> None:
    assert "SUMDIAM" not in _output(tmp_path, "T01 LDIAM 1=50 2=nd", *MEASURED[1:], "- SUMDIAM 1=100 2=32.4")


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (("N1 LDIAM 1=25 2=20",), ""),
        (
            ("N1 LDIAM 1=15 2=20",),
            "TR.csv row 6: LPERP of N1 is 20 mm, longer than LDIAM (15 mm); are the axes exchanged? (once)",
        ),
        (("T01 DIAMETER 1=55 2=44",), "DIAMETER of T01 is 55 mm, longer than LDIAM (50 mm); are the axes"),
        (("T02 VDIAM 1=30 2=20.5",), "VDIAM of T02 is 20.5 mm, longer than LDIAM (20.4 mm); are the axes exchanged?"),
    ],
)
def test_no_axis_is_longer_than_the_longest(tmp_path: Path, lines: tuple[str, ...], said: str) -> None:
    output = _output(tmp_path, *MEASURED, *lines)
    assert said in output
    assert ("exchanged" in output) is bool(said)


def test_a_length_that_no_liver_has_is_doubted(tmp_path: Path) -> None:
    output = _output(tmp_path, "T01 LDIAM 1=50 2=4100", *MEASURED[1:])
    assert "S-1: TR.csv row 3: LDIAM of T01 is 4100 mm; is its unit right? (once)" in output
