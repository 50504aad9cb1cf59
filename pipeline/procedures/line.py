"""The whole line on one open study: ingest, propose, assess, and what each leaves in the database.

Each can be repeated: the rows of a subject are replaced, never added twice, and signed reads are only added. Whether a
procedure whose input has not changed runs again is the conductor's business: on Prefect it does not.
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from pipeline.model import subject_name
from pipeline.model.catalog import FileCount
from pipeline.model.errors import InputError, StorageError
from pipeline.model.events import Event
from pipeline.model.failure import Failure
from pipeline.model.lesion import Finding
from pipeline.model.protocol import Protocol
from pipeline.model.visit_list import VisitList
from pipeline.procedures import ingest, internal_log, kept, no_images, pictures, source_names, under_way
from pipeline.procedures.assess import Assessed, AssessInput, assess
from pipeline.procedures.conductor import Conductor
from pipeline.procedures.ingest import Ingested
from pipeline.procedures.inputs import Inputs
from pipeline.procedures.source_names import SourceNames
from pipeline.procedures.study_folder import Request, Study, code_version, recorded
from pipeline.procedures.values import Proposed, SubjectInput
from pipeline.settings import Settings
from pipeline.store import disk, protocols
from pipeline.store.db import reads, schema
from pipeline.store.db.study import StudyDatabase


@dataclass(frozen=True)
class OpenStudy:
    """An open study, and who runs its procedures."""

    study: Study
    database: StudyDatabase
    conductor: Conductor

    def finished(self, inputs: Inputs, *, verify: bool = False) -> bool:
        """Whether the last run had inputs of this very content and this code, and completed everything.

        verify: read every source file and mask, also those that the disk shows unchanged.
        """
        content = inputs.content(self.study.file_hashes(verify=verify))
        return bool(self.database.get_meta(under_way.FINISHED) == inputs.key(content))

    def mark_finished(self) -> None:
        """Record that nothing is left to do for the content that was ingested, unless something failed."""
        self.database.put_meta(under_way.FINISHED, "" if self.failures() else self.database.get_meta("ingested"))

    def ingest(self, inputs: Inputs, *, verify: bool = False) -> None:
        """Account for every source file and record volumes, events, masks and reads from outside.

        verify: read every source file and mask, also those that the disk shows unchanged.

        Raises:
            InputError: a read differs from a known one of the same signature, and nothing is recorded; or the folders
                hold no image, and what became of each file is.
        """
        reads.check(self.database, inputs.reads)
        with under_way.step(self.database, self.study.path, under_way.INGEST):
            ingested = self._ingest(inputs, verify)
        if not any(entry.volume for entry, _ in ingested.files):
            reasons = map(self._source_names().hidden, (entry.reason for entry, _ in ingested.files))
            raise InputError(no_images.message(len(inputs.roots), reasons))

    def _ingest(self, inputs: Inputs, verify: bool) -> Ingested:
        artifacts = self.study.artifacts
        content = inputs.content(self.study.file_hashes(verify=verify))
        given = ingest.IngestInput(
            tuple(str(root) for root in inputs.roots), content.files, content.masks, inputs.visits
        )
        ref = self.conductor.ingest(str(self.study.path), ingest.ingest.save_input(artifacts, given))
        ingested = ingest.ingest.load_result(artifacts, ref)
        known = _with_events(ingested.subjects, inputs.events)
        subjects = tuple(each for each in known if not inputs.faults.of(each.subject))
        protocol = artifacts.put_value(Protocol, inputs.protocol)
        request = Request(given.roots, protocol, inputs.protocol.name, protocols.fingerprint(inputs.protocol))
        self.database.put_meta("request", artifacts.put_value(Request, request))
        self.database.put_meta("catalog", artifacts.put_value(tuple[SubjectInput, ...], subjects))
        self.database.put_files(ingested.files)
        masks = [(str(mask.row.path), mask.sha256) for mask in content.masks]
        source_names.write(self.study.path, ingested.files, masks)
        self.database.put_meta("ingested", inputs.key(content))
        self.database.put_meta("visits", inputs.visits.sha256 if inputs.visits else "")
        self.database.put_meta("masks", [list(mask) for mask in masks])
        for subject in subjects:
            self.database.replace(schema.event, subject.subject, subject.events)
            self.database.replace(schema.volume, subject.subject, subject.volumes)
        self.database.record("inputs", _inputs(inputs, request))
        self.database.keep_only([*(each.subject for each in subjects), ingest.NO_SUBJECT])
        doubts = [_alike(names) for names in subject_name.alike(each.subject for each in subjects)]
        self.database.replace(schema.failure, ingest.NO_SUBJECT, [*ingested.failures, *inputs.failures, *doubts])
        self._log_faults()
        self.add_reads(inputs.reads)
        return ingested

    def add_reads(self, signed: Sequence[Finding]) -> None:
        """Record signed reads beside those known; none is ever removed or altered.

        Raises:
            InputError: a read differs from a known one of the same signature; nothing is recorded.
        """
        reads.append(self.database, signed)

    def propose(self, only: Collection[str] | None = None) -> None:
        """Propose the findings of every subject, or of some, and record them for the readers."""
        with under_way.step(self.database, self.study.path, under_way.PROPOSE):
            self.database.record("propose", {"code": code_version()})
            request = recorded(self.database, "request", "ingest")
            subjects = [each for each in self.subjects() if only is None or each.subject in only]
            artifacts = self.study.artifacts
            inputs = tuple(
                (each.subject, artifacts.put_value(SubjectInput, replace(each, reads=self._signed(each.subject))))
                for each in subjects
            )
            for outcome in self.conductor.propose(str(self.study.path), inputs, request):
                if isinstance(outcome, Failure):
                    self._record(Proposed(outcome.subject, (outcome,)))
                else:
                    self._record(artifacts.get_value(Proposed, outcome))
            self._log_faults()

    def assess(self, signed: Sequence[Finding] = ()) -> None:
        """Record further signed reads, and decide responses and endpoints from proposals and signed reads.

        What was signed carries the follow-up: of its subjects all is proposed anew first, as far as they have images.

        A subject of whom that fails has none: what an earlier try decided may rest on what is no longer so.

        Raises:
            InputError: a read differs from a known one of the same signature; nothing is recorded.
        """
        reads.check(self.database, signed)
        if signed:
            self.add_reads(signed)
            imaged = {each.subject for each in self.subjects() if each.volumes} & {read.subject for read in signed}
            if imaged:
                self.propose(imaged)
        with under_way.step(self.database, self.study.path, under_way.ASSESS):
            self.database.record("assess", {"code": code_version()})
            protocol = self.study.artifacts.get_value(Protocol, self.request().protocol)
            inputs = [self.assess_input(subject, protocol) for subject in self.subjects()]
            artifacts = self.study.artifacts
            stored_input = tuple((item.subject, assess.save_input(artifacts, item)) for item in inputs)
            for outcome in self.conductor.assess(str(self.study.path), stored_input):
                if isinstance(outcome, Failure):
                    self._failed(outcome)
                    assessed = Assessed(outcome.subject, (), (), ())
                else:
                    assessed = assess.load_result(artifacts, outcome)
                    self._settled(assessed.subject, assess.name)
                self.database.replace(schema.finding, assessed.subject, assessed.findings)
                self.database.replace(schema.time_point, assessed.subject, assessed.timepoints)
                self.database.replace(schema.endpoint, assessed.subject, assessed.endpoints)
            self._draw()
            self._log_faults()

    def _draw(self) -> None:
        """Cut the key slices of the accepted findings and record them for the report."""
        inputs, artifacts = [], self.study.artifacts
        for subject in self.subjects():
            chosen = self.database.rows(schema.finding, subject.subject)
            accepted = {(f.visit, f.lesion, f.for_reader): f for f in chosen}
            drawn = self.database.rows(kept.picture, subject.subject)
            items = pictures.SubjectPictures(
                tuple(
                    pictures.PictureInput(picture, accepted[picture.visit, picture.lesion, picture.for_reader])
                    for picture in drawn
                    if (picture.visit, picture.lesion, picture.for_reader) in accepted
                )
            )
            inputs.append((subject.subject, pictures.cut.save_input(artifacts, items)))
        outcomes = self.conductor.draw(str(self.study.path), tuple(inputs))
        for (name, _), outcome in zip(inputs, outcomes, strict=True):
            if isinstance(outcome, Failure):
                self._failed(outcome)
            else:
                cuts = pictures.cut.load_result(artifacts, outcome)
                self._settled(name, pictures.cut.name)
                self.database.replace(kept.key_slice, name, cuts)

    def assess_input(self, subject: SubjectInput, protocol: Protocol) -> AssessInput:
        """Return what the responses and the endpoint of a subject rest on, as the study holds it."""
        rows, name = self.database.rows, subject.subject
        return AssessInput(
            subject=name,
            visits=rows(schema.visit, name),
            proposals=rows(schema.proposal, name),
            reads=self._signed(name),
            burdens=rows(kept.burden, name),
            events=subject.events,
            protocol=protocol,
        )

    def _signed(self, subject: str) -> tuple[Finding, ...]:
        """Return the signed reads of a subject."""
        return self.database.rows(schema.signed_read, subject)

    def request(self) -> Request:
        """Return what the study was asked to process."""
        ref = recorded(self.database, "request", "ingest")
        return self.study.artifacts.get_value(Request, ref)

    def subjects(self) -> tuple[SubjectInput, ...]:
        """Return what was ingested, by subject."""
        ref = recorded(self.database, "catalog", "ingest")
        return self.study.artifacts.get_value(tuple[SubjectInput, ...], ref)

    def visit_list(self) -> str:
        """Return the SHA-256 of the list of visits that was ingested, empty without one."""
        return str(self.database.get_meta("visits") or "")

    def failures(self) -> tuple[Failure, ...]:
        """Return everything that could not be completed."""
        return self.database.rows(schema.failure)

    def named_by_content(self, failures: Sequence[Failure]) -> tuple[Failure, ...]:
        """Return failures as they may leave the study folder: each file has the name of its content.

        Tracebacks stay behind.
        """
        names = self._source_names() if failures else None
        return tuple(replace(each, reason=names.hidden(each.reason), trace="") for each in failures) if names else ()

    def files_counted(self) -> tuple[FileCount, ...]:
        """Return what became of the source files, counted, without their names."""
        names, files = self._source_names(), self.database.get_files()
        return source_names.counted((file.status, names.hidden(file.reason) if file.reason else "") for file in files)

    def _source_names(self) -> SourceNames:
        files = self.database.get_file_hashes()
        masks = self.database.get_meta("masks")
        outside = [(str(path), str(digest)) for path, digest in masks] if isinstance(masks, list) else []
        named = [*files, *outside]
        return SourceNames(
            tuple((path, source_names.short(digest, number)) for number, (path, digest) in enumerate(named, start=1)),
            self.request().roots,
        )

    def _record(self, proposed: Proposed) -> None:
        _refuse_full(self.study.path, proposed.failures)
        subject, replace_rows = proposed.subject, self.database.replace
        replace_rows(schema.visit, subject, proposed.visits)
        replace_rows(schema.proposal, subject, proposed.findings)
        replace_rows(kept.burden, subject, proposed.burdens)
        replace_rows(kept.alignment, subject, proposed.alignments)
        replace_rows(kept.picture, subject, proposed.pictures)
        replace_rows(schema.failure, subject, proposed.failures)
        if proposed.volumes:
            replace_rows(schema.volume, subject, proposed.volumes)

    def _log_faults(self) -> None:
        internal_log.write(self.study.path, self.failures())

    def _settled(self, subject: str, step: str) -> None:
        """Forget that an earlier try of a step failed: the last one counts."""
        known = self.database.rows(schema.failure, subject)
        if any(failure.step == step for failure in known):
            self.database.replace(schema.failure, subject, [f for f in known if f.step != step])

    def _failed(self, failure: Failure) -> None:
        _refuse_full(self.study.path, (failure,))
        self._settled(failure.subject, failure.step)
        self.database.replace(
            schema.failure, failure.subject, [*self.database.rows(schema.failure, failure.subject), failure]
        )


def _refuse_full(study: Path, failures: Sequence[Failure]) -> None:
    """Record no failure of a subject where it was the disk that failed."""
    for failure in failures:
        if disk.tells_full(failure.reason):
            raise StorageError(disk.message(study, failure.reason))


def _inputs(inputs: Inputs, request: Request) -> dict[str, Any]:
    """Return for the journal what a person gave: protocol and events whole, sources by their folders."""
    return {
        "protocol": TypeAdapter(Protocol).dump_python(inputs.protocol, mode="json"),
        "protocol_sha256": request.protocol_hash,
        "events": TypeAdapter(tuple[Event, ...]).dump_python(inputs.events, mode="json"),
        "sources": list(request.roots),
        "masks": len(inputs.masks),
        "visits": TypeAdapter(VisitList | None).dump_python(inputs.visits, mode="json"),
        "code": code_version(),
    }


def _alike(names: Sequence[str]) -> Failure:
    """Tell of identifiers that differ in case, blanks or the form of characters alone; each subject goes on."""
    listed = ", ".join(name if name.isascii() else f"{name} ({name!a})" for name in names)
    reason = (
        f"identifiers that may be of one subject: {listed}. They are taken for several; write one alike everywhere."
    )
    return Failure(names[0], "", "ingest", reason)


def _with_events(subjects: Sequence[SubjectInput], events: Sequence[Event]) -> tuple[SubjectInput, ...]:
    """Give each subject its events; a subject with events alone is kept, it has an endpoint row too."""
    imaged = {each.subject: each for each in subjects}
    for event in events:
        imaged.setdefault(event.subject, SubjectInput(event.subject, (), ""))
    return tuple(replace(imaged[name], events=tuple(e for e in events if e.subject == name)) for name in sorted(imaged))


@contextmanager
def stored(path: Path, settings: Settings, conductor: Conductor) -> Iterator[OpenStudy]:
    """Open a study's database, and close it at the end; whoever calls has locked the folder."""
    study = Study(path)
    database = study.database(settings)
    try:
        yield OpenStudy(study, database, conductor)
    finally:
        database.close()
