"""The flow of one subject: its course with every procedure as a task."""

from prefect import flow
from prefect.artifacts import create_markdown_artifact
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows.artifact import key
from flows.step import Tasks
from pipeline.model.failure import Failure
from pipeline.model.protocol import Protocol
from pipeline.procedures.propose import subject as course
from pipeline.procedures.study_folder import Request, artifacts_of
from pipeline.procedures.values import Proposed, SubjectInput
from pipeline.report import proposals
from pipeline.store.artifacts import Ref


@flow(
    name="subject",
    flow_run_name="{subject}",
    validate_parameters=False,
    persist_result=False,
)
def propose_subject(study: str, subject: str, given: Ref, request: Ref) -> Ref | State[Ref]:
    """Propose the findings of one subject; returns the reference of a Proposed.

    The run ends as Incomplete, with the first step, when one failed and the rest went on. Why is told by the report,
    not by Prefect: a reason may hold names of files.
    """
    artifacts = artifacts_of(study)
    asked = artifacts.get_value(Request, request)
    rules = artifacts.get_value(Protocol, asked.protocol)
    stored = artifacts.get_value(SubjectInput, given)
    try:
        proposed = course.propose(stored, rules, asked.roots, Tasks(study))
    except Exception as error:  # noqa: BLE001  whatever failed, the other subjects go on
        proposed = Proposed(subject, (Failure.of(subject, "", "subject", error),))
    text = proposals.summary(subject, proposed.findings, proposed.failures)
    create_markdown_artifact(key=key("proposals", subject), markdown=text)
    ref = artifacts.put_value(Proposed, proposed)
    if not proposed.failures:
        return ref
    first = proposed.failures[0]
    message = f"{len(proposed.failures)} failures, the first: {first.visit} {first.step}"
    return Completed(name="Incomplete", message=message, data=ref)
