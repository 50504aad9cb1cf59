"""hepatrack figures: whole or not at all, by arm only with arms."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.cli import app
from pipeline.assess.criteria import mrecist
from pipeline.model.errors import InputError
from pipeline.procedures import figures
from pipeline.report.figures import drawn
from tests.builders import courses

PROTOCOL = Path(__file__).resolve().parents[2] / "configs" / "protocols" / "retnet.yaml"
ALL = {file for name in ("waterfall", "spider", "swimmer", "sums") for file in drawn.files(name)}


def test_command_writes_every_figure_and_tells_no_arm(tmp_path: Path) -> None:
    files = courses.write(tmp_path, 9)
    out = tmp_path / "out"
    words = ["figures", "--timepoints", files.timepoints, "--endpoint", files.endpoint, "--out", out]
    result = CliRunner().invoke(app, [str(word) for word in (*words, "--events", files.events)])
    assert result.exit_code == 0, result.output
    assert {path.name for path in out.iterdir()} == ALL
    assert all(b"cTACE" not in path.read_bytes() for path in out.iterdir())
    result = CliRunner().invoke(app, [str(word) for word in (*words, "--arms", files.arms)])
    assert result.exit_code == 0, result.output
    assert all(b"cTACE" in (out / name).read_bytes() for name in ALL if not name.endswith("png"))
    assert "still followed" not in (out / "swimmer.csv").read_text(encoding="utf-8")


def test_lines_and_captions_are_those_of_the_protocol(tmp_path: Path) -> None:
    files, trial, out = courses.write(tmp_path, 3), tmp_path / "trial.yaml", tmp_path / "out"
    text = PROTOCOL.read_text(encoding="utf-8")
    start = text.index("recist11:")
    stricter = text[start:].replace("progression_percent: 20", "progression_percent: 40", 1)
    trial.write_text(
        text[:start] + stricter.replace("response_percent: 30", "response_percent: 25", 1), encoding="utf-8"
    )
    words = ["figures", "--timepoints", files.timepoints, "--endpoint", files.endpoint, "--out", out]
    result = CliRunner().invoke(app, [str(word) for word in (*words, "--protocol", trial)])
    assert result.exit_code == 0, result.output
    drawings = {name: (out / f"{name}.svg").read_text(encoding="utf-8") for name in ("waterfall", "spider", "sums")}
    assert "Dashed: -25 % and +40 %" in drawings["waterfall"]
    assert "Dashed: -25 % and +40 %" in drawings["spider"]
    assert "Dashed: 25 % below baseline" in drawings["sums"]


def test_mrecist_draws_the_viable_sum(tmp_path: Path) -> None:
    files = courses.write(tmp_path, 2)
    header = "subject,visit,date,viable_sum_mm,viable_nadir_mm,new_lesion,hepatic_mrecist,accepted"
    rows = ["S-1,BASELINE,2024-01-01,40,,no,,Y", "S-1,W12,2024-03-25,10,40,no,PR,Y", "S-1,W12,2024-03-25,9,40,no,PR,"]
    files.timepoints.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    figures.draw(figures.OwnTables(files.timepoints, files.endpoint), tmp_path / "out", criterion=mrecist.CRITERION)
    assert "S-1,,-75.0000,84" in (tmp_path / "out" / "waterfall.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("S-001,W12", "S-001,W12,extra", "timepoints.csv row 3: found 10 cells"),
        ("hepatic_recist11", "response", "timepoints.csv row 1: found column 'response'"),
        ("S-001,BASELINE,2024-", "S-001,BASELINE,2024-13-", "timepoints.csv row 2, column date"),
        (",no,SD,Y", ",no,XX,Y", "column hepatic_recist11: found 'XX'; allowed: CR, PR"),
        (",Y", ",", "timepoints.csv, column accepted: found no row with Y"),
    ],
)
def test_malformed_timepoints(tmp_path: Path, old: str, new: str, words: str) -> None:
    files = courses.write(tmp_path, 3)
    text = files.timepoints.read_text(encoding="utf-8")
    assert old in text
    files.timepoints.write_text(text.replace(old, new), encoding="utf-8")
    _refused(files, tmp_path, words)


def test_two_accepted_visits_on_a_day(tmp_path: Path) -> None:
    files = courses.write(tmp_path, 1)
    lines = files.timepoints.read_text(encoding="utf-8").splitlines()
    files.timepoints.write_text("\n".join([*lines, lines[-1]]) + "\n", encoding="utf-8")
    _refused(files, tmp_path, "columns subject, date: found ('S-001'")


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("S-001,OS,2024-01-01,2024-02-01,32,0,Y", "column paramcd: found no accepted row of 'HPFS'; allowed: OS"),
        ("S-001,HPFS,2024-01-01,2024-02-01,32,,Y", "row 2, column cnsr: found ''"),
        ("S-001,HPFS,2024-03-01,2024-02-01,32,0,Y", "row 2, column date: found '2024-02-01'; allowed: on or after"),
    ],
)
def test_malformed_endpoint(tmp_path: Path, row: str, words: str) -> None:
    files = courses.write(tmp_path, 1)
    files.endpoint.write_text(f"{courses.ENDPOINT}\n{row}\n", encoding="utf-8")
    _refused(files, tmp_path, words)


def test_a_subject_without_arm_and_an_unknown_parameter(tmp_path: Path) -> None:
    files = courses.write(tmp_path, 2)
    files.arms.write_text("subject,arm\nS-001,BE\n", encoding="utf-8")
    _refused(files, tmp_path, "timepoints.csv, column subject: found 'S-002' without arm", arms=files.arms)
    _refused(files, tmp_path, "--param: found 'XYZ'; allowed: HPFS", param="XYZ")


def _refused(files: courses.Files, folder: Path, words: str, **more: object) -> None:
    with pytest.raises(InputError) as error:
        figures.draw(figures.OwnTables(files.timepoints, files.endpoint), folder / "out", strict=True, **more)
    assert words in str(error.value)
    assert not (folder / "out").exists()
