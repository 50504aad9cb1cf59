"""A study without images: visits, findings, reads and events put into its database by hand."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from pipeline.model.catalog import Volume
from pipeline.model.events import Event
from pipeline.model.lesion import Finding
from pipeline.model.protocol import Protocol
from pipeline.model.visit import Visit
from pipeline.procedures.direct import Direct
from pipeline.procedures.line import OpenStudy
from pipeline.procedures.study_folder import Request, Study
from pipeline.procedures.values import SubjectInput
from pipeline.settings import Settings
from pipeline.store import protocols
from pipeline.store.db import schema


@contextmanager
def opened(
    folder: Path,
    protocol: Protocol,
    visits: Sequence[Visit],
    proposals: Sequence[Finding] = (),
    events: Sequence[Event] = (),
    volumes: Sequence[Volume] = (),
) -> Iterator[OpenStudy]:
    """Make the study and open it; reads are added by OpenStudy.add_reads, then OpenStudy.assess decides."""
    folder.mkdir(parents=True, exist_ok=True)
    study = Study(folder)
    database = study.database(Settings())
    names = sorted({visit.subject for visit in visits})
    stored = study.artifacts.put_value(Protocol, protocol)
    request = Request((), stored, protocol.name, protocols.fingerprint(protocol))
    database.put_meta("request", study.artifacts.put_value(Request, request))
    subjects = tuple(SubjectInput(name, (), "", tuple(_of(events, name))) for name in names)
    database.put_meta("catalog", study.artifacts.put_value(tuple[SubjectInput, ...], subjects))
    for name in names:
        database.replace(schema.visit, name, list(_of(visits, name)))
        database.replace(schema.proposal, name, list(_of(proposals, name)))
        database.replace(schema.volume, name, list(_of(volumes, name)))
    try:
        yield OpenStudy(study, database, Direct())
    finally:
        database.close()


def _of(values: Iterable[object], subject: str) -> Iterator[object]:
    return (value for value in values if getattr(value, "subject", None) == subject)
