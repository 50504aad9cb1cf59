"""Every estimate equals that of R's survival and cmprsk: on R's lung data and on 20 simulated trials."""

import csv
import math
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import pytest

from pipeline.analysis import cox, cumulative_incidence, gray, interval_censored, kaplan_meier, log_rank
from pipeline.analysis.comparison import Comparison
from pipeline.analysis.sample import Sample
from tests.builders import survival_trials

pytestmark = pytest.mark.r

SAME = 1e-6
INTERVAL_TRIALS = 9
Numbers = dict[tuple[str, str, str, str], list[tuple[float, float]]]


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory, rscript: Callable[..., str]) -> Path:
    """The folder that R wrote."""
    folder = tmp_path_factory.mktemp("r")
    trials = [
        (str(seed), group, day, ending)
        for seed in range(survival_trials.TRIALS)
        for group, sample in survival_trials.trial(seed).items()
        for day, ending in zip(sample.days, sample.ending, strict=True)
    ]
    _write(folder / "in.csv", ("trial", "group", "days", "ending"), trials)
    intervals = [
        (str(seed), left, "" if math.isinf(right) else right)
        for seed in range(INTERVAL_TRIALS)
        for left, right in zip(survival_trials.visits(seed).left, survival_trials.visits(seed).right, strict=True)
    ]
    _write(folder / "intervals.csv", ("trial", "left", "right"), intervals)
    code = Path(__file__).with_name("reference.R").read_text(encoding="utf-8")
    rscript(code, folder / "in.csv", folder / "intervals.csv", folder, libraries=("survival", "cmprsk"))
    return folder


@pytest.fixture(scope="module")
def numbers(out: Path) -> Numbers:
    """R's numbers with their times, by trial, group, method and statistic."""
    found: Numbers = defaultdict(list)
    with (out / "numbers.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            key = (row["trial"], row["group"], row["method"], row["statistic"])
            found[key].append((_number(row["time"]), _number(row["value"])))
    return found


@pytest.fixture(scope="module")
def trials(out: Path) -> dict[str, dict[str, Sample]]:
    """The groups of each trial, R's lung data with them."""
    rows: dict[str, dict[str, list[tuple[float, int]]]] = defaultdict(lambda: defaultdict(list))
    with (out / "trials.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            rows[row["trial"]][row["group"]].append((float(row["days"]), int(row["ending"])))
    return {
        trial: {
            group: Sample(np.array([d for d, _ in found]), np.array([e for _, e in found], dtype=np.int64))
            for group, found in sorted(groups.items())
        }
        for trial, groups in rows.items()
    }


def test_all_trials_are_there(trials: dict[str, dict[str, Sample]]) -> None:
    assert len(trials) == survival_trials.TRIALS + 2
    assert sum(sample.size for sample in trials["lung"].values()) == 228


def test_kaplan_meier(trials: dict[str, dict[str, Sample]], numbers: Numbers) -> None:
    for trial, group, sample in _groups(trials):
        curve = kaplan_meier.estimate(sample)
        found = {
            "n.risk": curve.table.at_risk,
            "n.event": curve.table.events,
            "n.censor": curve.table.censored + curve.table.competing,
            "surv": curve.survival,
            "lower": curve.ci_low,
            "upper": curve.ci_high,
        }
        for name, values in found.items():
            _same(zip(curve.table.time, values, strict=True), numbers[trial, group, "km", name], (trial, group, name))
        median = kaplan_meier.median(curve)
        for name, value in (("days", median.days), ("low", median.ci_low), ("high", median.ci_high)):
            _same([(math.nan, value)], numbers[trial, group, "median", name], (trial, group, name))


def test_log_rank(trials: dict[str, dict[str, Sample]], numbers: Numbers) -> None:
    for trial, groups in trials.items():
        _same_test(log_rank.compare(tuple(groups.values())), numbers, trial, "log-rank")


def test_cox(trials: dict[str, dict[str, Sample]], numbers: Numbers) -> None:
    compared = 0
    for trial, groups in trials.items():
        reference, *others = groups
        for group in others:
            found = cox.compare(groups[reference], groups[group])
            expected = {name: numbers.get((trial, group, "cox", name)) for name in ("ratio", "low", "high", "se", "p")}
            assert (found is None) == (expected["ratio"] is None), (trial, group)
            if found is None:
                continue
            compared += 1
            values = (found.ratio, found.ci_low, found.ci_high, found.log_se, found.p)
            for (name, numbers_of), value in zip(expected.items(), values, strict=True):
                _same([(math.nan, value)], numbers_of or [], (trial, group, name))
    assert compared >= 18


def test_cumulative_incidence(trials: dict[str, dict[str, Sample]], numbers: Numbers) -> None:
    compared = 0
    for trial, group, sample in _groups(trials):
        expected = numbers.get((trial, group, "cif", "est"))
        if expected is None:
            continue
        compared += 1
        curve = cumulative_incidence.estimate(sample)
        _same(zip(curve.table.time, curve.incidence, strict=True), expected, (trial, group))
        variance = numbers[trial, group, "cif", "var"]
        _same(zip(curve.table.time, curve.se**2, strict=True), variance, (trial, group, "var"))
    assert compared >= 30


def test_gray(trials: dict[str, dict[str, Sample]], numbers: Numbers) -> None:
    compared = [
        _same_test(gray.compare(tuple(groups.values())), numbers, trial, "gray")
        for trial, groups in trials.items()
        if (trial, "", "gray", "stat") in numbers
    ]
    assert len(compared) >= 15


def test_interval_censored(numbers: Numbers) -> None:
    for seed in range(INTERVAL_TRIALS):
        found = interval_censored.estimate(survival_trials.visits(seed))
        expected = numbers[str(seed), "", "em", "likelihood"][0][1]
        assert found.log_likelihood == pytest.approx(expected, abs=SAME)
        assert numbers[str(seed), "", "em", "derivative"][0][1] == pytest.approx(1, abs=1e-9)
        at = dict(numbers[str(seed), "", "em", "surv"])
        for right, survival in zip(found.right, found.survival, strict=True):
            assert survival == pytest.approx(at[right], abs=SAME), (seed, right)


def _groups(trials: dict[str, dict[str, Sample]]) -> Iterable[tuple[str, str, Sample]]:
    return ((trial, group, sample) for trial, groups in trials.items() for group, sample in groups.items())


def _same_test(found: Comparison | None, numbers: Numbers, trial: str, method: str) -> None:
    expected = {name: numbers.get((trial, "", method, name)) for name in ("stat", "df", "pv")}
    if found is None:
        assert expected["stat"] is None or not expected["stat"][0][1] > 0, (trial, method)
        return
    for name, value in (("stat", found.statistic), ("df", found.freedom), ("pv", found.p)):
        _same([(math.nan, value)], expected[name] or [], (trial, method, name))


def _same(found: Iterable[tuple[float, float]], expected: list[tuple[float, float]], where: object) -> None:
    pairs = np.array(list(found), dtype=np.float64)
    assert pairs == pytest.approx(np.array(expected), rel=SAME, abs=SAME, nan_ok=True), where


def _number(text: str) -> float:
    return float(text) if text else math.nan


def _write(path: Path, header: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)
