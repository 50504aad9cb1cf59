"""A procedure as a Prefect task: load its input, make one call, save its result, and never twice on the same input.

What goes in and what comes out are references to artifacts. The task's cache key is the
procedure's name, the hash of the code under pipeline/ and flows/, and the reference of its
input; Prefect keeps the result under that key, so a killed or repeated run goes on where
the results end. A kept result counts only while it is whole: while its artifact and
everything that this refers to are there. Else the procedure runs again.
"""

import functools
from dataclasses import dataclass
from typing import Any, Generic

from prefect import Task, task
from prefect.client.schemas.objects import State, TaskRun
from prefect.context import TaskRunContext
from prefect.futures import PrefectFuture
from prefect.results import ResultStore

from flows import raised
from flows.raised import RaisedError
from pipeline.procedures.procedure import Given, Procedure, Result
from pipeline.procedures.study_folder import artifacts_of, code_version
from pipeline.store.artifacts import Artifacts, Ref


@dataclass(frozen=True)
class Running(Generic[Result]):
    """A procedure that runs as a task."""

    future: PrefectFuture[Ref]
    artifacts: Artifacts
    procedure: Procedure[Any, Result]

    def result(self) -> Result:
        """Wait and return the result; an error of the task is raised here."""
        return self.procedure.load_result(self.artifacts, self.ref())

    def ref(self) -> Ref:
        """Wait and return the reference of the result; an error of the task is raised here."""
        try:
            return self.future.result()
        except RaisedError as error:
            raise raised.restored(self.artifacts, error) from None


@dataclass(frozen=True)
class Tasks:
    """Starts procedures of a study as tasks of the flow that runs."""

    study: str

    def __call__(self, procedure: Procedure[Given, Result], given: Given, label: str, /) -> Running[Result]:
        """Start a procedure for a value; label names the task run."""
        return self.stored(procedure, procedure.save_input(artifacts_of(self.study), given), label)

    def stored(self, procedure: Procedure[Given, Result], given: Ref, label: str) -> Running[Result]:
        """Start a procedure for a stored input: flows hand on references, for Prefect limits parameters."""
        artifacts, task_ = artifacts_of(self.study), _task(procedure)
        kept = _kept(_key(procedure.name, given))
        if kept is not None and not artifacts.whole(procedure.result_type, kept):
            task_ = task_.with_options(refresh_cache=True)
        return Running(task_.submit(study=self.study, given=given, label=label), artifacts, procedure)


@functools.cache
def _task(procedure: Procedure[Any, Any]) -> Task[..., Ref]:
    def run(study: str, given: Ref, label: str) -> Ref:  # noqa: ARG001  label names the run
        artifacts = artifacts_of(study)
        try:
            return procedure.run(artifacts, given)
        except Exception as error:  # noqa: BLE001  whatever it is, Prefect keeps none of its text
            raise raised.kept(artifacts, error) from None

    return task(
        name=procedure.name,
        task_run_name=f"{procedure.name} {{label}}",
        persist_result=True,
        result_serializer="json",
        cache_key_fn=functools.partial(_cache_key, procedure.name),
        retries=1,
        retry_condition_fn=_worth_a_retry,
    )(run)


def _cache_key(name: str, _context: TaskRunContext, parameters: dict[str, Any]) -> str:
    return _key(name, parameters["given"])


def _key(name: str, given: Ref) -> str:
    """Name the result of a procedure on an input."""
    key = f"{name}-{code_version()}-{given[:32]}"
    return key.replace(" ", "-")


def _kept(key: str) -> Ref | None:
    """Return the result that Prefect keeps under a key; None where it keeps none or cannot read it."""
    store = ResultStore()
    if not store.exists(key):
        return None
    result = store.read(key).result
    return result if isinstance(result, str) else None


def _worth_a_retry(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> bool:
    """Retry what may pass by itself: not a refusal of the input, which stays the same."""
    try:
        state.result(raise_on_failure=True)
    except RaisedError as error:
        return error.again
    except Exception:  # noqa: BLE001  any other failure of an engine or a disk
        return True
    return True
