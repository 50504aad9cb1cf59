"""respond --adtr: sums and targets with baseline, nadir and changes from TU and TR alone."""

import csv
import datetime as dt
from pathlib import Path

import pytest

from pipeline.assess import registry
from pipeline.export import adtr, tr, tu
from pipeline.export.dataset import as_table
from pipeline.model.scope import Scope
from pipeline.procedures import check as checking
from pipeline.procedures import respond as responding
from pipeline.store import dataset_write
from tests.builders import golden, respond
from tests.builders import tumor_tables as tables
from tests.builders.exported import RETNET, case
from tests.builders.tumor_tables import Rows

COLUMNS = {"sum": "AVAL", "pchg": "PCHG", "nadir": "NADIR", "pchgnad": "PCHGNAD", "date": "ADT"}
FLAGS = {"ABLFL": "B", "ANL02FL": "2", "ANL03FL": "3", "PDFL": "P"}


def run(folder: Path, of_tu: Rows, of_tr: Rows, *options: str) -> Rows:
    respond.rs(folder, of_tu, of_tr, "--adtr", str(folder / "ADTR.csv"), *options)
    return read(folder / "ADTR.csv")


def read(path: Path) -> Rows:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("row", golden.cases("adtr"))
def test_golden(tmp_path: Path, row: dict[str, str]) -> None:
    made = tables.of_history(row["history"])
    assert made is not None
    if row["visits"]:
        made = tables.timed(*made, row["visits"])
    sums = {each["AVISITN"]: each for each in run(tmp_path, *made) if each["PARAMCD"] == "SDIAM"}
    visits = [each.split("@")[0].strip(" !") for each in row["visits"].split("|")]
    if visits == [""]:
        visits = [str(place) for place in range(1, row["history"].count("|") + 2)]
    for column, variable in COLUMNS.items():
        shown = [sums.get(visit, {}).get(variable) or "-" for visit in visits]
        assert not row[column] or shown == [part.strip() for part in row[column].split("|")], column
    flags = ["".join(sign for flag, sign in FLAGS.items() if sums.get(visit, {}).get(flag)) or "-" for visit in visits]
    assert flags == [part.strip() for part in row["flags"].split("|")]
    assert all(each["ANL01FL"] == "Y" for each in sums.values())


def test_each_target_has_its_rows_and_leads_to_the_row_of_tr(tmp_path: Path) -> None:
    of_tu = tables.tu("T01 TARGET LIVER", "N1 TARGET LYMPH NODE", "T03 TARGET LIVER", "NT1 NON-TARGET BONE")
    of_tr = tables.tr(
        "T01 LDIAM 1=50 2=30.5 3=nd",
        "N1 LPERP 1=20 2=9 3=8",
        "N1 LDIAM 1=30 2=20 3=19",
        "T03 LDIAM 1=12 2=small 3=12",
        "NT1 TUMSTATE 1=PRESENT",
        dates=("2024-01-01", "2024-03-25", "2024-06-17"),
    )
    numbered = [{**each, "TRSEQ": str(place)} for place, each in enumerate(of_tr, start=1)]
    rows = [each for each in run(tmp_path, of_tu, numbered) if each["TRLNKID"]]
    shown = [tuple(each[name] for name in ("TRLNKID", "PARAMCD", "AVISITN", "AVAL", "PCHG", "SRCSEQ")) for each in rows]
    assert shown == [
        ("N1", "LPERP", "1", "20", "0.0", "4"),
        ("N1", "LPERP", "2", "9", "-55.0", "5"),
        ("N1", "LPERP", "3", "8", "-60.0", "6"),
        ("T01", "LDIAM", "1", "50", "0.0", "1"),
        ("T01", "LDIAM", "2", "30.5", "-39.0", "2"),
        ("T03", "LDIAM", "1", "12", "0.0", "10"),
        ("T03", "LDIAM", "2", "5", "-58.3", ""),
        ("T03", "LDIAM", "3", "12", "0.0", "12"),
    ]
    assert {each["TULOC"] for each in rows} == {"LIVER", "LYMPH NODE"}
    assert {(each["ADT"], each["AVISIT"]) for each in rows} == {
        ("2024-01-01", "WEEK 1"),
        ("2024-03-25", "WEEK 2"),
        ("2024-06-17", "WEEK 3"),
    }


