"""The whole line on one study folder: ingest, propose, assess, export.

Each function can be repeated: a step whose input has not changed is taken from the
results that Prefect keeps, and the rows of a subject are replaced, never added twice.
"""

import hashlib
import importlib
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from flows import fingerprint, kept, server
from flows.assessing import AssessInput
from flows.study import Request, Study, code_version, recorded
from flows.values import Proposed, SubjectInput
from pipeline.model.events import Event
from pipeline.model.failure import Failure
from pipeline.model.lesion import Finding
from pipeline.model.protocol import Protocol
from pipeline.settings import Settings
from pipeline.store import protocols, tables
from pipeline.store.db import reads, schema
from pipeline.store.db.study import StudyDatabase


@dataclass(frozen=True)
class Inputs:
    """The tables and the protocol of a study, read and valid."""

    roots: tuple[Path, ...]
    protocol: Protocol
    events: tuple[Event, ...]
    masks: tuple[tables.MaskRow, ...]
    reads: tuple[Finding, ...]


def read_inputs(
    sources: Sequence[Path], protocol: Path, events: Path | None, masks: Path | None, reads: Path | None
) -> Inputs:
    """Read and check everything that a person wrote, before anything is written.

    Raises:
        ProtocolError, InputError: the file, the line or row, what was found and what is allowed.
    """
    return Inputs(
        roots=tuple(source.resolve() for source in sources),
        protocol=protocols.load(protocol),
        events=tables.read_events(events) if events else (),
        masks=tables.read_masks(masks) if masks else (),
        reads=read_signed(reads),
    )


def read_signed(reads: Path | None) -> tuple[Finding, ...]:
    """Read signed reads made elsewhere, if there are any."""
    return tables.read_reads(reads) if reads else ()


@dataclass(frozen=True)
class Line:
    """An open study with a Prefect server behind it."""

    study: Study
    database: StudyDatabase
    settings: Settings

    def finished(self, inputs: Inputs) -> bool:
        """Whether the last run had these very inputs and this code, and completed everything."""
        return bool(self.database.get_meta("finished") == _key(inputs))

    def mark_finished(self, inputs: Inputs) -> None:
        """Record that nothing is left to do for these inputs, unless something failed."""
        self.database.put_meta("finished", "" if self.failures() else _key(inputs))

    def ingest(self, inputs: Inputs) -> None:
        """Account for every source file and record volumes, events, masks and reads from outside.

        Raises:
            InputError: a read differs from a known one of the same signature; nothing is recorded.
        """
        from flows.batch import ingest_study
        from flows.steps import catalog

        reads.check(self.database, inputs.reads)
        artifacts = self.study.artifacts
        given = catalog.IngestInput(
            tuple(str(root) for root in inputs.roots),
            fingerprint.listing(inputs.roots),
            fingerprint.with_hashes(inputs.masks),
        )
        study = str(self.study.path)
        found = catalog.ingest.read(study, ingest_study(study, catalog.ingest.stored(study, given)))
        subjects = _with_events(found.subjects, inputs.events)
        protocol = artifacts.put_value(Protocol, inputs.protocol)
        request = Request(given.roots, protocol, inputs.protocol.name, protocols.fingerprint(inputs.protocol))
        self.database.put_meta("request", artifacts.put_value(Request, request))
        self.database.put_meta("catalog", artifacts.put_value(tuple[SubjectInput, ...], subjects))
        self.database.put_files(found.files)
        for subject in subjects:
            self.database.replace(schema.event, subject.subject, subject.events)
            self.database.replace(schema.volume, subject.subject, subject.volumes)
        self.database.keep_only([*(found.subject for found in subjects), catalog.NO_SUBJECT])
        self.database.replace(schema.failure, catalog.NO_SUBJECT, found.failures)
        self.add_reads(inputs.reads)

    def add_reads(self, signed: Sequence[Finding]) -> None:
        """Record signed reads beside those known; none is ever removed or altered.

        Raises:
            InputError: a read differs from a known one of the same signature; nothing is recorded.
        """
        reads.append(self.database, signed)

    def propose(self) -> None:
        """Propose the findings of every subject and record them for the readers."""
        from flows.batch import propose_study, runner

        request, subjects = self.request(), self.subjects()
        flow = propose_study.with_options(task_runner=runner(len(subjects), self.settings))
        artifacts = self.study.artifacts
        given = tuple((found.subject, artifacts.put_value(SubjectInput, found)) for found in subjects)
        for outcome in flow(str(self.study.path), given, request.protocol, request.roots):
            if isinstance(outcome, Failure):
                self._record(Proposed(outcome.subject, (outcome,)))
            else:
                self._record(artifacts.get_value(Proposed, outcome))

    def assess(self) -> None:
        """Decide responses and endpoints from proposals and signed reads."""
        from flows.batch import assess_study
        from flows.steps.results import assess

        protocol = self.study.artifacts.get_value(Protocol, self.request().protocol)
        rows = self.database.rows
        given = [
            AssessInput(
                subject=found.subject,
                visits=rows(schema.visit, found.subject),
                proposals=rows(schema.proposal, found.subject),
                reads=rows(schema.signed_read, found.subject),
                burdens=rows(kept.burden, found.subject),
                events=found.events,
                protocol=protocol,
            )
            for found in self.subjects()
        ]
        study = str(self.study.path)
        for outcome in assess_study(study, tuple((item.subject, assess.stored(study, item)) for item in given)):
            if isinstance(outcome, Failure):
                self._failed(outcome)
            else:
                assessed = assess.read(study, outcome)
                self.database.replace(schema.finding, assessed.subject, assessed.findings)
                self.database.replace(schema.time_point, assessed.subject, assessed.timepoints)
                self.database.replace(schema.endpoint, assessed.subject, assessed.endpoints)
        self._draw()

    def _draw(self) -> None:
        """Cut the key slices of the accepted findings and record them for the report."""
        from flows.batch import draw_study
        from flows.steps import pictures

        given, study = [], str(self.study.path)
        for found in self.subjects():
            accepted = {(f.visit, f.lesion): f for f in self.database.rows(schema.finding, found.subject)}
            drawn = self.database.rows(kept.picture, found.subject)
            items = pictures.SubjectPictures(
                tuple(
                    pictures.PictureInput(picture, accepted[picture.visit, picture.lesion])
                    for picture in drawn
                    if (picture.visit, picture.lesion) in accepted
                )
            )
            given.append((found.subject, pictures.cut.stored(study, items)))
        for (subject, _), outcome in zip(given, draw_study(study, tuple(given)), strict=True):
            if isinstance(outcome, Failure):
                self._failed(outcome)
            else:
                self.database.replace(kept.key_slice, subject, pictures.cut.read(study, outcome))

    def request(self) -> Request:
        """Return what the study was asked to process."""
        ref = recorded(self.database, "request", "ingest")
        return self.study.artifacts.get_value(Request, ref)

    def subjects(self) -> tuple[SubjectInput, ...]:
        """Return what was ingested, by subject."""
        ref = recorded(self.database, "catalog", "ingest")
        return self.study.artifacts.get_value(tuple[SubjectInput, ...], ref)

    def failures(self) -> tuple[Failure, ...]:
        """Return everything that could not be completed."""
        return self.database.rows(schema.failure)

    def _record(self, proposed: Proposed) -> None:
        subject, replace_rows = proposed.subject, self.database.replace
        replace_rows(schema.visit, subject, proposed.visits)
        replace_rows(schema.proposal, subject, proposed.findings)
        replace_rows(kept.burden, subject, proposed.burdens)
        replace_rows(kept.alignment, subject, proposed.alignments)
        replace_rows(kept.picture, subject, proposed.pictures)
        replace_rows(schema.failure, subject, proposed.failures)
        if proposed.volumes:
            replace_rows(schema.volume, subject, proposed.volumes)

    def _failed(self, failure: Failure) -> None:
        known = [f for f in self.database.rows(schema.failure, failure.subject) if f != failure]
        self.database.replace(schema.failure, failure.subject, [*known, failure])


