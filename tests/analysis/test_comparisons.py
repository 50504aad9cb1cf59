"""Log-rank, Cox and Gray on examples small enough for paper."""

from math import sqrt

import pytest

from pipeline.analysis import cox, gray, log_rank
from tests.builders.survival import sample


def test_log_rank_by_hand() -> None:
    """Observed 2, expected 1/2 + 1/3 + 1/2, variance 1/4 + 2/9 + 1/4."""
    found = log_rank.compare((sample("1e 3e"), sample("2e 4e")))
    assert found is not None
    assert found.statistic == pytest.approx((2 / 3) ** 2 / (13 / 18), abs=1e-12)
    assert found.freedom == 1
    assert 0.43 < found.p < 0.44


def test_log_rank_passes_over_a_group_never_at_risk_at_an_event() -> None:
    pair = (sample("5e 9e"), sample("6e 7c"))
    found = log_rank.compare((*pair, sample("1c 2c")))
    assert found == log_rank.compare(pair)


@pytest.mark.parametrize(
    "groups",
    [("1c 2c", "3c"), ("1e 2e",), ("1e 2e", ""), ("3e 3e", "3e"), ("1c", "2e 3e"), ("", "")],
)
def test_log_rank_knows_when_it_cannot_tell(groups: tuple[str, ...]) -> None:
    assert log_rank.compare(tuple(map(sample, groups))) is None


def test_cox_by_hand() -> None:
    """The partial likelihood r / ((1 + r)^2 (1 + 2 r)) is greatest where 4 r^2 + r = 1."""
    found = cox.compare(sample("1e 3e"), sample("2e 4e"))
    assert found is not None
    assert found.ratio == pytest.approx((sqrt(17) - 1) / 8, abs=1e-9)
    assert found.ci_low < found.ratio < found.ci_high


def test_cox_takes_ties_as_efron_does() -> None:
    """r / ((3 + 2 r)(3 + 2 r - (1 + r) / 2)) is greatest where r^2 = 5/2."""
    found = cox.compare(sample("1e 2c 2c"), sample("1e 2c"))
    assert found is not None
    assert found.ratio == pytest.approx(sqrt(2.5), abs=1e-9)


def test_cox_of_one_subject_against_nine_at_one_time() -> None:
    """r / ((1 + 9 r)(1 + 9 r - (1 + r) / 2)) is greatest where 153 r^2 = 1; Newton's steps from 1 run away."""
    found = cox.compare(sample("1e"), sample("1e " + "1c " * 8))
    assert found is not None
    assert found.ratio == pytest.approx(sqrt(1 / 153), abs=1e-12)


def test_cox_turned_around_is_the_inverse() -> None:
    one, other = sample("1e 4e 6c 9d"), sample("2e 5d 5e 8c")
    forth, back = cox.compare(one, other), cox.compare(other, one)
    assert forth is not None
    assert back is not None
    assert forth.ratio * back.ratio == pytest.approx(1, abs=1e-9)
    assert forth.ci_low * back.ci_high == pytest.approx(1, abs=1e-9)


@pytest.mark.parametrize(
    ("reference", "group"),
    [
        ("1e 2e", "1c 2c"),
        ("1c 2c", "1e 2e"),
        ("1c", "2c"),
        ("5e", ""),
        ("", "5e"),
        ("1e 2e", "3e 4e"),
    ],
)
def test_cox_knows_when_there_is_no_finite_ratio(reference: str, group: str) -> None:
    assert cox.compare(sample(reference), sample(group)) is None


def test_cox_with_one_subject_in_each_group_of_an_event_each_at_one_time() -> None:
    found = cox.compare(sample("5e"), sample("5e"))
    assert found is not None
    assert found.ratio == pytest.approx(1, abs=1e-9)


def test_gray_of_equal_groups_is_zero() -> None:
    found = gray.compare((sample("1e 2d 3e 4c"), sample("1e 2d 3e 4c")))
    assert found is not None
    assert found.statistic == pytest.approx(0, abs=1e-12)
    assert found.p == pytest.approx(1, abs=1e-6)


def test_gray_does_not_depend_on_the_order_of_groups() -> None:
    a, b, c = sample("1e 2d 3e 4c 9e"), sample("2e 2d 5e 7c 8d"), sample("1d 1e 6e 6c 7e")
    one, other = gray.compare((a, b, c)), gray.compare((c, a, b))
    assert one is not None
    assert other is not None
    assert one.statistic == pytest.approx(other.statistic, abs=1e-9)
    assert one.freedom == 2


def test_gray_sees_incidence_where_the_log_rank_sees_hazard() -> None:
    """Equal hazards of the event, but a competing death takes half of one group before it."""
    spared = sample(" ".join(f"{day}e" for day in range(10, 70)))
    taken = sample("1d " * 30 + " ".join(f"{day}e" for day in range(11, 70, 2)))
    incidence, hazard = gray.compare((spared, taken)), log_rank.compare((spared, taken))
    assert incidence is not None
    assert hazard is not None
    assert incidence.p < 1e-5
    assert hazard.p > 0.5


@pytest.mark.parametrize("groups", [("1c 2c", "3c"), ("1e 2d",), ("1d 2d", "3c 4d"), ("1e 2e", "")])
def test_gray_knows_when_it_cannot_tell(groups: tuple[str, ...]) -> None:
    assert gray.compare(tuple(map(sample, groups))) is None
