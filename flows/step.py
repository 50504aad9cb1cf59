"""A step: a pure function of stored values, run as a Prefect task and never run twice on the same input.

What goes in and what comes out are references to artifacts. The task's cache key is the
step's name, the hash of the code under pipeline/ and flows/, and the reference of its
input; Prefect keeps the result under that key, so a killed or repeated run goes on where
the results end.
"""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from prefect import Task, task
from prefect.client.schemas.objects import State, TaskRun
from prefect.context import TaskRunContext
from prefect.futures import PrefectFuture

from flows.study import code_version
from pipeline.model.errors import HepatrackError, IntegrityError
from pipeline.store.artifacts import Artifacts, Ref

Given = TypeVar("Given")
Result = TypeVar("Result")


def artifacts_of(study: str | Path) -> Artifacts:
    """Return the artifacts of a study folder."""
    return Artifacts(Path(study) / "artifacts")


def artifact_key(what: str, subject: str) -> str:
    """Return a key that Prefect takes for an artifact of a subject: small letters, digits and dashes."""
    return (
        f"{what}-{''.join(c if c.isalnum() and c.isascii() else '-' for c in subject.lower()).strip('-') or 'subject'}"
    )


@dataclass(frozen=True)
class Pending(Generic[Result]):
    """A step in progress."""

    future: PrefectFuture[Ref]
    artifacts: Artifacts
    result_type: type[Result]

    def result(self) -> Result:
        """Wait and return the result; an error of the step is raised here."""
        return self.artifacts.get_value(self.result_type, self.ref())

    def ref(self) -> Ref:
        """Wait and return the reference of the result; an error of the step is raised here."""
        return self.future.result()


@dataclass(frozen=True)
class Step(Generic[Given, Result]):
    """A function with the types of its input and result, and the task that runs it."""

    function: Callable[[Artifacts, Given], Result]
    given_type: type[Given]
    result_type: type[Result]
    task: Task[..., Ref]

    def submit(self, study: str, given: Given, label: str) -> Pending[Result]:
        """Start the step for a value; label names the task run."""
        return self.submit_stored(study, self.stored(study, given), label)

    def stored(self, study: str, given: Given) -> Ref:
        """Store an input and return its reference; flows hand on references, for Prefect limits parameters."""
        return artifacts_of(study).put_value(self.given_type, given)

    def read(self, study: str | Path, ref: Ref) -> Result:
        """Return the result that a reference stands for."""
        return artifacts_of(study).get_value(self.result_type, ref)

    def submit_stored(self, study: str, given: Ref, label: str) -> Pending[Result]:
        """Start the step for a stored input."""
        return Pending(self.task.submit(study=study, given=given, label=label), artifacts_of(study), self.result_type)


def step(
    name: str, given_type: type[Given], result_type: type[Result]
) -> Callable[[Callable[[Artifacts, Given], Result]], Step[Given, Result]]:
    """Make a step of a function (artifacts, given) -> result."""

    def decorate(function: Callable[[Artifacts, Given], Result]) -> Step[Given, Result]:
        def run(study: str, given: Ref, label: str) -> Ref:  # noqa: ARG001  label names the run
            artifacts = artifacts_of(study)
            return artifacts.put_value(result_type, function(artifacts, artifacts.get_value(given_type, given)))

        made = task(
            name=name,
            task_run_name=f"{name} {{label}}",
            persist_result=True,
            result_serializer="json",
            cache_key_fn=functools.partial(_cache_key, name),
            retries=1,
            retry_condition_fn=_worth_a_retry,
        )(run)
        return Step(function, given_type, result_type, made)

    return decorate


def _cache_key(name: str, _context: TaskRunContext, parameters: dict[str, Any]) -> str:
    """Name the result; a result whose artifact is gone or damaged counts as none."""
    key = f"{name}-{code_version()}-{parameters['given'][:32]}"
    return key.replace(" ", "-")


def _worth_a_retry(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> bool:
    """Retry what may pass by itself: not a refusal of the input, which stays the same."""
    try:
        state.result(raise_on_failure=True)
    except IntegrityError:
        return True
    except HepatrackError:
        return False
    except Exception:  # noqa: BLE001  any other failure of an engine or a disk
        return True
    return True
