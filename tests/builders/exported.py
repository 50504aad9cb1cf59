"""What an export is made of: subjects whose lesions are written as text, and every dataset of two of them."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

from pipeline.assess.timepoints import assess
from pipeline.export.case import Case
from pipeline.export.dataset import Dataset
from pipeline.model.events import Event, EventKind
from pipeline.model.lesion import Finding, Source
from pipeline.procedures import assess as assessing
from pipeline.procedures import datasets as exporting
from pipeline.procedures.assess import AssessInput
from tests.builders import histories, trials

RETNET = trials.retnet()
START = Event("S-001", EventKind.EMBOLIZATION, dt.date(2024, 1, 2))
"""The first embolization of every subject."""


def case(text: str, *others: Finding, events: tuple[Event, ...] = (START,)) -> Case:
    """A subject whose lesions are all signed, except those with `*`; others are further signed reads."""
    visits, findings = histories.lesions(text)
    signed = tuple(
        replace(f, signed_at=dt.datetime(2024, 7, 1, tzinfo=dt.UTC)) if f.source is Source.SIGNED else f
        for f in findings
    )
    points = assess("S-001", visits, signed, {}, RETNET)
    reads = tuple(f for f in signed if f.source is Source.SIGNED)
    return Case("S-001", visits, signed, (*reads, *others), points, events=events)


RICH = (
    "T1=100/60 T2=50/40 TN3=18 NT1=present NTB2=present | T1=60/30 T2=merged TN3=9 NT1=0 NL1=eq | x | "
    "T1=small T2=ne NT1=pd NTB2=ne NL1=12* NL2=8"
)


def everything() -> tuple[Dataset, ...]:
    """Every dataset of two subjects, with a second reader and repeated embolizations."""
    first = case(RICH)
    second = replace(
        first.findings[0], reader="R2", signed_at=dt.datetime(2024, 6, 1, tzinfo=dt.UTC), long_axis_mm=Decimal(90)
    )
    events = (
        Event("S-001", EventKind.RANDOMIZED, dt.date(2024, 1, 1)),
        *(Event("S-001", EventKind.EMBOLIZATION, dt.date(2024, 1, day)) for day in (2, 9, 16)),
    )
    given = AssessInput("S-001", first.visits, first.findings, (), (), events, RETNET)
    derived = assessing.analyze(given, first.timepoints)
    shown = replace(
        first, reads=(*first.reads, second), events=events, parameters=derived.parameters, best=derived.best
    )
    rows = tuple(replace(row, subject="S-002") for row in derived.parameters)
    return exporting.build([shown, replace(shown, subject="S-002", parameters=rows)], RETNET)
