"""The step that decides responses and endpoint of one subject."""

from flows import assessing
from flows.assessing import Assessed, AssessInput
from flows.step import step
from pipeline.store.artifacts import Artifacts


@step("assess", AssessInput, Assessed)
def assess(_artifacts: Artifacts, given: AssessInput) -> Assessed:
    """Accept findings, classify every visit, derive the endpoint."""
    return assessing.decide(given)
