"""Assessing 100,000 visits: ours, exact and explained, against bare float arithmetic in Python and in pandas.

The peers give the target response only, without non-targets, new lesions, a reason or a margin,
and in binary floating point; the visits at which that changes a response are counted.
"""

import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from random import Random

import pandas as pd

from pipeline.assess import history, series, timepoints
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
    return [read.target.response.value for read in series.read(arranged, series.RECIST11, PROTOCOL)]


def whole_line(subject: Subject) -> list[str]:
    """RECIST 1.1 in the liver and in the body and mRECIST, as `run` reads them."""
    points = timepoints.assess(histories.SUBJECT, subject.visits, subject.findings, {}, PROTOCOL)
    return [point.target.response.value for point in points]


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


def timed(work: Callable[[Subject], list[str]]) -> tuple[float, list[str]]:
    """Seconds of processor time for all subjects, without the making of them, and every response."""
    seconds, said, chunk = 0.0, [], []
    for subject in subjects():
        chunk.append(subject)
        if len(chunk) == CHUNK:
            start = time.process_time()
            for item in chunk:
                said += work(item)
            seconds += time.process_time() - start
            chunk = []
    return seconds, said


def timed_pandas() -> tuple[float, list[str]]:
    """The same for pandas on one frame of all visits."""
    rows = [(number, total) for number, subject in enumerate(subjects()) for total in subject.sums]
    frame = pd.DataFrame(rows, columns=["subject", "sum"])
    start = time.process_time()
    said = with_pandas(frame)
    return time.process_time() - start, said


def main() -> None:
    """Print the median of five runs of each, as a ratio to ours, and the memory that ours adds."""
    runs: dict[str, Callable[[], tuple[float, list[str]]]] = {
        "hepatrack, one criterion": lambda: timed(one_criterion),
        "hepatrack, the whole line": lambda: timed(whole_line),
        "floats in a loop": lambda: timed(plain_floats),
        "floats in pandas": timed_pandas,
    }
    sys.stdout.write(f"{SUBJECTS * VISITS} visits, {TARGETS} targets, processor time, median of {REPEATS}\n")
    own, answers = 0.0, []
    for name, run in runs.items():
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        results = [run() for _ in range(REPEATS)]
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        seconds, said = statistics.median(result[0] for result in results), results[0][1]
        own, answers = own or seconds, answers or said
        differ = sum(one != other for one, other in zip(answers, said, strict=True))
        sys.stdout.write(
            f"  {name:26s} {seconds:7.2f} s  {seconds / own:6.3f} x hepatrack  "
            f"+{grown:4.0f} MiB  {differ} responses differ\n"
        )


if __name__ == "__main__":
    main()
