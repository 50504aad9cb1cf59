"""Run the procedures of a study here and now, one after another, without a server."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic

from pipeline.model.failure import Failure
from pipeline.model.protocol import Protocol
from pipeline.procedures import assess, ingest, pictures
from pipeline.procedures.conductor import Outcome, References
from pipeline.procedures.procedure import Given, Procedure, Result, Submit
from pipeline.procedures.propose import subject
from pipeline.procedures.study_folder import Request, artifacts_of
from pipeline.procedures.values import Proposed, SubjectInput
from pipeline.store.artifacts import Artifacts, Ref


@dataclass(frozen=True)
class Deferred(Generic[Result]):
    """A procedure that runs when its result is asked for."""

    run: Callable[[], Result]

    def result(self) -> Result:
        """Run the procedure and return its result."""
        return self.run()


@dataclass(frozen=True)
class Direct:
    """A conductor that does one thing after another in this process and keeps nothing but the artifacts."""

    def ingest(self, study: str, given: Ref) -> Ref:
        """Account for every file of a stored IngestInput; returns the reference of an Ingested."""
        return ingest.ingest.run(artifacts_of(study), given)

    def propose(self, study: str, subjects: References, request: Ref) -> tuple[Outcome, ...]:
        """Propose the findings of every stored SubjectInput for a stored Request; returns references of Proposed."""
        artifacts = artifacts_of(study)
        asked = artifacts.get_value(Request, request)
        rules = artifacts.get_value(Protocol, asked.protocol)

        def propose(given: Ref) -> Ref:
            stored = artifacts.get_value(SubjectInput, given)
            return artifacts.put_value(Proposed, subject.propose(stored, rules, asked.roots, _submit(artifacts)))

        return tuple(_outcome(name, "subject", propose, given) for name, given in subjects)

    def assess(self, study: str, given: References) -> tuple[Outcome, ...]:
        """Decide responses and endpoint of every stored AssessInput; returns references of Assessed."""
        return _each(artifacts_of(study), assess.assess, given)

    def draw(self, study: str, given: References) -> tuple[Outcome, ...]:
        """Cut the key slices of every stored SubjectPictures; returns references of tuples of Cut."""
        return _each(artifacts_of(study), pictures.cut, given)


def _each(artifacts: Artifacts, procedure: Procedure[Any, Any], given: References) -> tuple[Outcome, ...]:
    return tuple(_outcome(name, procedure.name, lambda ref: procedure.run(artifacts, ref), ref) for name, ref in given)


def _outcome(name: str, step: str, run: Callable[[Ref], Ref], given: Ref) -> Outcome:
    try:
        return run(given)
    except Exception as error:  # noqa: BLE001  whatever failed, the other subjects go on
        return Failure.of(name, "", step, error)


def _submit(artifacts: Artifacts) -> Submit:
    def submit(procedure: Procedure[Given, Result], given: Given, _label: str, /) -> Deferred[Result]:
        return Deferred(lambda: procedure(artifacts, given))

    return submit
