"""What is proposed to single readers: their signed lesions, carried to the visits they have not signed yet."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pipeline.assess import accepted
from pipeline.model.lesion import Finding
from pipeline.model.protocol import Protocol
from pipeline.model.visit import Visit
from pipeline.procedures.procedure import Procedure
from pipeline.procedures.propose import follow_up, signed
from pipeline.procedures.values import Aligned, Livers, OutsideMask, VisitImages, VisitLesions

Submit = Callable[[Procedure[Any, VisitLesions], Any, str], VisitLesions | None]
"""Run a procedure for a visit; None where it failed."""


@dataclass(frozen=True)
class ReadyVisit:
    """A visit whose liver is outlined and which is aligned; aligned is None of the baseline."""

    images: VisitImages
    livers: Livers
    aligned: Aligned | None


@dataclass(frozen=True)
class ReaderCourse:
    """The visits in date order, the baseline among them, and what is proposed to everybody at the baseline."""

    visits: tuple[ReadyVisit, ...]
    general: VisitLesions
    masks: tuple[OutsideMask, ...]
    protocol: Protocol
    submit: Submit

    def proposed(self, reads: Sequence[Finding], visits: Sequence[Visit]) -> list[VisitLesions]:
        """Return for each reader what is proposed at visits after one that he signed, where he signed nothing.

        Raises:
            InputError: a read belongs to no visit.
        """
        placed = accepted.placed(reads, visits)
        names = sorted({read.reader for read in placed if read.reader})
        return [each for name in names for each in self._of(name, [read for read in placed if read.reader == name])]

    def _of(self, reader: str, reads: Sequence[Finding]) -> list[VisitLesions]:
        baseline = next(ready for ready in self.visits if ready.aligned is None)
        known: VisitLesions | None = None
        proposed = []
        for ready in self.visits:
            name = ready.images.visit.name
            own = signed.newest([read for read in reads if read.visit == name])
            if own:
                given = signed.SignedInput(
                    ready.images, ready.livers, ready.aligned, self.general, known, self.masks, own
                )
                known = self.submit(signed.signed, given, name) or known
            elif known is not None and ready.aligned is not None:
                followed = follow_up.FollowInput(
                    images=ready.images,
                    livers=ready.livers,
                    aligned=ready.aligned,
                    baseline_images=baseline.images,
                    baseline_livers=baseline.livers,
                    known=known,
                    masks=self.masks,
                    protocol=self.protocol,
                )
                lesions = self.submit(follow_up.follow_up, followed, name)
                if lesions is not None:
                    known = lesions
                    proposed.append(_for(reader, lesions))
        return proposed


def _for(reader: str, lesions: VisitLesions) -> VisitLesions:
    """The lesions of a visit as proposals to one reader."""
    return replace(
        lesions,
        findings=tuple(replace(finding, for_reader=reader) for finding in lesions.findings),
        pictures=tuple(replace(picture, for_reader=reader) for picture in lesions.pictures),
    )
