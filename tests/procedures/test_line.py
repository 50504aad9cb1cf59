"""The whole line on one sample subject without Prefect: folders in, tables and report out."""

from pathlib import Path

import pytest

from pipeline.procedures import export, inputs, line
from pipeline.procedures.direct import Direct
from pipeline.settings import Settings
from tests.acceptance.sample import compare
from tests.builders.command import PROTOCOL, SAMPLE, part_of_sample

pytestmark = pytest.mark.image
SUBJECT = "RETNET-003"
"""Three visits, nothing adopted: liver, lesions and links are all proposed."""


def run(source: Path, study: Path, out: Path) -> export.Exported:
    """Do what `hepatrack run` does, one thing after another in this process."""
    asked = inputs.read([source], PROTOCOL, source / "events.csv", None, None)
    with line.stored(study, Settings(), Direct()) as opened:
        opened.ingest(asked)
        opened.propose()
        opened.assess()
        return export.export(opened, out)


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> tuple[export.Exported, Path, Path]:
    """One run: what was exported, the study, the output."""
    folder = tmp_path_factory.mktemp("direct")
    source = part_of_sample(folder, SUBJECT)
    study, out = folder / "study", folder / "out"
    study.mkdir()
    return run(source, study, out), study, out


def test_one_subject_meets_its_truth(finished):
    exported, _, out = finished
    assert not exported.report.failures
    comparison = compare(out, SAMPLE, SUBJECT)
    assert comparison.responses > 0
    assert comparison.endpoints > 0
    assert comparison.passed, "\n".join(comparison.lines())


def test_the_report_has_the_subject_with_key_slices(finished):
    exported, _, out = finished
    assert exported.index == out / "index.html"
    (subject,) = exported.report.subjects
    assert subject.subject == SUBJECT
    assert {key.visit for key in subject.keys} == {"BASELINE", "W12", "W24"}
