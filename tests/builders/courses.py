"""Simulated result tables: timepoints.csv, endpoint.csv, events and arms of a small trial."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import numpy as np

TIMEPOINTS = "subject,visit,date,sum_mm,baseline_mm,nadir_mm,new_lesion,hepatic_recist11,accepted"
ENDPOINT = "subject,paramcd,start_date,date,days,cnsr,accepted"


@dataclass(frozen=True)
class Files:
    """Paths of the four tables."""

    timepoints: Path
    endpoint: Path
    events: Path
    arms: Path


def write(folder: Path, subjects: int, seed: int = 0) -> Files:
    """Write a trial of so many subjects; every seventh has no follow-up, every ninth a new lesion."""
    rng = np.random.default_rng(seed)
    points, ends, events, arms = [TIMEPOINTS], [ENDPOINT], ["subject,event,date,detail"], ["subject,arm"]
    for number in range(1, subjects + 1):
        subject = f"S-{number:03}"
        arms.append(f"{subject},{'BE' if number % 2 else 'cTACE'}")
        start = dt.date(2024, 1, 1) + dt.timedelta(int(rng.integers(0, 200)))
        events.append(f"{subject},EMBOLIZATION,{start},")
        rows, last, cnsr = _visits(subject, number, start, rng)
        points += rows
        if number % 4 == 0:
            events.append(f"{subject},EMBOLIZATION,{start + dt.timedelta(45)},left lobe")
        if number % 10 == 3:
            events.append(f"{subject},PRRT,{last + dt.timedelta(20)},")
        if number % 5 == 0:
            events.append(f"{subject},DEATH,{last + dt.timedelta(90)},")
        ends.append(f"{subject},HPFS,{start},{last},{(last - start).days + 1},{cnsr},Y")
    files = Files(*(folder / f"{name}.csv" for name in ("timepoints", "endpoint", "events", "arms")))
    for path, lines in zip(vars(files).values(), (points, ends, events, arms), strict=True):
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return files


def _visits(subject: str, number: int, start: dt.date, rng: np.random.Generator) -> tuple[list[str], dt.date, int]:
    baseline = nadir = round(float(rng.uniform(30, 140)), 1)
    date = start - dt.timedelta(int(rng.integers(1, 20)))
    rows = [f"{subject},BASELINE,{date},{baseline},,,no,,Y"]
    shrink, grow = rng.uniform(0.0, 0.5), rng.uniform(0.0, 0.0025)
    for visit in range(1, 1 if number % 7 == 0 else int(rng.integers(2, 8))):
        date = start + dt.timedelta(84 * visit + int(rng.integers(-7, 8)))
        t = (date - start).days
        now = round(baseline * (1 - shrink * (1 - np.exp(-t / 90))) * np.exp(grow * t) * rng.normal(1, 0.03), 1)
        new = number % 9 == 0 and visit == 3
        response = _response(now, baseline, nadir) if not new else "PD"
        rows.append(f"{subject},W{12 * visit},{date},{now},{baseline},{nadir},{'yes' if new else 'no'},{response},Y")
        nadir = min(nadir, now)
        if response == "PD":
            return rows, date, 0
    return rows, max(date, start), 1


def _response(now: float, baseline: float, nadir: float) -> str:
    if now >= nadir * 1.2 and now - nadir >= 5:
        return "PD"
    return "PR" if now <= baseline * 0.7 else "SD"
