"""Read ADTTE, estimate one parameter, write tables and figures."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import inf
from pathlib import Path

import numpy as np

from pipeline.analysis import estimates
from pipeline.analysis.estimates import Estimates, Group
from pipeline.analysis.interval_censored import Intervals
from pipeline.analysis.sample import Ending, Sample
from pipeline.endpoint import sources
from pipeline.model import parameters
from pipeline.model.errors import InputError
from pipeline.report import estimate_tables
from pipeline.report.estimate_columns import CURVE, ESTIMATES, NPMLE
from pipeline.report.figures import drawn, survival
from pipeline.store import adtte, arm_table, folder
from pipeline.store import tables as files
from pipeline.store.adtte import FollowUp, TimeToEvent
from pipeline.store.arm_table import Arms
from pipeline.store.faults import Faults
from pipeline.store.table_forms.conversions import Conversions

ALL = "all"
"""Name of the group of all subjects."""

TABLES = (ESTIMATES.file, CURVE.file, NPMLE.file)
FIGURES = ("kaplan_meier", "cumulative_incidence")


@dataclass(frozen=True, eq=False)
class Estimated:
    """What was estimated, how many rows had no time, what was read as something else, who is left out and why."""

    param: str
    estimates: Estimates
    left_out: int
    notes: tuple[str, ...] = ()
    faults: Faults = field(default_factory=Faults)


def estimate(adtte_file: Path, param: str, arms_file: Path | None, out: Path, *, strict: bool = False) -> Estimated:
    """Estimate one parameter of an ADTTE file and write the folder, whole or not at all.

    By arm only with a table of arms; the arms stand in the order of their names, the first
    is the reference. A subject with a fault in its rows, or without arm, is left out; strict: any fault ends it.

    Raises:
        InputError: a table as a whole cannot be used (FaultsError, with every fault), nobody is left, fewer than two
            arms, or an arm with one subject.
    """
    conversions, faults = Conversions(), Faults(strict)
    table, arms = TimeToEvent(param, (), 0), Arms({})
    with faults.kept():
        table = adtte.read(adtte_file, param, conversions, faults)
    with faults.kept():
        arms = arm_table.read(arms_file, conversions, faults) if arms_file else arms
    faults.check()
    if arms_file:
        _check_arms(table.subjects, arms.by_subject, arms_file.name, faults)
    subjects = tuple(each for each in table.subjects if not faults.of(each.subject))
    if not subjects:
        faults.add(InputError(f"{adtte_file.name}: found no subject of {param} without a fault; allowed: one or more"))
    faults.check()
    competing = _competes(param)
    by_arm = _by_arm(subjects, arms.by_subject, arms_file.name) if arms_file else {}
    estimated = estimates.estimate(
        _group(ALL, subjects, competing),
        tuple(
            _group(name, by_arm[name], competing) for name in sorted(by_arm, key=lambda name: (name.casefold(), name))
        ),
        competing=competing,
    )
    result = Estimated(param, estimated, table.left_out, (*conversions.lines(), *arms.notes), faults)
    _write(result, competing, out)
    return result


def _competes(param: str) -> bool:
    known = parameters.BY_CODE.get(param)
    return known is not None and known.death is parameters.Death.COMPETING


def _check_arms(subjects: Iterable[FollowUp], arms: Mapping[str, str], name: str, faults: Faults) -> None:
    for each in subjects:
        if each.subject not in arms:
            faults.add(each.row.wrong("USUBJID", f"a subject that {name} gives an arm"), each.subject)


def _by_arm(subjects: tuple[FollowUp, ...], arms: Mapping[str, str], name: str) -> dict[str, tuple[FollowUp, ...]]:
    grouped: dict[str, list[FollowUp]] = {}
    for follow_up in subjects:
        grouped.setdefault(arms[follow_up.subject], []).append(follow_up)
    if len(grouped) < 2:
        raise InputError(f"{name}: found one arm ({next(iter(grouped))}); allowed: two or more")
    if ALL in grouped:
        raise InputError(f"{name}: found {ALL!r}; allowed: any other name, it stands for all subjects")
    for arm, members in grouped.items():
        if len(members) < 2:
            raise InputError(
                f"{name}: found one subject in arm {arm} ({members[0].subject}); allowed: two or more, "
                "for a curve of one subject shows that subject"
            )
    return {arm: tuple(members) for arm, members in grouped.items()}


def _group(name: str, subjects: tuple[FollowUp, ...], competing: bool) -> Group:
    days = np.array([float(s.days) for s in subjects])
    ending = np.array([_ending(s.cnsr, competing) for s in subjects], dtype=np.int64)
    pairs = [s.interval for s in subjects if s.interval is not None]
    left = np.array([float(a) for a, _ in pairs])
    right = np.array([inf if b is None else float(b) for _, b in pairs])
    return Group(name, Sample(days, ending), Intervals(left, right) if pairs else None)


def _ending(cnsr: int, competing: bool) -> Ending:
    if cnsr == 0:
        return Ending.EVENT
    died = sources.BY_REASON[sources.Reason.COMPETING_DEATH].cnsr
    return Ending.COMPETING if competing and cnsr == died else Ending.CENSORED


def _write(result: Estimated, competing: bool, out: Path) -> None:
    owned = (*TABLES, *(file for name in FIGURES for file in drawn.files(name)))
    estimated, param = result.estimates, result.param
    with folder.written(out, owned) as fresh:
        files.write_csv(estimate_tables.estimates(estimated, param, result.left_out), fresh / ESTIMATES.file)
        files.write_csv(estimate_tables.curve(estimated, param), fresh / CURVE.file)
        if (intervals := estimate_tables.npmle(estimated, param)) is not None:
            files.write_csv(intervals, fresh / NPMLE.file)
        if competing:
            drawn.write(survival.cumulative_incidence(estimated, param), fresh, "cumulative_incidence")
        else:
            drawn.write(survival.kaplan_meier(estimated, param), fresh, "kaplan_meier")
