"""What a task raises reaches Prefect without its text, and whoever waits for the task with all of it."""

import errno
from pathlib import Path

import pytest

from flows import raised, step
from pipeline.model.errors import EngineError, HepatrackError, InputError, IntegrityError
from pipeline.model.failure import why_of
from pipeline.model.internal import InternalError
from pipeline.procedures.procedure import procedure
from pipeline.procedures.study_folder import artifacts_of
from pipeline.store.artifacts import Artifacts
from pipeline.store.worker import WorkerDiedError

NAME = "Doe^Jane/IM1.dcm"


@pytest.mark.parametrize(
    ("error", "reason", "again"),
    [
        (InputError(f"{NAME}: cut short"), f"InputError: {NAME}: cut short", False),
        (WorkerDiedError(NAME), f"InputError: {NAME}", False),
        (EngineError("greedy is missing"), "EngineError: greedy is missing", False),
        (IntegrityError("artifact 1a differs"), "IntegrityError: artifact 1a differs", True),
        (OSError(errno.ENOSPC, "No space left on device", NAME), "OSError: No space left on device", True),
        (KeyError(NAME), "INTERNAL: KeyError (test_raised.py, line", True),
    ],
)
def test_the_text_stays_in_the_study(tmp_path: Path, error: Exception, reason: str, again: bool):
    @procedure("fails", str, str)
    def fails(_artifacts: Artifacts, _given: str) -> str:
        raise error

    artifacts = artifacts_of(tmp_path)
    with pytest.raises(raised.RaisedError) as told:
        step._task(fails).fn(study=str(tmp_path), given=fails.save_input(artifacts, ""), label="")
    assert NAME not in str(told.value)
    assert told.value.__suppress_context__
    assert told.value.again is again
    back = raised.restored(artifacts, told.value)
    assert why_of(back)[0].startswith(reason)


def test_the_traceback_of_a_fault_comes_back_for_the_log_alone(tmp_path: Path):
    artifacts = artifacts_of(tmp_path)
    try:
        {}[NAME]
    except KeyError as error:
        back = raised.restored(artifacts, raised.kept(artifacts, error))
    assert isinstance(back, InternalError)
    assert NAME not in str(back)
    assert NAME in back.internal.trace


def test_a_plain_error_of_ours_has_its_words():
    assert why_of(HepatrackError("no room"))[0] == "HepatrackError: no room"
