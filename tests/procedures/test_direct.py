"""Without a server: one subject that fails leaves the others running, and says why."""

from pathlib import Path

from pipeline.model.failure import Failure
from pipeline.model.protocol import Protocol
from pipeline.procedures.direct import Direct
from pipeline.procedures.study_folder import Request, artifacts_of
from pipeline.procedures.values import Proposed, SubjectInput
from pipeline.store import protocols
from pipeline.store.db import schema
from tests.builders import histories, study, trials
from tests.builders.command import PROTOCOL

MISSING = "0" * 64
"""The reference of an artifact that is not there."""


def test_a_subject_whose_input_is_gone_is_a_failure_and_the_next_one_is_proposed(tmp_path: Path):
    artifacts = artifacts_of(tmp_path)
    protocol = artifacts.put_value(Protocol, protocols.load(PROTOCOL))
    request = artifacts.put_value(Request, Request((), protocol, "", ""))
    empty = artifacts.put_value(SubjectInput, SubjectInput("S-2", (), ""))
    lost, proposed = Direct().propose(str(tmp_path), (("S-1", MISSING), ("S-2", empty)), request)
    assert isinstance(lost, Failure)
    assert (lost.subject, lost.step) == ("S-1", "subject")
    assert lost.reason.startswith("IntegrityError: artifact 000000000000 is missing")
    assert not isinstance(proposed, Failure)
    assert artifacts.get_value(Proposed, proposed) == Proposed("S-2", ())


def test_each_procedure_names_itself_in_its_failure(tmp_path: Path):
    (assessed,) = Direct().assess(str(tmp_path), (("S-1", MISSING),))
    (drawn,) = Direct().draw(str(tmp_path), (("S-1", MISSING),))
    assert isinstance(assessed, Failure)
    assert isinstance(drawn, Failure)
    assert (assessed.step, drawn.step) == ("assess", "pictures")


def test_of_several_tries_of_a_step_the_last_one_counts(tmp_path: Path):
    visits, findings = histories.lesions("T1=50 | T1=60")
    subject = histories.SUBJECT
    kept = Failure(subject, "W12", "lesions", "of the images")
    with study.opened(tmp_path / "study", trials.retnet(), visits, findings) as line:
        line.database.replace(schema.failure, subject, [kept, Failure(subject, "", "assess", "of an earlier try")])
        line.assess()
        assert line.failures() == (kept,)
        line.database.replace(schema.failure, subject, [kept, Failure(subject, "", "assess", "of an earlier try")])
        line.database.replace(schema.proposal, subject, [*findings, findings[-1]])
        line.assess()
        first, last = line.failures()
    assert first == kept
    assert (last.step, "of an earlier try" in last.reason) == ("assess", False)
