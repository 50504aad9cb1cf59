"""The whole line as its users run it: on the sample, and a second time."""

from pathlib import Path

import pytest

from tests.acceptance.sample import compare
from tests.builders.command import SAMPLE, Done, hepatrack, inputs, rows, runs, tables

pytestmark = [pytest.mark.prefect, pytest.mark.image]


@pytest.fixture(scope="module")
def sample_run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Done, Path, Path]:
    """One run on the whole sample: the command, the study and the output."""
    folder = tmp_path_factory.mktemp("sample")
    done = hepatrack("run", *inputs(SAMPLE, folder / "study", folder / "out"), HEPATRACK_ENGINES="")
    return done, folder / "study", folder / "out"


def test_sample_meets_its_truth(sample_run):
    done, _, out = sample_run
    assert done.code == 0, done.err[-3000:]
    comparison = compare(out, SAMPLE)
    assert comparison.passed, "\n".join(comparison.lines())


def test_one_flow_run_for_each_subject(sample_run):
    _, study, _ = sample_run
    found = [(run, state) for flow, run, state in runs(study) if flow == "subject"]
    assert sorted(found) == [(f"RETNET-{n:03d}", "Completed") for n in range(1, 8)]


def test_report_has_a_page_for_each_subject(sample_run):
    _, _, out = sample_run
    index = (out / "index.html").read_text(encoding="utf-8")
    for n in range(1, 8):
        assert f"report/RETNET-{n:03d}.html" in index
        assert (out / "report" / f"RETNET-{n:03d}.html").exists()


def test_unsigned_results_are_provisional(sample_run):
    _, _, out = sample_run
    assert {row["provisional"] for row in rows(out / "endpoint.csv")} == {"Y"}
    sources = {row["source"] for row in rows(out / "lesions.csv")}
    assert sources == {"proposed", "adopted", "signed"}


def test_second_run_does_no_image_work(sample_run, tmp_path):
    done, study, out = sample_run
    before = runs(study)
    again = hepatrack("run", *inputs(SAMPLE, study, tmp_path / "again"), HEPATRACK_ENGINES="")
    assert again.code == 0, again.err[-3000:]
    assert tables(tmp_path / "again") == tables(out)
    assert runs(study) == before
    assert again.seconds < done.seconds / 10


def test_no_patient_name_in_any_log(sample_run):
    done, study, _ = sample_run
    logs = done.out + done.err + (study / "prefect" / "server.log").read_text(encoding="utf-8", errors="replace")
    assert "Anonymous" not in logs
