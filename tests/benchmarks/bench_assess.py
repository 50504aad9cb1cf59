"""Assessing 100,000 visits: ours, exact and explained, against bare float arithmetic in Python and in pandas.

The peers give the target response only, without non-targets, new lesions, a reason or a margin,
and in binary floating point; the visits at which that changes a response are counted.
"""

import itertools
import resource
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random

import pandas as pd

from pipeline.assess import history, timepoints
from pipeline.assess.criteria import recist11
from pipeline.model import deciding
from pipeline.model.lesion import Finding
from pipeline.model.visit import Visit
from tests.builders import histories, trials

SUBJECTS, VISITS, TARGETS, REPEATS, CHUNK = 12_500, 8, 3, 5, 500
EXACT = 0.1
"""Share of visits that lie exactly at -30 % of baseline."""
PROTOCOL = trials.retnet()


@dataclass(frozen=True)
class Subject:
    """One subject: its sums for the peers, visits and findings for us."""

    sums: tuple[float, ...]
    visits: tuple[Visit, ...]
    findings: tuple[Finding, ...]


def subjects(seed: int = 1) -> Iterator[Subject]:
    """Subjects one after the other, so that none has to be kept."""
    random = Random(seed)
    for _ in range(SUBJECTS):
        first = [10 * random.randint(15, 80) for _ in range(TARGETS)]
        size, rows = first, []
        for _ in range(VISITS):
            rows.append([Decimal(tenths) / 10 for tenths in size])
            if random.random() < EXACT:
                size = [tenths * 7 // 10 for tenths in first]
            else:
                size = [max(1, round(tenths * random.uniform(0.7, 1.3))) for tenths in size]
        names = [f"T{number + 1}" for number in range(TARGETS)]
        text = " | ".join(
            " ".join(f"{name}={value}/{value}" for name, value in zip(names, row, strict=True)) + " NT1=present"
            for row in rows
        )
        yield Subject(tuple(float(sum(row)) for row in rows), *histories.lesions(text))


def one_criterion(subject: Subject) -> list[str]:
    """RECIST 1.1 in one scope, as `respond` reads it."""
    arranged = history.build(subject.visits, subject.findings)
    return [read.target.response.value for read in recist11.CRITERION.read(arranged, PROTOCOL)]


def whole_line(subject: Subject) -> list[str]:
    """RECIST 1.1 in the liver and in the body and mRECIST, as `run` reads them."""
    points = timepoints.assess(histories.SUBJECT, subject.visits, subject.findings, {}, PROTOCOL)
    return [deciding.parts(point).target.response.value for point in points]


def plain_floats(subject: Subject) -> list[str]:
    """The same thresholds on floats in a loop, divided as they are usually written."""
    start = nadir = subject.sums[0]
    said = [""]
    for now in subject.sums[1:]:
        if now == 0:
            said.append("CR")
        elif (now - nadir) / nadir >= 0.2 and now - nadir >= 5:
            said.append("PD")
        else:
            said.append("PR" if (start - now) / start >= 0.3 else "SD")
        nadir = min(nadir, now)
    return said


def with_pandas(frame: pd.DataFrame) -> list[str]:
    """The same on columns: one row a visit, columns subject and sum."""
    by_subject = frame.groupby("subject")["sum"]
    start = by_subject.transform("first")
    nadir = by_subject.cummin().groupby(frame["subject"]).shift()
    said = pd.Series("SD", index=frame.index)
    said[(start - frame["sum"]) / start >= 0.3] = "PR"
    said[((frame["sum"] - nadir) / nadir >= 0.2) & (frame["sum"] - nadir >= 5)] = "PD"
    said[frame["sum"] == 0] = "CR"
    said[nadir.isna()] = ""
    return said.tolist()


def in_columns(chunk: Sequence[Subject]) -> list[str]:
    """A chunk of subjects through pandas."""
    rows = [(number, total) for number, subject in enumerate(chunk) for total in subject.sums]
    return with_pandas(pd.DataFrame(rows, columns=["subject", "sum"]))


def one_by_one(work: Callable[[Subject], list[str]]) -> Callable[[Sequence[Subject]], list[str]]:
    """A chunk of subjects, one after the other."""
    return lambda chunk: [said for subject in chunk for said in work(subject)]


RUNS: dict[str, Callable[[Sequence[Subject]], list[str]]] = {
    "hepatrack, one criterion": one_by_one(one_criterion),
    "hepatrack, the whole line": one_by_one(whole_line),
    "floats in a loop": one_by_one(plain_floats),
    "floats in pandas": in_columns,
}


def run_once() -> tuple[dict[str, float], Counter[str]]:
    """Seconds of processor time of each run over all subjects, and the visits at which it differs from the first."""
    seconds = dict.fromkeys(RUNS, 0.0)
    differ: Counter[str] = Counter()
    remaining = subjects()
    while chunk := list(itertools.islice(remaining, CHUNK)):
        answers: list[str] = []
        for name, run in RUNS.items():
            start = time.process_time()
            said = run(chunk)
            seconds[name] += time.process_time() - start
            answers = answers or said
            differ[name] += sum(one != other for one, other in zip(answers, said, strict=True))
    return seconds, differ


def main() -> None:
    """Print the median of five runs of each, as a ratio to ours, and the memory that the later runs add."""
    results = [run_once()]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    results += [run_once() for _ in range(REPEATS - 1)]
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    visits = SUBJECTS * VISITS
    sys.stdout.write(f"{visits} visits, {TARGETS} targets, processor time, median of {REPEATS}\n")
    median = {name: statistics.median(seconds[name] for seconds, _ in results) for name in RUNS}
    own = next(iter(median.values()))
    for name, seconds in median.items():
        sys.stdout.write(
            f"  {name:26s} {seconds:7.2f} s  {seconds / own:6.3f} x hepatrack  {results[0][1][name]} responses differ\n"
        )
    sys.stdout.write(f"  {visits * (REPEATS - 1)} further visits added {grown:.0f} MiB of memory\n")


if __name__ == "__main__":
    main()
