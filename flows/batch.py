"""The batch flows: ingest a study, propose for every subject in it, assess every subject.

One flow run per subject stands under the batch; a subject that fails leaves the others
running. How many run at a time is a concurrency limit on the Prefect server.
"""

import importlib
import os
from dataclasses import dataclass
from typing import Any

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.task_runners import ProcessPoolTaskRunner, TaskRunner, ThreadPoolTaskRunner
from prefect.transactions import CommitMode, transaction

from flows import artifact, ending, raised
from flows.raised import RaisedError
from flows.server import SUBJECT_TAG
from flows.step import Running, Tasks
from flows.subject import propose_subject
from pipeline.model.errors import EngineError
from pipeline.model.failure import Failure
from pipeline.procedures.assess import assess
from pipeline.procedures.conductor import Outcome, References
from pipeline.procedures.ingest import ingest
from pipeline.procedures.pictures import cut
from pipeline.procedures.study_folder import artifacts_of
from pipeline.settings import Settings
from pipeline.store.artifacts import Ref


@task(name="run subject", task_run_name="{subject}", tags=[SUBJECT_TAG], cache_policy=NO_CACHE, persist_result=False)
def run_subject(study: str, subject: str, given: Ref, request: Ref) -> Ref:
    """Run the flow of one subject, two steps at a time; each step is kept as soon as it is done."""
    at_once: TaskRunner[Any] = ThreadPoolTaskRunner(max_workers=2)
    with transaction(commit_mode=CommitMode.EAGER):
        state = propose_subject.with_options(task_runner=at_once)(study, subject, given, request, return_state=True)
    value = state.result()
    assert isinstance(value, str)
    return value


@flow(name="ingest study", validate_parameters=False, persist_result=False)
def ingest_study(study: str, given: Ref) -> Ref:
    """Account for every file and group slices into volumes; returns the reference of an Ingested."""
    return Tasks(study).stored(ingest, given, "sources").future.result()


@flow(name="propose reads", validate_parameters=False, persist_result=False)
def propose_study(study: str, subjects: References, request: Ref) -> tuple[Outcome, ...]:
    """Run one subject flow for each stored SubjectInput; returns references of Proposed."""
    futures = [(subject, run_subject.submit(study, subject, given, request)) for subject, given in subjects]
    outcomes: list[Outcome] = []
    for subject, future in futures:
        future.wait()
        state = future.state
        completed = state.is_completed()
        why = state.message or state.name or "failed"
        outcomes.append(future.result() if completed else Failure(subject, "", "subject", why))
    return tuple(outcomes)


@flow(name="assess subjects", validate_parameters=False, persist_result=False)
def assess_study(study: str, given: References) -> tuple[Outcome, ...]:
    """Decide responses and endpoint of every subject; given are stored AssessInputs, results stored Assessed."""
    pending = [(subject, Tasks(study).stored(assess, ref, subject)) for subject, ref in given]
    return tuple(_outcome(subject, "assess", each) for subject, each in pending)


@flow(name="draw pictures", validate_parameters=False, persist_result=False)
def draw_study(study: str, given: References) -> tuple[Outcome, ...]:
    """Cut the key slices of every subject; given are stored SubjectPictures, returned references of Cuts."""
    pending = [(subject, Tasks(study).stored(cut, ref, subject)) for subject, ref in given]
    outcomes = tuple(_outcome(subject, "pictures", each) for subject, each in pending)
    for (subject, _), outcome in zip(given, outcomes, strict=True):
        if not isinstance(outcome, Failure):
            artifact.show_pictures(study, subject, outcome)
    return outcomes


def _outcome(subject: str, step: str, pending: Running[Any]) -> Outcome:
    try:
        return pending.ref()
    except Exception as error:  # noqa: BLE001  whatever failed, the other subjects go on
        return Failure.of(subject, "", step, error)


@dataclass(frozen=True)
class OnPrefect:
    """The conductor that runs a study's procedures as flows and tasks of the Prefect server at hand."""

    settings: Settings

    def ingest(self, study: str, given: Ref) -> Ref:
        """Run the flow *ingest study*."""
        try:
            return ingest_study(study, given)
        except RaisedError as error:
            raise raised.restored(artifacts_of(study), error) from None

    def propose(self, study: str, subjects: References, request: Ref) -> tuple[Outcome, ...]:
        """Run the flow *propose reads*, several subjects at a time."""
        flow_ = propose_study.with_options(task_runner=runner(len(subjects), self.settings))
        return flow_(study, subjects, request)

    def assess(self, study: str, given: References) -> tuple[Outcome, ...]:
        """Run the flow *assess subjects*."""
        return assess_study(study, given)

    def draw(self, study: str, given: References) -> tuple[Outcome, ...]:
        """Run the flow *draw pictures*."""
        return draw_study(study, given)


def runner(subjects: int, settings: Settings) -> TaskRunner[Any]:
    """Return what runs the subjects: Dask if set, processes for several, threads of this process for one.

    Raises:
        EngineError: Dask is asked for but prefect-dask is not installed.
    """
    if settings.runner == "dask":
        return _dask(settings)
    at_once = min(subjects, settings.workers)
    if at_once <= 1:
        return ThreadPoolTaskRunner(max_workers=1)
    return ProcessPoolTaskRunner(max_workers=at_once, initializer=ending.follow_parent, initargs=(os.getpid(),))


def _dask(settings: Settings) -> TaskRunner[Any]:
    try:
        dask = importlib.import_module("prefect_dask")
    except ModuleNotFoundError as error:
        raise EngineError("HEPATRACK_RUNNER=dask needs prefect-dask; install hepatrack[dask]") from error
    made: TaskRunner[Any] = dask.DaskTaskRunner(address=settings.dask_address or None)
    return made
