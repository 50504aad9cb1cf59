"""What an export may know of a study, subject by subject, under its limits.

Without limits it is what was assessed. With a cut or an as-of moment each subject is assessed anew
from what is left, by the same function as in a run.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.assess import accepted, plan
from pipeline.assess.criteria import mrecist, recist11
from pipeline.export import case as exported
from pipeline.export import cut
from pipeline.export.case import Case, TooSmall
from pipeline.export.cut import DataCut
from pipeline.ingest import visits as naming
from pipeline.model.catalog import Volume
from pipeline.model.failure import Failure
from pipeline.model.flags import Flag, ordered
from pipeline.model.protocol import Protocol
from pipeline.model.visit import Visit
from pipeline.procedures import assess as assessing
from pipeline.procedures.assess import Assessed, AssessInput
from pipeline.procedures.line import OpenStudy
from pipeline.store.db import schema


@dataclass(frozen=True)
class StudyCases:
    """The subjects of an export, what could not be assessed, and the moment the export stands for."""

    cases: tuple[Case, ...]
    failures: tuple[Failure, ...]
    as_of: dt.datetime


def collect(opened: OpenStudy, limits: DataCut) -> StudyCases:
    """Return every subject of the study within the limits.

    A subject that cannot be assessed is a failure; with limits it has no rows. Failures of the images stand
    as they are. Without an as-of moment the export stands for the last signature within the cut: nothing
    was signed between it and now. Where nothing is signed it stands for the day of the last scan or event.
    """
    protocol = opened.study.artifacts.get_value(Protocol, opened.request().protocol)
    cases: list[Case] = []
    failures = [failure for failure in opened.failures() if not limits.limited or failure.step != assessing.assess.name]
    undecided = {failure.subject for failure in failures if failure.step == assessing.assess.name}
    for subject in opened.subjects():
        given = _limited(opened.assess_input(subject, protocol), opened, limits)
        decided = None if limits.limited else _stored(opened, subject.subject)
        if decided and subject.subject in undecided:
            cases.append(_bare(given, decided))
            continue
        try:
            cases.append(_case(given, decided or assessing.assess_subject(given)))
        except Exception as error:  # noqa: BLE001  whatever failed, the other subjects go on
            failures.append(Failure.of(subject.subject, "", assessing.assess.name, error))
            if decided is not None:
                cases.append(_bare(given, decided))
    numbered = exported.numbered((replace(case, visit_list=opened.visit_list()) for case in cases), protocol.schedule)
    return StudyCases(numbered, tuple(failures), limits.as_of or newest(cases))


def newest(cases: Sequence[Case]) -> dt.datetime:
    """Return the last signature, where there is none the start of the day of the last scan or event."""
    signed = [read.signed_at for case in cases for read in case.reads if read.signed_at]
    days = [visit.date for case in cases for visit in case.visits if visit.date]
    days += [event.date for case in cases for event in case.events]
    last = max(days, default=dt.date(1970, 1, 1))
    return max(signed, default=dt.datetime.combine(last, dt.time(), dt.UTC))


def _stored(opened: OpenStudy, subject: str) -> Assessed:
    rows = opened.database.rows
    return Assessed(
        subject,
        rows(schema.finding, subject),
        rows(schema.time_point, subject),
        rows(schema.endpoint, subject),
    )


def _case(given: AssessInput, decided: Assessed) -> Case:
    analyzed = assessing.analyze(given, decided.timepoints)
    return replace(
        _bare(given, decided),
        reads=accepted.placed(given.reads, given.visits),
        parameters=analyzed.parameters,
        best=analyzed.best,
    )


def _bare(given: AssessInput, decided: Assessed) -> Case:
    """Return the subject as it was recorded, without what is derived for an export."""
    return Case(
        subject=given.subject,
        visits=given.visits,
        findings=decided.findings,
        timepoints=decided.timepoints,
        endpoints=decided.endpoints,
        events=given.events,
        too_small=TooSmall(
            recist11.CRITERION.rules(given.protocol).too_small_value_mm,
            mrecist.CRITERION.rules(given.protocol).too_small_value_mm,
        ),
    )


def _limited(given: AssessInput, opened: OpenStudy, limits: DataCut) -> AssessInput:
    """Return what is left of a subject; the burden of a visit that the cut goes through is not known."""
    if not limits.limited:
        return given
    before = cut.visits(given.visits, limits)
    whole = {visit.name for visit in given.visits if visit in before}
    limited = replace(
        given,
        visits=before,
        proposals=cut.findings(given.proposals, limits, before),
        reads=cut.signed(cut.findings(given.reads, limits, before), limits),
        burdens=tuple(row for row in given.burdens if row.visit in whole),
        events=cut.events(given.events, limits),
        cut=limits.cut,
    )
    return limited if limits.cut is None else _renamed(limited, opened.database.rows(schema.volume, given.subject))


def _renamed(given: AssessInput, volumes: Sequence[Volume]) -> AssessInput:
    """Name the visits as if later scans had never been: a nearer scan after the cut may have taken a name."""
    days = {day for visit in given.visits for day in visit.scan_dates}
    scanned = [volume for volume in volumes if volume.date in days]
    named = naming.assign(given.subject, scanned, given.events, given.protocol, plan.first_phases(given.protocol))
    by_day = {day: visit for visit in named for day in visit.scan_dates}
    anew = {visit.name: by_day[visit.date] for visit in given.visits if visit.date in by_day}

    def name(visit: str) -> str:
        return anew[visit].name if visit in anew else visit

    return replace(
        given,
        visits=tuple(_as_named(visit, anew.get(visit.name)) for visit in given.visits),
        proposals=tuple(replace(f, visit=name(f.visit)) for f in given.proposals),
        reads=tuple(replace(f, visit=name(f.visit)) for f in given.reads),
        burdens=tuple(replace(row, visit=name(row.visit)) for row in given.burdens),
    )


def _as_named(visit: Visit, named: Visit | None) -> Visit:
    if named is None:
        return visit
    flags = [flag for flag in visit.flags if flag is not Flag.OUTSIDE_WINDOW]
    outside = [Flag.OUTSIDE_WINDOW] if Flag.OUTSIDE_WINDOW in named.flags else []
    return replace(visit, name=named.name, flags=ordered(*flags, *outside), volumes=named.volumes)
