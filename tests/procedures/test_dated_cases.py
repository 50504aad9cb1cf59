"""Small tables that real ones went wrong on, each with its right value: dates, order, baseline, words, numbers."""

import csv
import shlex
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.cli import app
from tests.conftest import ROOT

CASES = ROOT.parent / "shared" / "cases" / "tables"

pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason=f"the cases of tables are not at {CASES}")


def run(case: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, str]:
    """Run the commands of a case on a copy of its tables; return the folder and what the commands told."""
    place = folder / case
    shutil.copytree(CASES / case, place)
    monkeypatch.chdir(place)
    told = ""
    for line in (place / "cmd.sh").read_text(encoding="utf-8").splitlines():
        result = CliRunner().invoke(app, shlex.split(line)[1:])
        assert result.exit_code == 0, (line, result.output, result.exception)
        told += result.stderr
    return place, told


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def overall(path: Path) -> str:
    """The overall responses in the order of RS with the month and day of RSDTC."""
    return " ".join(f"{row['RSSTRESC']}@{row['RSDTC'][5:]}" for row in rows(path) if row["RSTESTCD"] == "OVRLRESP")


@pytest.mark.parametrize(
    ("case", "responses", "end", "note"),
    [
        # overall responses of out_RS.csv; CNSR, ADT of out_PFS.csv; part of what is told
        ("multi_day_new_lesion", "SD@03-29 PD@06-10", "0 2024-06-10", ""),
        ("multi_day_new_lesion_then_therapy", "SD@03-29 PD@06-10", "0 2024-06-10", ""),
        ("unscheduled_nadir_late", "SD@03-29 PR@05-01 PD@06-21", "0 2024-06-21", "VISITNUM 900 (UNSCHEDULED) on"),
        ("visit_dates_reversed", "SD@03-29 PR@06-21", "1 2024-06-21", "VISITNUM 3 (W24) on 2024-03-29 lies before"),
        ("baseline_flag_TRLOBXFL", "SD@03-29", "", "VISITNUM 1 lies before the baseline, VISITNUM 1.1"),
        ("ne_word_with_number", "SD@03-29 NE@06-21", "1 2024-03-29", "TRSTRESN beside a result NOT EVALUABLE"),
        ("float_noise_csv_vs_xpt", "PR@03-29", "", ""),
        ("new_lesion_scope_liver_word", "SD@03-29", "", "TULOC 'HEPATIC DOME' is a word that nobody mapped"),
        ("exact_thresholds", "PR@03-29 PD@06-21 SD@09-13", "", ""),
        ("equivocal_backdate", "PD@03-29 PD@06-21", "0 2024-03-29", ""),
        ("no_disease_baseline", "PD@03-29", "0 2024-03-29", ""),
        ("node_crossing_10mm", "CR@03-29 CR@06-21 PD@09-13", "", ""),
    ],
)
def test_tumor_tables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: str, responses: str, end: str, note: str
) -> None:
    folder, told = run(case, tmp_path, monkeypatch)
    assert overall(folder / "out_RS.csv") == responses
    if (folder / "out_xpt.csv").exists():
        assert overall(folder / "out_xpt.csv") == responses
    if end:
        (row,) = rows(folder / "out_PFS.csv")
        assert f"{row['CNSR']} {row['ADT']}" == end
    assert note in told


def test_two_responses_on_one_date(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, told = run("same_date_row_order", tmp_path, monkeypatch)
    for name in ("CBOR", "DOR"):
        assert rows(folder / f"out_{name}.csv") == rows(folder / f"out_{name}_swapped.csv")
    (best,) = rows(folder / "out_CBOR.csv")
    assert (best["AVALC"], best["ADT"]) == ("SD", "2024-03-29")
    assert "PD (RS.csv row 3) and PR (RS.csv row 4) of INVESTIGATOR on 2024-06-21; the worse one counts" in told


def test_responses_without_a_scope(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, told = run("hpfs_from_rs_without_scope", tmp_path, monkeypatch)
    assert told.count("RSSCAT is empty") == 2  # HPFS and THP, not PFS


@pytest.mark.parametrize(
    ("case", "param", "columns"),
    [
        ("lstalv_missing", "OS", {"ADT": "2024-03-29", "SRCDOM": "RS", "SRCVAR": "RSDTC"}),
        ("pd_death_same_day", "PFS", {"ADT": "2024-06-21", "CNSR": "0", "EVNTDESC": "PROGRESSION"}),
        ("pd_death_same_day", "THP", {"ADT": "2024-06-21", "CNSR": "0"}),
    ],
)
def test_derived_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: str, param: str, columns: dict[str, str]
) -> None:
    folder, _ = run(case, tmp_path, monkeypatch)
    (row,) = rows(folder / f"out_{param}.csv")
    assert {name: row[name] for name in columns} == columns
