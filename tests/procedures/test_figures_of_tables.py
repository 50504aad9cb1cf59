"""figures from ADTR, RS and ADTTE: the figures of our own tables, and what is refused or passed over."""

import csv
import datetime as dt
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.cli import app
from pipeline.endpoint.reported import Reader
from pipeline.model.errors import InputError
from pipeline.model.scope import Scope
from pipeline.procedures import figures
from pipeline.store import course_cdisc, dataset_write
from pipeline.store.course_cdisc import CourseTables, CourseTerms
from tests.builders.exported import everything

CREATED = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
TERMS = CourseTerms("SDIAM", "PFS", "RECIST 1.1", Scope.LIVER, Reader())
ADTR = (
    "USUBJID,PARAMCD,AVISIT,AVISITN,ADT,AVAL,NADIR,ABLFL,EVAL,EVALID,ACPTFL\n"
    "S-1,SDIAM,BASELINE,1,2024-01-01,100,,Y,INVESTIGATOR,,Y\n"
    "S-1,SDIAM,WEEK 12,2,2024-03-25,60,100,,INVESTIGATOR,,Y\n"
    "S-1,LDIAM,WEEK 12,2,2024-03-25,60,,,INVESTIGATOR,,Y\n"
    "S-1,SDIAM,WEEK 24,3,2024-06-17,80,60,,INVESTIGATOR,,Y\n"
    "S-1,SDIAM,WEEK 24,3,2024-06-17,10,9,,INDEPENDENT ASSESSOR,R1,\n"
)
RS = (
    "USUBJID,RSTESTCD,RSSTRESC,VISITNUM,RSDTC,RSEVAL,RSEVALID,RSACPTFL,RSSCAT\n"
    "S-1,OVRLRESP,PR,2,2024-03-25,INVESTIGATOR,,Y,LIVER\n"
    "S-1,NEWLPROG,Y,3,2024-06-10,INVESTIGATOR,,Y,LIVER\n"
    "S-1,OVRLRESP,PD,3,2024-06-10,INVESTIGATOR,,Y,LIVER\n"
    "S-1,OVRLRESP,SD,3,2024-06-17,INVESTIGATOR,,Y,WHOLE BODY\n"
    "S-1,OVRLRESP,NE,4,2024-09-09,INVESTIGATOR,,Y,LIVER\n"
)
ADTTE = "USUBJID,PARAMCD,STARTDT,ADT,CNSR,ACPTFL\nS-1,PFS,2024-01-02,2024-06-10,0,Y\n"
ADSL = "USUBJID,TRTSDT,DTHDT,NACTDT\nS-1,2024-01-02,2024-12-01,2024-10-01\n"


def write(folder: Path, **changed: str) -> CourseTables:
    texts = {"adtr": ADTR, "rs": RS, "adtte": ADTTE, "adsl": ADSL, **changed}
    for name, text in texts.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return CourseTables(*(folder / f"{name}.csv" for name in ("adtr", "rs", "adtte", "adsl")))


def test_sums_responses_and_new_lesions_meet_at_their_visit(tmp_path: Path) -> None:
    (course,), passed_over = course_cdisc.read(write(tmp_path), TERMS)
    shown = [(f"{p.date}", p.baseline, p.sum_mm, p.nadir_mm, p.response.value, p.new_lesion) for p in course.points]
    assert shown == [
        ("2024-01-01", True, 100, None, "", False),
        ("2024-03-25", False, 60, 100, "PR", False),
        ("2024-06-17", False, 80, 60, "PD", True),  # the visit of the sum; RS dates its PD by the new lesion
        ("2024-09-09", False, None, None, "NE", False),
    ]
    assert course.endpoint is not None
    assert (course.endpoint.start, course.endpoint.date, course.endpoint.cnsr) == (
        dt.date(2024, 1, 2),
        dt.date(2024, 6, 10),
        0,
    )
    assert [(event.kind.value, event.date.isoformat()) for event in course.events] == [
        ("EMBOLIZATION", "2024-01-02"),
        ("OTHER_THERAPY", "2024-10-01"),
        ("DEATH", "2024-12-01"),
    ]
    assert passed_over == ()


def test_a_visit_without_a_whole_date_is_told(tmp_path: Path) -> None:
    tables = write(tmp_path, adtr=ADTR.replace("2024-06-17,80", "2024-06,80"))
    (course,), passed_over = course_cdisc.read(tables, TERMS)
    assert len(course.points) == 3
    assert passed_over == ("S-1: adtr.csv row 5 has 2024-06 and is not drawn",)


