"""Who runs the procedures of a study: one after another here, or many at a time on Prefect."""

from typing import Protocol

from pipeline.model.failure import Failure
from pipeline.store.artifacts import Ref

References = tuple[tuple[str, Ref], ...]
"""A stored value for each subject."""
Outcome = Ref | Failure
"""The reference of what a subject's procedure made, or why it made nothing."""


class Conductor(Protocol):
    """Runs a procedure for a study or for each of its subjects; a subject that fails leaves the others running."""

    def ingest(self, study: str, given: Ref) -> Ref:
        """Account for every file of a stored IngestInput; returns the reference of an Ingested."""
        ...

    def propose(self, study: str, subjects: References, request: Ref) -> tuple[Outcome, ...]:
        """Propose the findings of every stored SubjectInput for a stored Request; returns references of Proposed."""
        ...

    def assess(self, study: str, given: References) -> tuple[Outcome, ...]:
        """Decide responses and endpoint of every stored AssessInput; returns references of Assessed."""
        ...

    def draw(self, study: str, given: References) -> tuple[Outcome, ...]:
        """Cut the key slices of every stored SubjectPictures; returns references of tuples of Cut."""
        ...
