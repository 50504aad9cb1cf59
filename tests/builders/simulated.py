"""Simulated subjects as the engine reads them, without tables between."""

import datetime as dt

from pipeline.assess import history
from pipeline.assess.criteria import recist11
from pipeline.endpoint.history import Assessment, SubjectDates, Therapy
from pipeline.endpoint.history import ResponseHistory as Followed
from pipeline.model.events import EventKind
from pipeline.model.lesion import Finding, Organ, Source
from pipeline.model.protocol import Protocol
from pipeline.model.response import Response
from pipeline.model.visit import Visit
from pipeline.simulate.trial import dates
from pipeline.simulate.trial.subject import Reading, Subject


def lesions(subject: Subject, reader: int) -> history.History:
    """Return what one reader recorded as the criteria read it."""
    days = {scan.name: dates.date(subject.course, scan.day) for scan in subject.scans}
    visits = [Visit(subject.name, name, day, (day,)) for name, day in days.items()]
    read = [r for r in subject.readings if r.reader == reader]
    return history.build(visits, [_finding(subject, r, days[r.scan.name]) for r in read])


def followed(subject: Subject, reader: int, protocol: Protocol) -> Followed:
    """Return the responses of one reader, by the engine, with the subject's dates."""
    reads = recist11.CRITERION.read(lesions(subject, reader), protocol)
    seen = [
        Assessment(
            read.visit.name,
            read.visit.date,
            read.overall.response,
            adequate=read.overall.response is not Response.NE,
            progressed=read.overall.date if read.overall.response is Response.PD else None,
        )
        for read in reads
    ]
    return Followed(subject.name, tuple(seen[:1]), tuple(seen[1:]), baseline_complete=True, dates=_dates(subject))


def _dates(subject: Subject) -> SubjectDates:
    known = dates.of(subject.course)
    therapies = () if known.new_therapy is None else (Therapy(EventKind.OTHER_THERAPY, known.new_therapy),)
    return SubjectDates(
        randomized=known.randomized,
        embolizations=() if known.treated is None else (known.treated,),
        death=known.died,
        last_alive=known.last_alive,
        therapies=therapies,
    )


def _finding(subject: Subject, reading: Reading, day: dt.date) -> Finding:
    node = reading.lesion.organ is Organ.NODE
    return Finding(
        subject.name,
        reading.scan.name,
        day,
        reading.lesion.name,
        reading.lesion.role,
        reading.state,
        reading.lesion.organ,
        long_axis_mm=None if node else reading.length_mm,
        short_axis_mm=reading.length_mm if node else None,
        source=Source.SIGNED,
        reader=f"R{reading.reader + 1}",
        accepted=True,
    )
