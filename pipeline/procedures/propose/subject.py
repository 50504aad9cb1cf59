"""The course of one subject: decode, find livers, align, find and follow lesions; it ends where a reader is awaited."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from pipeline.model.errors import InputError
from pipeline.model.failure import Failure
from pipeline.model.protocol import Protocol
from pipeline.procedures.procedure import Given, Pending, Procedure, Submit
from pipeline.procedures.propose import baseline, follow_up, images, livers, readers, visits
from pipeline.procedures.values import (
    Aligned,
    DecodedDate,
    Livers,
    Proposed,
    SubjectInput,
    VisitBurden,
    VisitImages,
    VisitLesions,
)

Made = TypeVar("Made")


def propose(subject: SubjectInput, protocol: Protocol, roots: tuple[str, ...], submit: Submit) -> Proposed:
    """Return what is proposed for a subject; roots are the source folders, submit starts a procedure.

    What fails becomes a failure of its visit, and the rest goes on.
    """
    return _SubjectSteps(subject, protocol, roots, submit, list(subject.failures)).propose()


@dataclass
class _SubjectSteps:
    """The course of one subject through the steps; failures are collected, the rest goes on."""

    subject: SubjectInput
    protocol: Protocol
    roots: tuple[str, ...]
    submit: Submit
    failures: list[Failure] = field(default_factory=list)

    def propose(self) -> Proposed:
        """Run every procedure in its order."""
        decoded = self._decode()
        named = self._name(decoded)
        outlined = self._outline(named)
        known = self._at_baseline(named, outlined)
        aligned, outlined = self._align(named, outlined, known)
        lesions = () if known is None else self._followed(named, outlined, aligned, known)
        read = {item.visit: item for item in lesions}
        everyone = (*lesions, *self._for_readers(named, outlined, aligned, lesions))
        return Proposed(
            subject=self.subject.subject,
            failures=tuple(self.failures),
            volumes=visits.with_phases(self.subject, decoded),
            visits=tuple(visits.concluded(item, read.get(item.visit.name)) for item in named),
            findings=tuple(finding for item in everyone for finding in item.findings),
            burdens=tuple(VisitBurden(item.visit, item.burden) for item in lesions),
            alignments=visits.alignments(aligned, outlined),
            pictures=tuple(picture for item in everyone for picture in item.pictures),
        )

    def _decode(self) -> tuple[DecodedDate, ...]:
        dates: dict[dt.date, Pending[DecodedDate]] = {}
        of_visits = [volume for volume in self.subject.volumes if not volume.listed.aside]
        for date in sorted({volume.date for volume in of_visits if volume.date is not None}):
            scanned = images.DateInput(
                roots=self.roots,
                subject=self.subject.subject,
                date=date,
                content=self.subject.content,
                volumes=tuple(v for v in of_visits if v.date == date),
                protocol=self.protocol,
            )
            dates[date] = self.submit(images.decode, scanned, self._label(str(date)))
        decoded = []
        for date, pending in dates.items():
            value = self._result(pending, str(date), "decode")
            if value is not None:
                decoded.append(value)
                self.failures.extend(value.failures)
        return tuple(decoded)

    def _name(self, decoded: Sequence[DecodedDate]) -> tuple[VisitImages, ...]:
        named = visits.name_visits(self.subject, decoded, self.protocol)
        for item in named:
            if item.reference is None:
                reason = visits.why_unreadable(item.visit, decoded, self.subject.volumes)
                self.failures.append(Failure(item.visit.subject, item.visit.name, "read", reason))
        return named

    def _outline(self, named: Sequence[VisitImages]) -> dict[str, Livers]:
        first = visits.baseline_of(named)
        pending = {
            item.visit.name: self.submit(
                livers.find,
                livers.LiverInput(
                    images=item, masks=self.subject.masks, follows=first is not None and first is not item
                ),
                self._label(item.visit.name),
            )
            for item in named
            if item.reference is not None
        }
        results = ((name, self._result(each, name, "liver")) for name, each in pending.items())
        return {name: value for name, value in results if value is not None}

    def _at_baseline(self, named: Sequence[VisitImages], outlined: dict[str, Livers]) -> VisitLesions | None:
        first = visits.baseline_of(named)
        if first is None or first.visit.name not in outlined:
            return None
        given = baseline.BaselineInput(
            images=first, livers=outlined[first.visit.name], masks=self.subject.masks, protocol=self.protocol
        )
        return self._lesions_at(baseline.baseline, given, first.visit.name)

    def _align(
        self, named: Sequence[VisitImages], outlined: dict[str, Livers], known: VisitLesions | None
    ) -> tuple[dict[str, Aligned], dict[str, Livers]]:
        first = visits.baseline_of(named)
        if first is None or first.visit.name not in outlined:
            return {}, outlined
        pending = {
            item.visit.name: self.submit(
                livers.align,
                livers.AlignInput(
                    fixed=item,
                    moving=first,
                    fixed_livers=outlined[item.visit.name],
                    moving_livers=outlined[first.visit.name],
                    atlas=None if known is None else known.atlas,
                    masks=self.subject.masks,
                ),
                self._label(item.visit.name),
            )
            for item in named
            if item is not first and item.visit.name in outlined
        }
        aligned: dict[str, Aligned] = {}
        completed = dict(outlined)
        for name, each in pending.items():
            value = self._result(each, name, "align")
            if value is not None:
                aligned[name] = value.aligned
                completed[name] = value.livers
        return aligned, completed

    def _followed(
        self,
        named: Sequence[VisitImages],
        outlined: dict[str, Livers],
        aligned: dict[str, Aligned],
        known: VisitLesions,
    ) -> tuple[VisitLesions, ...]:
        first = visits.baseline_of(named)
        assert first is not None
        read = [known]
        for item in named:
            if item is first or item.visit.name not in aligned:
                continue
            followed = follow_up.FollowInput(
                images=item,
                livers=outlined[item.visit.name],
                aligned=aligned[item.visit.name],
                baseline_images=first,
                baseline_livers=outlined[first.visit.name],
                known=read[-1],
                masks=self.subject.masks,
                protocol=self.protocol,
            )
            lesions = self._lesions_at(follow_up.follow_up, followed, item.visit.name)
            if lesions is not None:
                read.append(lesions)
        return tuple(read)

    def _for_readers(
        self,
        named: Sequence[VisitImages],
        outlined: dict[str, Livers],
        aligned: dict[str, Aligned],
        lesions: Sequence[VisitLesions],
    ) -> list[VisitLesions]:
        """Return what is proposed to single readers, from what they signed (propose/readers)."""
        first = visits.baseline_of(named)
        if first is None or not lesions or not self.subject.reads:
            return []
        usable = [item for item in named if item is first or item.visit.name in aligned]
        ready = tuple(
            readers.ReadyVisit(item, outlined[item.visit.name], aligned.get(item.visit.name)) for item in usable
        )
        course = readers.ReaderCourse(ready, lesions[0], self.subject.masks, self.protocol, self._lesions_at)
        try:
            return course.proposed(self.subject.reads, [item.visit for item in named])
        except InputError as error:
            self.failures.append(Failure.of(self.subject.subject, "", "reads", error))
            return []

    def _lesions_at(self, procedure: Procedure[Given, VisitLesions], given: Given, visit: str) -> VisitLesions | None:
        return self._result(self.submit(procedure, given, self._label(visit)), visit, "lesions")

    def _label(self, where: str) -> str:
        return f"{self.subject.subject} {where}"

    def _result(self, pending: Pending[Made], visit: str, step: str) -> Made | None:
        """Wait for a procedure; its failure becomes a failure of the visit."""
        try:
            return pending.result()
        except Exception as error:  # noqa: BLE001  whatever failed, the other visits go on
            self.failures.append(Failure.of(self.subject.subject, visit, step, error))
            return None
