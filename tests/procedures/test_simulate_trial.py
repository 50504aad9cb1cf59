"""A simulated trial through the commands: RS is the engine's, and progression is seen when it is there."""

import csv
import datetime as dt
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows import cli
from pipeline.assess import registry, series
from pipeline.assess.criteria import recist11
from pipeline.model.standard_protocol import STANDARD
from pipeline.procedures import simulate_trial
from pipeline.simulate.trial import subject
from pipeline.simulate.trial.design import Design
from tests.builders import simulated

DESIGN = Design(30, 1.78, 5, every_days=14, jitter_days=2, visit_missed=0.0, lesion_missed=0.0, exact=True)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("trial")
    simulate_trial.make(out, DESIGN)
    return out


def _responses(trial: Path, name: str) -> dict[str, str]:
    rows = [
        r for r in _rows(trial / "RS.csv") if (r["USUBJID"], r["RSTESTCD"], r["RSACPTFL"]) == (name, "OVRLRESP", "Y")
    ]
    return {row["VISIT"]: row["RSSTRESC"] for row in rows}


@pytest.mark.parametrize("number", range(0, 30, 3))
def test_rs_is_what_the_engine_says(trial: Path, number: int) -> None:
    made = subject.draw(DESIGN, number)
    reads = recist11.CRITERION.read(simulated.lesions(made, made.accepted), STANDARD)
    assert _responses(trial, made.name) == {read.visit.name: read.overall.response.value for read in reads[1:]}


def test_progression_is_seen_at_the_first_scan_after_it_and_never_before(trial: Path) -> None:
    seen = 0
    for number in range(DESIGN.subjects):
        made = subject.draw(DESIGN, number)
        after = [scan.name for scan in made.scans if scan.day >= made.course.crossing_days]
        called = [visit for visit, response in _responses(trial, made.name).items() if response == "PD"]
        assert set(called) <= set(after)
        seen += bool(called)
        if after:
            assert len(after) - len(called) <= 1, "the nadir of the scans lies little above the true one"
    assert seen >= 10


def test_the_dates_agree_with_the_truth(trial: Path) -> None:
    randomized = {row["USUBJID"]: dt.date.fromisoformat(row["RANDDT"]) for row in _rows(trial / "ADSL.csv")}
    died = {row["USUBJID"]: row["DTHDT"] for row in _rows(trial / "ADSL.csv")}
    for row in _rows(trial / "truth.csv"):
        if died[row["subject"]]:
            days = (dt.date.fromisoformat(died[row["subject"]]) - randomized[row["subject"]]).days
            assert 0 <= days - float(row["death_days"]) < 1
            assert days <= int(row["end_days"])


def test_the_command_and_what_follows_it(tmp_path: Path) -> None:
    run = CliRunner().invoke
    out = tmp_path / "trial"
    made = run(
        cli.app, ["simulate", "--measurements", "--subjects", "24", "--hr", "2", "--seed", "3", "--out", str(out)]
    )
    assert made.exit_code == 0, made.output
    written = sorted(path.name for path in out.iterdir())
    assert written == ["ADSL.csv", "RS.csv", "TR.csv", "TU.csv", "arms.csv", "truth.csv"]
    adtte = tmp_path / "ADTTE.csv"
    tables = ["--rs", str(out / "RS.csv"), "--adsl", str(out / "ADSL.csv"), "--out", str(adtte)]
    derived = run(cli.app, ["derive", "--param", "HPFSR", "--rules", "PLAIN", *tables])
    assert derived.exit_code == 0, derived.output
    assert len(_rows(adtte)) == 24


def test_respond_tells_how_sure_each_pd_is(trial: Path, tmp_path: Path) -> None:
    tables = ["--tu", str(trial / "TU.csv"), "--tr", str(trial / "TR.csv"), "--out", str(tmp_path / "RS.csv")]
    done = CliRunner().invoke(cli.app, ["respond", *tables, "--certainty", str(tmp_path / "sure.csv")])
    assert done.exit_code == 0, done.output
    called = [r for r in _rows(tmp_path / "RS.csv") if (r["RSTESTCD"], r["RSSTRESC"]) == ("OVRLRESP", "PD")]
    sure = _rows(tmp_path / "sure.csv")
    assert [(r["subject"], r["visit"], r["reader"]) for r in sure] == [
        (r["USUBJID"], r["VISIT"], f"{r['RSEVAL']} {r['RSEVALID']}") for r in called
    ]
    chances = [float(row["flip_chance"]) for row in sure if row["flip_chance"]]
    assert len(chances) >= 20
    assert all(0 <= chance <= 0.6 for chance in chances)
    assert any(int(row["choices"]) > 1 for row in sure)


def test_certainty_is_of_sums_of_lengths(trial: Path, tmp_path: Path) -> None:
    tables = ["--tu", str(trial / "TU.csv"), "--tr", str(trial / "TR.csv"), "--out", str(tmp_path / "RS.csv")]
    wanted = ["respond", *tables, "--criteria", "who", "--certainty", str(tmp_path / "sure.csv")]
    refused = CliRunner().invoke(cli.app, wanted)
    judged = ", ".join(method.name for method in registry.criteria().values() if series.compares_lengths(method))
    assert f"found 'who'; allowed with --certainty, for sums of lengths: {judged}" in str(refused.exception)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("flags", [[], ["--images", "--measurements"]])
def test_one_thing_is_made_at_a_time(tmp_path: Path, flags: list[str]) -> None:
    refused = CliRunner().invoke(cli.app, ["simulate", *flags, "--out", str(tmp_path / "out")])
    assert refused.exit_code == 2
    assert not (tmp_path / "out").exists()


def test_arms_are_two(tmp_path: Path) -> None:
    wanted = ["simulate", "--measurements", "--arms-labels", "A", "--out", str(tmp_path / "out")]
    refused = CliRunner().invoke(cli.app, wanted)
    assert "allowed: two different labels" in str(refused.exception)
    assert not (tmp_path / "out").exists()