def test_mrecist_adds_up_viable_diameters(tmp_path: Path) -> None:
    of_tu, of_tr = tables.tu("T01 TARGET LIVER"), tables.tr("T01 LDIAM 1=50 2=50", "T01 VDIAM 1=40 2=10")
    rows = run(tmp_path, of_tu, of_tr, "--criteria", "mrecist", "--scope", "liver")
    assert [(each["PARAMCD"], each["AVAL"]) for each in rows] == [
        ("VDIAM", "40"),
        ("VDIAM", "10"),
        ("SVDIAM", "40"),
        ("SVDIAM", "10"),
    ]


def test_days_count_from_the_start_of_adsl(tmp_path: Path) -> None:
    (tmp_path / "adsl.csv").write_text("STUDYID,USUBJID,TRTSDT\nTRIAL,S-1,2024-01-02\n", encoding="utf-8")
    of_tr = tables.tr("T01 LDIAM 1=50 2=30", dates=("2024-01-01", "2024-03-25"))
    rows = run(tmp_path, tables.tu("T01 TARGET LIVER"), of_tr, "--adsl", str(tmp_path / "adsl.csv"))
    assert [each["ADY"] for each in rows if each["PARAMCD"] == "SDIAM"] == ["-1", "84"]


@pytest.mark.parametrize(
    "text",
    [
        "T1=100/60 T2=50/40 NT1=present | T1=60/30 T2=40/20 NT1=present | T1=80/50 T2=50/40 NT1=0 NL1=12",
        "T1=30 T2=12 | T1=0 T2=small | T1=ne T2=30 | T1=20 T2=10",
        "T1=30 TN2=20 | T1=20 TN2=9 | T1=60 TN2=30 | T1=10 TN2=5",
    ],
)
def test_own_tables_give_the_sums_and_flags_of_our_own_adtr(tmp_path: Path, text: str) -> None:
    subject = case(text)
    for name, made in (("tu", tu.build([subject], RETNET)[0]), ("tr", tr.build([subject], RETNET)[0])):
        dataset_write.write(made, tmp_path / f"{name}.xpt", dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    recist = registry.get("recist11")
    order = responding.Order(tmp_path / "tu.xpt", tmp_path / "tr.xpt", recist, Scope.LIVER, RETNET)
    responding.respond(responding.Order(**{**vars(order), "adtr": tmp_path / "adtr.csv"}), tmp_path / "rs.csv")
    table = as_table(adtr.build([subject], RETNET))
    ours = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
    theirs = {_key(row): row for row in read(tmp_path / "adtr.csv")}
    in_liver = {_key(row): row for row in ours if row["PARAMCD"] == "SDIAM"}
    assert in_liver
    assert {key for key in theirs if key[0] == "SDIAM"} == set(in_liver)
    for key, row in in_liver.items():
        for name in ("AVAL", "BASE", "CHG", "PCHG", "NADIR", "CHGNAD", "PCHGNAD", "ADT", *FLAGS, "ANL01FL"):
            assert theirs[key][name] == row[name], (key, name)


def _key(row: dict[str, str]) -> tuple[str, str, str]:
    return row["PARAMCD"], row["TRLNKID"], row["AVISITN"]


def test_what_is_written_breaks_no_check_of_ours(tmp_path: Path) -> None:
    of_tu, of_tr = tables.two_subjects()
    count: dict[str, int] = {}
    for each in of_tr:
        count[each["USUBJID"]] = count.get(each["USUBJID"], 0) + 1
        each["TRSEQ"] = str(count[each["USUBJID"]])
    run(tmp_path, of_tu, of_tr)
    findings = checking.check(tmp_path).findings
    assert {each.check for each in findings if each.dataset == "ADTR"} == set()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--criteria", "who"), "--criteria: found 'who'; allowed with --adtr, for sums of lengths: "),
        ((), "ADTR.txt: found the extension '.txt'; allowed: .csv"),
    ],
)
def test_refused(tmp_path: Path, options: tuple[str, ...], words: str) -> None:
    path = tmp_path / ("ADTR.txt" if not options else "ADTR.csv")
    of_tu, of_tr = tables.tu("T01 TARGET LIVER"), tables.tr("T01 LDIAM 1=50 2=30")
    result = respond.command(tmp_path, of_tu, of_tr, "--adtr", str(path), *options)
    assert words in str(result.exception)
    assert not path.exists()
