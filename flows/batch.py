"""The batch flows: ingest a study, propose for every subject in it, assess every subject.

One flow run per subject stands under the batch; a subject that fails leaves the others
running. How many run at a time is a concurrency limit on the Prefect server.
"""

import importlib
from collections.abc import Mapping, Sequence
from typing import Any

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.task_runners import ProcessPoolTaskRunner, TaskRunner, ThreadPoolTaskRunner
from prefect.transactions import CommitMode, transaction

from flows.server import SUBJECT_TAG
from flows.step import Pending, artifacts_of
from flows.steps import catalog as catalog_steps
from flows.steps import pictures as picture_steps
from flows.steps import results as result_steps
from flows.subject import propose_subject
from flows.values import Proposed, SubjectInput
from pipeline.model.errors import EngineError
from pipeline.model.failure import Failure
from pipeline.settings import Settings
from pipeline.store.artifacts import Ref


@task(name="run subject", task_run_name="{subject}", tags=[SUBJECT_TAG], cache_policy=NO_CACHE, persist_result=False)
def run_subject(study: str, subject: str, given: Ref, protocol: Ref, roots: tuple[str, ...]) -> Ref:
    """Run the flow of one subject; each of its steps is kept as soon as it is done."""
    with transaction(commit_mode=CommitMode.EAGER):
        return propose_subject(study, subject, given, protocol, roots)


@flow(name="ingest study", validate_parameters=False, persist_result=False)
def ingest_study(study: str, given: catalog_steps.IngestInput) -> catalog_steps.Ingested:
    """Account for every file and group slices into volumes."""
    return catalog_steps.ingest.submit(study, given, "sources").result()


@flow(name="propose reads", validate_parameters=False, persist_result=False)
def propose_study(
    study: str, subjects: Sequence[SubjectInput], protocol: Ref, roots: tuple[str, ...]
) -> tuple[Proposed, ...]:
    """Run one subject flow for each subject; a failed one comes back with its reason."""
    artifacts = artifacts_of(study)
    futures = {
        found.subject: run_subject.submit(
            study, found.subject, artifacts.put_value(SubjectInput, found), protocol, roots
        )
        for found in subjects
    }
    proposed = []
    for found in subjects:
        future = futures[found.subject]
        future.wait()
        if future.state.is_completed():
            proposed.append(artifacts.get_value(Proposed, future.result()))
        else:
            proposed.append(_failed(found, future.state))
    return tuple(proposed)


@flow(name="assess subjects", validate_parameters=False, persist_result=False)
def assess_study(study: str, given: Sequence[result_steps.AssessInput]) -> tuple[result_steps.Assessed | Failure, ...]:
    """Decide responses and endpoint of every subject."""
    pending = [(item.subject, result_steps.assess.submit(study, item, item.subject)) for item in given]
    return tuple(_assessed(subject, each) for subject, each in pending)


@flow(name="draw pictures", validate_parameters=False, persist_result=False)
def draw_study(
    study: str, given: Mapping[str, picture_steps.SubjectPictures]
) -> dict[str, tuple[picture_steps.Cut, ...]]:
    """Cut the key slices of every subject."""
    pending = {subject: picture_steps.cut.submit(study, item, subject) for subject, item in given.items()}
    return {subject: each.result() for subject, each in pending.items()}


def _assessed(subject: str, pending: Pending[result_steps.Assessed]) -> result_steps.Assessed | Failure:
    try:
        return pending.result()
    except Exception as error:  # noqa: BLE001  whatever failed, the other subjects go on
        return Failure(subject, "", "assess", f"{type(error).__name__}: {error}")


def runner(subjects: int, settings: Settings) -> TaskRunner[Any]:
    """Return what runs the subjects: Dask if set, processes for several, threads of this process for one.

    Raises:
        EngineError: Dask is asked for but prefect-dask is not installed.
    """
    if settings.runner == "dask":
        return _dask(settings)
    at_once = min(subjects, settings.workers)
    return ProcessPoolTaskRunner(max_workers=at_once) if at_once > 1 else ThreadPoolTaskRunner(max_workers=1)


def _dask(settings: Settings) -> TaskRunner[Any]:
    try:
        dask = importlib.import_module("prefect_dask")
    except ModuleNotFoundError as error:
        raise EngineError("HEPATRACK_RUNNER=dask needs prefect-dask; install hepatrack[dask]") from error
    made: TaskRunner[Any] = dask.DaskTaskRunner(address=settings.dask_address or None)
    return made


def _failed(found: SubjectInput, state: State[Any]) -> Proposed:
    reason = Failure(found.subject, "", "subject", state.message or state.name or "failed")
    return Proposed(found.subject, (*found.failures, reason))
