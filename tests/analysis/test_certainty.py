"""The chance that a PD call flips, in cases whose answer is known."""

from decimal import Decimal
from math import sqrt
from statistics import NormalDist

import pytest

from pipeline.analysis import certainty
from pipeline.analysis.sum_rule import Values
from pipeline.assess.criteria import mrecist, recist11
from pipeline.model.protocol import Protocol
from tests.builders.trials import retnet


def _values(*rows: list[str | None], nodes: tuple[bool, ...] = ()) -> Values:
    exact = tuple(tuple(None if v is None else Decimal(v) for v in row) for row in rows)
    return Values(exact, nodes or (False,) * len(rows[0]))


def _chance(values: Values, settings: str = "", key: str = "S-001/W12") -> float:
    return certainty.flip_chance(
        values, recist11.CRITERION.rules(_protocol(settings)), _protocol(settings), f"recist11/{key}"
    ).chance


def _protocol(settings: str = "") -> Protocol:
    values = retnet().model_dump()
    for setting in settings.split():
        name, _, value = setting.partition("=")
        now = values["certainty"][name]
        values["certainty"][name] = type(now)(value)
    return Protocol.model_validate(values)


def test_the_error_is_the_published_one() -> None:
    assert certainty.error_sd(retnet().certainty) == pytest.approx(0.12117, abs=1e-5)


def test_at_the_threshold_one_half_flips() -> None:
    assert _chance(_values(["100"], ["120"])) == pytest.approx(0.5, abs=0.02)


def test_far_above_the_threshold_nothing_flips() -> None:
    assert _chance(_values(["100"], ["250"])) < 0.0005


def test_with_two_visits_it_is_the_normal_tail() -> None:
    """PD needs 140 (1+b) >= 1.2 * 100 (1+a); the difference is normal with a known SD."""
    sd, rho = certainty.error_sd(retnet().certainty), 0.5
    mean, variance = 140 - 120, sd**2 * (140**2 + 120**2 - 2 * rho * 140 * 120)
    expected = NormalDist().cdf(-mean / sqrt(variance))
    assert _chance(_values(["100"], ["140"]), "draws=200000") == pytest.approx(expected, abs=0.004)


def test_the_minimum_of_5_mm_counts_in_small_sums() -> None:
    """From 10 to 16: +60 %, but 1 mm above the 5 mm rule; two errors of 12 % are 1.6 mm."""
    assert _chance(_values(["10"], ["16"])) > 0.2


def test_an_early_nadir_can_be_found_elsewhere() -> None:
    """Ten visits near the nadir: its least reread value lies lower, so fewer calls flip than against one."""
    many = _chance(_values(["100"], *[["60"]] * 10, ["72"]))
    one = _chance(_values(["100"], ["60"], ["72"]))
    assert many < one - 0.1


def test_full_correlation_flips_nothing_that_lies_above_both_thresholds_in_proportion() -> None:
    assert _chance(_values(["100"], ["125"]), "within_reader_correlation=1.0") == 0
    assert _chance(_values(["100"], ["125"]), "within_reader_correlation=0.0") > 0.3


def test_more_lesions_average_their_errors() -> None:
    one = _chance(_values(["100"], ["140"]))
    five = _chance(_values(["20"] * 5, ["28"] * 5))
    assert five < one / 2


def test_a_subset_is_judged_against_the_full_nadir() -> None:
    assert _chance(_values(["50", "50"], ["200", None])) < 0.01
    with pytest.raises(ValueError, match="S-001/W12: the recorded values are not PD"):
        _chance(_values(["50", "50"], ["70", None]))


def test_absent_lesions_stay_absent() -> None:
    assert _chance(_values(["50", "30"], ["0", "0"], ["0", "20"])) < 0.001


def test_a_node_may_be_reread_as_normal() -> None:
    """A node back at 10.0 mm is PD over a nadir of 4; in half of the draws it is normal, so CR."""
    assert _chance(_values(["20"], ["4"], ["10.0"], nodes=(True,))) == pytest.approx(0.5, abs=0.03)


def test_seed_and_key_fix_the_draws() -> None:
    values, protocol = _values(["100"], ["130"]), retnet()
    first = certainty.flip_chance(values, recist11.CRITERION.rules(protocol), protocol, "recist11/S-001/W12")
    assert first == certainty.flip_chance(values, recist11.CRITERION.rules(protocol), protocol, "recist11/S-001/W12")
    assert first.se == pytest.approx(sqrt(first.chance * (1 - first.chance) / 10_000))
    assert (first.draws, first.seed) == (10_000, 20210301)
    assert first.chance != _chance(values, key="S-002/W12") != _chance(values, "seed=1")


def test_mrecist_has_its_own_thresholds() -> None:
    """Without the 5 mm rule 10 to 12.5 is PD."""
    values = _values(["10"], ["12.5"])
    assert certainty.flip_chance(values, mrecist.CRITERION.rules(retnet()), retnet(), "mrecist/k").chance > 0.3
    with pytest.raises(ValueError, match="not PD"):
        certainty.flip_chance(values, recist11.CRITERION.rules(retnet()), retnet(), "k")
