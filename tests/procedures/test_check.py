"""check: our own checks of CDISC tables, from a folder to findings and exit code."""

import json
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest
from typer.testing import CliRunner

from flows.cli import app
from pipeline.model.errors import InputError
from pipeline.procedures import check as checking
from pipeline.store import dataset_write, tables
from tests.builders.exported import everything
from tests.export.conformance.test_checks import CREATED, Model, document

RUN = CliRunner()
ADSL = "STUDYID,USUBJID,SUBJID,TRTSDT\nX,S-1,1,2024-01-02\n"
RS = (
    "STUDYID,DOMAIN,USUBJID,RSSEQ,RSTESTCD,RSTEST,RSSTRESC,VISITNUM,VISIT,RSDTC\n"
    "X,RS,S-1,1,OVRLRESP,Overall Response,SD,3,WEEK 24,2024-06-01\n"
    "X,RS,S-1,1,OVRLRESP,Overall Response,PD,3,WEEK 48,2024-12-01\n"
    "X,RS,S-2,1,OVRLRESP,Overall Response,PD,3,WEEK 48,01DEC2024\n"
)


def write(folder: Path, **files: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("ending", [".csv", ".xpt", ".json"])
def test_an_export_of_ours_breaks_no_check_in_any_form(tmp_path: Path, ending: str) -> None:
    for each in everything():
        path = tmp_path / each.domain.model.value / f"{each.domain.name.lower()}{ending}"
        dataset_write.write(each, path, CREATED)
    for model in Model:
        tables.write_text(document(model).decode(), tmp_path / model.value / "define.xml")
    checked = checking.check(tmp_path)
    assert checked.findings == ()
    assert len(checked.files) == len(everything())


def test_tables_of_others_are_told_row_by_row(tmp_path: Path) -> None:
    folder = write(tmp_path / "theirs", rs=RS, adsl=ADSL, notes="a,b\n1,2\n")
    checked = checking.check(folder, tmp_path / "findings.csv")
    told = {(f.check, f.dataset, f.row) for f in checked.findings}
    expected = {("SEQUENCE", "RS", 3), ("VISIT_PAIR", "RS", 3), ("DATES", "RS", 4), ("SUBJECT", "RS", 4)}
    assert told == expected
    assert checked.others == ("notes.csv",)
    assert (tmp_path / "findings.csv").read_text(encoding="utf-8").count("\n") == 1 + len(checked.findings)


def test_what_cannot_be_read_is_named_row_by_row_and_the_rest_is_checked(tmp_path: Path) -> None:
    broken = "USUBJID,TRSEQ,TRLNKID\nS-1\nS-1,1,T01\nS-1,2,T\u200b02\n"
    folder = write(tmp_path / "theirs", adsl=ADSL, tr=broken)
    (folder / "tu.xpt").write_bytes(b"no transport file")
    done = RUN.invoke(app, ["check", str(folder), "--faults", str(tmp_path / "faults.csv")])
    assert done.exit_code == 1
    assert "Row not checked: tr.csv row 2: found 1 cells" in done.output
    assert "Row not checked: tr.csv row 4, column TRLNKID: found 'T\\u200b02'" in done.output
    assert "Not checked: tu.xpt: " in done.output
    assert "2 datasets" in done.output
    assert len((tmp_path / "faults.csv").read_text("utf-8").splitlines()) == 4


@pytest.mark.parametrize("option", ["--out", "--faults"])
def test_a_table_that_is_checked_is_not_written_over(tmp_path: Path, option: str) -> None:
    folder = write(tmp_path / "theirs", adsl=ADSL, rs=RS)
    (folder / "tu.xpt").write_bytes(b"no transport file")
    for name in ("rs.csv", "tu.xpt"):
        before = (folder / name).read_bytes()
        done = RUN.invoke(app, ["check", str(folder), option, str(folder / name)])
        assert isinstance(done.exception, InputError)
        assert (folder / name).read_bytes() == before
    for _ in range(2):
        assert RUN.invoke(app, ["check", str(folder), option, str(folder / "told.csv")]).exit_code == 1


def test_the_command_ends_with_0_where_nothing_is_broken_and_prints_json(tmp_path: Path) -> None:
    folder = write(tmp_path / "theirs", adsl=ADSL)
    done = RUN.invoke(app, ["check", str(folder), "--json"])
    assert (done.exit_code, json.loads(done.stdout)["findings"]) == (0, [])
    broken = RUN.invoke(app, ["check", str(write(folder, rs=RS))])
    assert broken.exit_code == 1
    assert "VISIT_PAIR: VISITNUM and VISIT over all of SDTM" in broken.output


def test_a_folder_without_tables_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="found no table of SDTM or ADaM"):
        checking.check(write(tmp_path / "empty", notes="a,b\n1,2\n"))


def test_labels_of_windows_and_a_byte_order_mark_end_no_check(tmp_path: Path) -> None:
    rs = pd.DataFrame({"USUBJID": ["S-1"], "RSSEQ": [1.0]})
    path = tmp_path / "rs.xpt"
    pyreadstat.write_xport(rs, str(path), column_labels=["Subject?", "Sequence"], file_format_version=5)
    path.write_bytes(path.read_bytes().replace(b"Subject?", b"Subject\xa0"))
    about = {"label": "Response", "columns": [{"name": "USUBJID", "label": "Subject"}], "rows": [["S-1"]]}
    (tmp_path / "adsl.json").write_text(json.dumps(about), encoding="utf-8-sig")
    (tmp_path / "tr.json").write_text(json.dumps({"columns": [{"name": "USUBJID"}], "rows": [[1]]}), encoding="utf-8")
    checked = checking.check(tmp_path)
    assert (checked.files, checked.faults.all) == (("adsl.json", "rs.xpt", "tr.json"), ())
