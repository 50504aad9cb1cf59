"""The flow of one subject: decode, find livers, align, find and follow lesions; it ends where a reader is awaited."""

import datetime as dt
from collections.abc import Sequence
from typing import TypeVar

from prefect import flow
from prefect.artifacts import create_markdown_artifact
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows.step import Pending, artifact_key, artifacts_of
from flows.steps import follow_up as follow_steps
from flows.steps import images as image_steps
from flows.steps import lesions as lesion_steps
from flows.steps import livers as liver_steps
from flows.steps import visits as visit_steps
from flows.values import Aligned, DecodedDate, Livers, Proposed, SubjectInput, VisitBurden, VisitImages, VisitLesions
from pipeline.model.failure import Failure
from pipeline.model.protocol import Protocol
from pipeline.model.visit import Visit
from pipeline.store.artifacts import Ref

Outcome = TypeVar("Outcome")


@flow(
    name="subject",
    flow_run_name="{subject}",
    validate_parameters=False,
    persist_result=False,
)
def propose_subject(study: str, subject: str, given: Ref, protocol: Ref, roots: tuple[str, ...]) -> Ref | State[Ref]:
    """Propose the findings of one subject; returns the reference of a Proposed.

    The run ends as Incomplete, with the first reason, when a step failed and the rest went on.
    """
    artifacts = artifacts_of(study)
    rules = artifacts.get_value(Protocol, protocol)
    found = artifacts.get_value(SubjectInput, given)
    proposed = _Subject(study, found, rules, roots).propose()
    create_markdown_artifact(key=artifact_key("proposals", subject), markdown=visit_steps.summary(proposed))
    ref = artifacts.put_value(Proposed, proposed)
    if not proposed.failures:
        return ref
    first = proposed.failures[0]
    told = f"{len(proposed.failures)} failures, the first: {first.visit} {first.step}: {first.reason}"
    return Completed(name="Incomplete", message=told, data=ref)


class _Subject:
    """The course of one subject through the steps; failures are collected, the rest goes on."""

    def __init__(self, study: str, found: SubjectInput, protocol: Protocol, roots: tuple[str, ...]) -> None:
        self.study = study
        self.found = found
        self.protocol = protocol
        self.roots = roots
        self.failures = list(found.failures)

    def propose(self) -> Proposed:
        """Run every step."""
        decoded = self._decode()
        visits = self._visits(decoded)
        livers = self._livers(visits)
        alignments, livers = self._align(visits, livers)
        lesions = self._lesions(visits, livers, alignments)
        seen = {item.visit: item for item in lesions}
        return Proposed(
            subject=self.found.subject,
            failures=tuple(self.failures),
            volumes=visit_steps.with_phases(self.found, decoded),
            visits=tuple(visit_steps.concluded(item, seen.get(item.visit.name)) for item in visits),
            findings=tuple(finding for item in lesions for finding in item.findings),
            burdens=tuple(VisitBurden(item.visit, item.burden) for item in lesions),
            alignments=visit_steps.alignments(alignments, livers),
            pictures=tuple(picture for item in lesions for picture in item.pictures),
        )

    def _decode(self) -> tuple[DecodedDate, ...]:
        dates: dict[dt.date, Pending[DecodedDate]] = {}
        for date in sorted({volume.date for volume in self.found.volumes}):
            given = image_steps.DateInput(
                roots=self.roots,
                subject=self.found.subject,
                date=date,
                content=self.found.content,
                volumes=tuple(v for v in self.found.volumes if v.date == date),
                protocol=self.protocol,
            )
            dates[date] = image_steps.decode.submit(self.study, given, f"{self.found.subject} {date}")
        decoded = []
        for date, pending in dates.items():
            value = self._result(pending, str(date), "decode")
            if value is not None:
                decoded.append(value)
                self.failures.extend(value.failures)
        return tuple(decoded)

    def _visits(self, decoded: Sequence[DecodedDate]) -> tuple[VisitImages, ...]:
        visits = visit_steps.name_visits(self.found, decoded, self.protocol)
        for item in visits:
            if item.reference is None:
                self._failure(item.visit, "read", visit_steps.why_unreadable(item.visit, decoded))
        return visits

    def _livers(self, visits: Sequence[VisitImages]) -> dict[str, Livers]:
        pending = {
            item.visit.name: liver_steps.find.submit(
                self.study,
                liver_steps.LiverInput(images=item, masks=self.found.masks),
                f"{self.found.subject} {item.visit.name}",
            )
            for item in visits
            if item.reference is not None
        }
        results = ((name, self._result(each, name, "liver")) for name, each in pending.items())
        return {name: value for name, value in results if value is not None}

    def _align(
        self, visits: Sequence[VisitImages], livers: dict[str, Livers]
    ) -> tuple[dict[str, Aligned], dict[str, Livers]]:
        baseline = visit_steps.baseline_of(visits)
        if baseline is None or baseline.visit.name not in livers:
            return {}, livers
        pending = {
            item.visit.name: liver_steps.align.submit(
                self.study,
                liver_steps.AlignInput(
                    fixed=item,
                    moving=baseline,
                    fixed_livers=livers[item.visit.name],
                    moving_livers=livers[baseline.visit.name],
                ),
                f"{self.found.subject} {item.visit.name}",
            )
            for item in visits
            if item is not baseline and item.visit.name in livers
        }
        alignments: dict[str, Aligned] = {}
        known = dict(livers)
        for name, each in pending.items():
            value = self._result(each, name, "align")
            if value is not None:
                alignments[name] = value.aligned
                known[name] = value.livers
        return alignments, known

    def _lesions(
        self, visits: Sequence[VisitImages], livers: dict[str, Livers], alignments: dict[str, Aligned]
    ) -> tuple[VisitLesions, ...]:
        baseline = visit_steps.baseline_of(visits)
        if baseline is None or baseline.visit.name not in livers:
            return ()
        first = self._result(
            lesion_steps.baseline.submit(
                self.study,
                lesion_steps.BaselineInput(
                    images=baseline,
                    livers=livers[baseline.visit.name],
                    masks=self.found.masks,
                    protocol=self.protocol,
                ),
                f"{self.found.subject} {baseline.visit.name}",
            ),
            baseline.visit.name,
            "lesions",
        )
        if first is None:
            return ()
        done = [first]
        for item in visits:
            if item is baseline or item.visit.name not in alignments:
                continue
            value = self._result(
                follow_steps.follow_up.submit(
                    self.study,
                    follow_steps.FollowInput(
                        images=item,
                        livers=livers[item.visit.name],
                        aligned=alignments[item.visit.name],
                        baseline_images=baseline,
                        baseline_livers=livers[baseline.visit.name],
                        baseline=first,
                        known=done[-1],
                        masks=self.found.masks,
                        protocol=self.protocol,
                    ),
                    f"{self.found.subject} {item.visit.name}",
                ),
                item.visit.name,
                "lesions",
            )
            if value is not None:
                done.append(value)
        return tuple(done)

    def _result(self, pending: Pending[Outcome], visit: str, step: str) -> Outcome | None:
        """Wait for a step; its failure becomes a failure of the visit."""
        try:
            return pending.result()
        except Exception as error:  # noqa: BLE001  whatever failed, the other visits go on
            self.failures.append(Failure(self.found.subject, visit, step, f"{type(error).__name__}: {error}"))
            return None

    def _failure(self, visit: Visit, step: str, reason: str) -> None:
        self.failures.append(Failure(visit.subject, visit.name, step, reason))