def _with_events(subjects: Sequence[SubjectInput], events: Sequence[Event]) -> tuple[SubjectInput, ...]:
    """Give each subject its events; a subject with events alone is kept, it has an endpoint row too."""
    imaged = {found.subject: found for found in subjects}
    for event in events:
        imaged.setdefault(event.subject, SubjectInput(event.subject, (), ""))
    return tuple(replace(imaged[name], events=tuple(e for e in events if e.subject == name)) for name in sorted(imaged))


def _key(inputs: Inputs) -> str:
    """Return the hash over everything that the results of a run depend on."""
    masks = fingerprint.with_hashes(inputs.masks)
    parts = (
        code_version(),
        str(inputs.roots),
        fingerprint.listing(inputs.roots),
        protocols.fingerprint(inputs.protocol),
        repr(inputs.events),
        repr(masks),
        repr(inputs.reads),
    )
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


@contextmanager
def stored(path: Path, settings: Settings) -> Iterator[Line]:
    """Lock the study and open its database, without a Prefect server: enough to export."""
    with server.locked(path):
        study = Study(path)
        database = study.database(settings)
        try:
            yield Line(study, database, settings)
        finally:
            database.close()


@contextmanager
def opened(path: Path, settings: Settings, refresh: bool = False) -> Iterator[Line]:
    """Lock the study, start its Prefect server, open its database; all is undone at the end.

    refresh makes Prefect do every step again instead of taking kept results.
    """
    os.environ["PREFECT_TASKS_REFRESH_CACHE"] = str(refresh).lower()
    with stored(path, settings) as line, server.serving(path, settings, meanwhile=_load_flows):
        yield line


def _load_flows() -> None:
    """Import the flows, which takes about as long as the server needs to start."""
    importlib.import_module("flows.batch")