def test_a_reader_is_chosen_by_name(tmp_path: Path) -> None:
    own = ADTR + "S-1,SDIAM,BASELINE,1,2024-01-01,20,,Y,INDEPENDENT ASSESSOR,R1,\n"
    rs = RS + "S-1,OVRLRESP,SD,3,2024-06-17,INDEPENDENT ASSESSOR,R1,,LIVER\n"
    adtte = "USUBJID,PARAMCD,STARTDT,ADT,CNSR,EVALID\nS-1,PFS,2024-01-02,2024-06-10,1,R1\n"
    tables = write(tmp_path, adtr=own, rs=rs, adtte=adtte)
    (course,), _ = course_cdisc.read(tables, CourseTerms("SDIAM", "PFS", "RECIST 1.1", Scope.LIVER, Reader(None, "R1")))
    assert [(point.sum_mm, point.response.value) for point in course.points] == [(20, ""), (10, "SD")]


@pytest.mark.parametrize(
    ("name", "old", "new", "words"),
    [
        ("adtr", "SDIAM", "SUMDIAM", "adtr.csv, column PARAMCD: found no row of SDIAM"),
        ("adtr", ",Y\n", ",\n", "adtr.csv, S-1: found rows of several readers, none with ACPTFL = Y"),
        ("adtr", ",60,100", ",x,100", "adtr.csv row 3, column AVAL: found 'x'"),
        ("rs", ",PR,", ",BETTER,", "rs.csv row 2, column RSSTRESC: found 'BETTER'; allowed: CR, PR"),
        ("adtte", ",0,Y", ",,Y", "adtte.csv row 2, column CNSR: found ''"),
        ("adtte", "2024-06-10", "2023-06-10", "adtte.csv row 2, column ADT: found '2023-06-10'; allowed: on or after"),
        ("adtte", "PFS", "OS", "adtte.csv, column PARAMCD: found no row of PFS"),
    ],
)
def test_refused(tmp_path: Path, name: str, old: str, new: str, words: str) -> None:
    text = {"adtr": ADTR, "rs": RS, "adtte": ADTTE}[name]
    assert old in text
    with pytest.raises(InputError) as error:
        course_cdisc.read(write(tmp_path, **{name: text.replace(old, new)}), TERMS)
    assert words in str(error.value)


def test_the_command_draws_from_either_and_not_from_both(tmp_path: Path) -> None:
    tables, out = write(tmp_path), tmp_path / "out"
    words = ["figures", "--adtr", tables.adtr, "--rs", tables.rs, "--adtte", tables.adtte, "--out", out]
    done = CliRunner().invoke(app, [str(word) for word in (*words, "--param", "PFS")])
    assert done.exit_code == 0, done.output
    with (out / "waterfall.csv").open(encoding="utf-8", newline="") as file:
        assert [row["best_change_pct"] for row in csv.DictReader(file)] == ["-40.0000"]
    both = CliRunner().invoke(app, [str(word) for word in (*words, "--timepoints", tables.adtr)])
    assert "allowed: --timepoints with --endpoint, or --adtr with --rs and --adtte" in str(both.exception)


def test_an_export_gives_the_figures_of_our_own_tables(tmp_path: Path) -> None:
    made = {each.domain.name: each for each in everything()}
    paths = {name: tmp_path / f"{name.lower()}.xpt" for name in ("ADTR", "RS", "ADTTE", "ADSL")}
    for name, path in paths.items():
        dataset_write.write(made[name], path, CREATED)
    drawing = figures.draw(CourseTables(*paths.values()), tmp_path / "out", param="HPFS")
    assert (drawing.subjects, drawing.notes) == (2, ())
    assert {path.suffix for path in (tmp_path / "out").iterdir()} == {".csv", ".png", ".svg"}


def test_figures_tell_what_was_read_as_something_else(tmp_path: Path) -> None:
    tables = write(tmp_path)
    text = tables.adtte.read_text("utf-8").replace(",", ";")
    tables.adtte.write_text(text, "utf-8")
    drawing = figures.draw(tables, tmp_path / "out", param=TERMS.param, scope=TERMS.scope, reader=TERMS.reader)
    assert drawing.notes == (f"{tables.adtte.name}: cells separated by semicolons",)


def test_a_subject_of_rs_alone_is_told_and_in_the_swimmer(tmp_path: Path) -> None:
    other = "S-9,OVRLRESP,SD,2,2024-03-25,INVESTIGATOR,,Y,LIVER\n"
    tables = write(tmp_path, rs=RS + other, adtte=f"{ADTTE}S-9,PFS,2024-01-02,2024-06-10,1,Y\n")
    courses, passed_over = course_cdisc.read(tables, TERMS)
    assert [course.subject for course in courses] == ["S-1", "S-9"]
    assert passed_over == ("S-9: adtr.csv has no SDIAM; it is in the swimmer alone",)
    with pytest.raises(InputError, match=r"^rs.csv, column USUBJID: found 'S-9' without arm; allowed: one in --arms$"):
        course_cdisc.read(tables, TERMS, {"S-1": "A"})
