"""respond: SDTM TU and TR in, RS out; through the command."""

import json
from pathlib import Path

import pytest

from pipeline.assess import registry
from pipeline.store import datasets
from tests.builders.respond import command, overall, read, rs, without
from tests.builders.tumor_tables import INDEPENDENT, Reader, Rows, tr, tu, two_subjects

READERS = (
    Reader("S-1"),
    INDEPENDENT,
    Reader("S-1", "INDEPENDENT ASSESSOR", "RADIOLOGIST 2", ("3",)),
)


def shown(rows: Rows) -> list[str]:
    return [f"{row['VISITNUM']} {row['RSTESTCD']} {row['RSORRES']} {row['RSSTRESC']}".strip() for row in rows]


def test_the_rows_of_one_reader(tmp_path: Path) -> None:
    of_tu = tu("T01 TARGET LIVER", "T02 TARGET LYMPH NODE", "NT01 Non-Target BONE", "NEW01 NEW LIVER @4")
    of_tr = tr(
        "T01 LDIAM 1=50 2=30 3=20 4=20",
        "T01 LPERP 1=40 2=28 3=11 4=11",
        "T02 LDIAM 1=44 2=44 3=44 4=44",
        "T02 LPERP 1=20 2=9 3=9 4=nd",
        "NT01 TUMSTATE 1=PRESENT 2=PRESENT 3=ABSENT 4=ABSENT",
        dates=("2014-01-01", "2014-02", "2014-03-01T10:30", "2014-04-01"),
    )
    rows = rs(tmp_path, of_tu, of_tr)
    assert shown(rows) == [
        "2 TRGRESP PR PR",
        "2 NTRGRESP NON-CR/NON-PD NON-CR/NON-PD",
        "2 NEWLPROG N N",
        "2 OVRLRESP PR PR",
        "3 TRGRESP PR PR",
        "3 NTRGRESP CR CR",
        "3 NEWLPROG N N",
        "3 OVRLRESP PR PR",
        "4 TRGRESP NE NE",
        "4 NTRGRESP CR CR",
        "4 NEWLPROG UNEQUIVOCAL Y",
        "4 OVRLRESP PD PD",
        "BESTRESP PR PR",
    ]
    assert [row["RSSEQ"] for row in rows] == [str(number) for number in range(1, 14)]
    assert [row["RSDTC"] for row in rows[::4]] == ["2014-02", "2014-03-01T10:30", "2014-04-01", ""]
    assert rows[0] == {
        "STUDYID": "TRIAL",
        "DOMAIN": "RS",
        "USUBJID": "S-1",
        "RSSEQ": "1",
        "RSTESTCD": "TRGRESP",
        "RSTEST": "Target Response",
        "RSCAT": "RECIST 1.1",
        "RSSCAT": "WHOLE BODY",
        "RSORRES": "PR",
        "RSSTRESC": "PR",
        "RSEVAL": "INVESTIGATOR",
        "RSEVALID": "",
        "RSACPTFL": "",
        "VISITNUM": "2",
        "VISIT": "WEEK 2",
        "RSDTC": "2014-02",
    }


def test_readers_never_mix_and_acceptance_is_that_of_the_visit(tmp_path: Path) -> None:
    of_tu, of_tr = [], []
    lesions = (("T01", "1=50 2=40 3=30"), ("R1-T01", "1=50 2=60 3=30"), ("T01", "1=50 2=50 3=0"))
    for reader, (link, values) in zip(READERS, lesions, strict=True):
        of_tu += tu(f"{link} TARGET LIVER", reader=reader)
        of_tr += tr(f"{link} LDIAM {values}", f"{link} LPERP 1=9 2=99 3=9", reader=reader)
    rows = [row for row in rs(tmp_path, of_tu, of_tr) if row["RSTESTCD"] in {"OVRLRESP", "BESTRESP"}]
    assert [(row["RSEVAL"], row["RSEVALID"], row["RSSTRESC"], row["RSACPTFL"]) for row in rows] == [
        ("INDEPENDENT ASSESSOR", "RADIOLOGIST 1", "PD", "Y"),
        ("INDEPENDENT ASSESSOR", "RADIOLOGIST 1", "PR", ""),
        ("INDEPENDENT ASSESSOR", "RADIOLOGIST 1", "PD", ""),
        ("INDEPENDENT ASSESSOR", "RADIOLOGIST 2", "SD", ""),
        ("INDEPENDENT ASSESSOR", "RADIOLOGIST 2", "CR", "Y"),
        ("INDEPENDENT ASSESSOR", "RADIOLOGIST 2", "CR", ""),
        ("INVESTIGATOR", "", "SD", ""),
        ("INVESTIGATOR", "", "PR", ""),
        ("INVESTIGATOR", "", "PR", ""),
    ]


@pytest.mark.parametrize("form", ["xpt", "json"])
def test_every_form_gives_the_same_responses(tmp_path: Path, form: str) -> None:
    assert rs(tmp_path, *two_subjects(), form=form) == rs(tmp_path, *two_subjects())


@pytest.mark.parametrize("ending", ["xpt", "json", "parquet"])
def test_every_form_can_be_written(tmp_path: Path, ending: str) -> None:
    expected = rs(tmp_path, *two_subjects())
    out = tmp_path / f"RS.{ending}"
    assert command(tmp_path, *two_subjects(), "--out", str(out)).exit_code == 0
    if ending == "parquet":
        assert out.read_bytes()[:4] == b"PAR1"
        return
    assert [row.cells for row in datasets.read(out, [])] == expected


def test_scattered_rows_give_the_same_responses_in_the_order_of_usubjid(tmp_path: Path) -> None:
    of_tu, of_tr = two_subjects()
    grouped = rs(tmp_path, of_tu, of_tr)
    scattered = rs(tmp_path, of_tu[::-1], of_tr[::2] + of_tr[1::2], "--json")
    assert [row["USUBJID"] for row in grouped] == sorted((r["USUBJID"] for r in grouped), reverse=True)
    assert sorted(scattered, key=key) == sorted(grouped, key=key)
    assert [row["USUBJID"] for row in scattered] == sorted(row["USUBJID"] for row in grouped)


def key(row: dict[str, str]) -> tuple[str, ...]:
    return row["USUBJID"], row["RSEVALID"], row["VISITNUM"], row["RSTESTCD"]


LIVER_AND_LUNG = (
    tu("T01 TARGET LIVER", "T02 TARGET LUNG", "NT01 NON-TARGET BONE", "T03 TARGET LIVER HILAR LYMPH NODE"),
    tr("T01 LDIAM 1=50 2=30", "T02 LDIAM 1=50 2=90", "NT01 TUMSTATE 1=PRESENT 2=PRESENT", "T03 LPERP 1=20 2=30"),
)


def test_the_liver_scope_regards_liver_lesions_alone(tmp_path: Path) -> None:
    assert overall(rs(tmp_path, *LIVER_AND_LUNG)) == ["PD"]
    rows = rs(tmp_path, *LIVER_AND_LUNG, "--scope", "liver")
    assert shown(rows) == ["2 TRGRESP PR PR", "2 NEWLPROG N N", "2 OVRLRESP PR PR", "BESTRESP PR PR"]
    assert {row["RSSCAT"] for row in rows} == {"LIVER"}


def test_the_liver_scope_needs_locations(tmp_path: Path) -> None:
    of_tu, of_tr = LIVER_AND_LUNG
    result = command(tmp_path, without(of_tu, "TULOC"), of_tr, "--scope", "liver")
    assert "TU.csv row 1: missing column TULOC; the scope liver needs the location" in str(result.exception)
    blank = [row | {"TULOC": ""} for row in of_tu]
    result = command(tmp_path, blank, of_tr, "--scope", "liver")
    assert "TU.csv row 2, column TULOC: found ''; allowed: a location, as LIVER" in result.stderr


def test_without_a_location_no_lesion_is_a_node_and_that_is_said(tmp_path: Path) -> None:
    bare = without(tu("T01 TARGET LYMPH NODE"), "TULOC")
    result = command(tmp_path, bare, tr("T01 LDIAM 1=20 2=20", "T01 LPERP 1=20 2=9"))
    assert "TU.csv: no TULOC, so that the lesion is taken for no node" in result.stderr
    assert overall(read(tmp_path)) == ["SD"]


def test_mrecist_reads_viable_diameters(tmp_path: Path) -> None:
    of_tr = tr("T01 LDIAM 1=50 2=50 3=50", "T01 VDIAM 1=50 2=35 3=0")
    rows = rs(tmp_path, tu("T01 TARGET LIVER"), of_tr, "--criteria", "mrecist")
    assert overall(rows) == ["PR", "CR"]
    assert {row["RSCAT"] for row in rows} == {"mRECIST"}
    assert overall(rs(tmp_path, tu("T01 TARGET LIVER"), of_tr)) == ["SD", "SD"]


@pytest.mark.parametrize(
    ("criterion", "results", "answers"),
    [
        ("who", ["T01 LDIAM 1=50 2=25 3=50", "T01 LPERP 1=40 2=40 3=26"], ["PR", "PD"]),
        ("easl", ["T01 LDIAM 1=50 2=50 3=50", "T01 VDIAM 1=50 2=25 3=0", "T01 VPERP 1=40 2=40"], ["PR", "CR"]),
        ("qeasl", ["T01 VVOLUME 1=100 2=35 3=61"], ["PR", "PD"]),
        ("vrecist", ["T01 VOLUME 1=100 2=35 3=61"], ["PR", "PD"]),
        ("choi", ["T01 LDIAM 1=50 2=50 3=55", "T01 RADIODEN 1=100 2=85 3=86"], ["PR", "PD"]),
        ("mchoi", ["T01 LDIAM 1=50 2=45 3=50", "T01 RADIODEN 1=100 2=85 3=-5"], ["PR", "SD"]),
        ("irecist", ["T01 LDIAM 1=50 2=60 3=65"], ["iUPD", "iCPD"]),
    ],
)
def test_every_other_criterion_reads_its_own_measures(
    tmp_path: Path, criterion: str, results: list[str], answers: list[str]
) -> None:
    of_tr = tr(*results, dates=("2014-01-01", "2014-03-01", "2014-04-12"))
    rows = rs(tmp_path, tu("T01 TARGET LIVER"), of_tr, "--criteria", criterion)
    assert overall(rows) == answers
    assert {row["RSCAT"] for row in rows} == {registry.get(criterion).facts.category}


@pytest.mark.parametrize(
    ("values", "best"),
    [("2=60 3=65", "iCPD"), ("2=60 3=60", "iUPD"), ("2=60 3=30", "iPR"), ("2=50 3=65", "iSD"), ("2=nd 3=nd", "NE")],
)
def test_the_best_response_under_irecist(tmp_path: Path, values: str, best: str) -> None:
    of_tr = tr(f"T01 LDIAM 1=50 {values}", dates=("2014-01-01", "2014-03-01", "2014-04-12"))
    rows = rs(tmp_path, tu("T01 TARGET LIVER"), of_tr, "--criteria", "irecist")
    assert overall(rows, "BESTRESP") == [best]


@pytest.mark.parametrize(
    ("lesions", "results", "answers"),
    [
        # (NEWLPROG RSORRES, OVRLRESP) of each visit after the first
        ("NEW01 NEW LIVER @2", ["T01 LDIAM 1=50 2=50 3=50"], "UNEQUIVOCAL PD | UNEQUIVOCAL PD"),
        ("NEW01 NEW LIVER @2", ["NEW01 LDIAM 2=7 3=0"], "UNEQUIVOCAL PD | N SD"),
        ("NEW01 NEW LIVER @2", ["NEW01 TUMSTATE 2=EQUIVOCAL"], "EQUIVOCAL SD | N SD"),
        (
            "NEW01 NEW LIVER @2",
            ["NEW01 DIAMETER 2=7 3=9", "NEW01 TUMSTATE 2=EQUIVOCAL"],
            "UNEQUIVOCAL PD | UNEQUIVOCAL PD",
        ),
        ("NEW01 NEW LIVER @2", ["NEW01 TUMSTATE 2=EQUIVOCAL 3=nd"], "EQUIVOCAL SD | N SD"),
        (
            "NEW01 NEW LIVER @2",
            ["T01 LDIAM 1=50 2=50 3=50 4=50", "NEW01 TUMSTATE 2=EQUIVOCAL 4=UNEQUIVOCAL"],
            "UNEQUIVOCAL PD | N SD | UNEQUIVOCAL PD",
        ),
        (
            "NEW01 NEW LIVER @3",
            [
                "T01 LDIAM 1=50 2=50 3=50 4=50 5=50 6=50",
                "NEW01 TUMSTATE 3=EQUIVOCAL 4=nd 5=EQUIVOCAL 6=UNEQUIVOCAL",
            ],
            "N SD | UNEQUIVOCAL PD | N SD | UNEQUIVOCAL PD | UNEQUIVOCAL PD",
        ),
        (
            "NEW01 NEW LIVER @2",
            [
                "T01 LDIAM 1=50 2=50 3=50 4=50 5=50 6=50",
                "NEW01 TUMSTATE 2=EQUIVOCAL 4=ABSENT 5=nd 6=UNEQUIVOCAL",
            ],
            "EQUIVOCAL SD | N SD | N SD | N SD | UNEQUIVOCAL PD",
        ),
        ("NEW01 NEW LIVER @2", ["NEW01 LDIAM 2=nd 3=nd"], "UNEQUIVOCAL PD | UNEQUIVOCAL PD"),
        ("NEW01 NEW LIVER @3", ["NEW01 LDIAM 3=nd"], "N SD | UNEQUIVOCAL PD"),
        ("NEW01 NEW LIVER @3", ["NEW01 TUMSTATE 2=ABSENT 3=UNEQUIVOCAL"], "N SD | UNEQUIVOCAL PD"),
    ],
)
def test_a_new_lesion_is_there_from_its_first_visit(
    tmp_path: Path, lesions: str, results: list[str], answers: str
) -> None:
    target = [line for line in [*results, "T01 LDIAM 1=50 2=50 3=50"] if line.startswith("T01")][:1]
    of_tr = tr(*target, *[line for line in results if line.startswith("NEW")])
    rows = rs(tmp_path, tu("T01 TARGET LIVER", lesions), of_tr)
    new = [row["RSORRES"] for row in rows if row["RSTESTCD"] == "NEWLPROG"]
    assert " | ".join(f"{seen} {said}" for seen, said in zip(new, overall(rows), strict=True)) == answers


def test_a_reader_who_found_only_new_lesions_saw_no_disease_at_baseline(tmp_path: Path) -> None:
    rows = rs(tmp_path, tu("NEW01 NEW LIVER @2"), tr("NEW01 LDIAM 2=12 3=12"))
    assert shown(rows)[:2] == ["2 NEWLPROG UNEQUIVOCAL Y", "2 OVRLRESP PD PD"]
    assert overall(rows, "BESTRESP") == ["PD"]


@pytest.mark.parametrize(
    ("lesions", "results", "answers"),
    [
        (["T01 TARGET LIVER"], ["T01 LDIAM 1=10 2=small 3=small5"], ["PR", "PR"]),
        (["T01 TARGET LIVER"], ["T01 LDIAM 1=10 2=ABSENT 3=NOT_EVALUABLE"], ["CR", "NE"]),
        (["T01 TARGET LIVER"], ["T01 LDIAM 1=10 3=nd", "T01 TUMSTATE 2=ABSENT"], ["CR", "NE"]),
        (["T01 TARGET LIVER"], ["T01 LDIAM 1=2.5cm 2=3cm 3=2.99cm"], ["PD", "SD"]),
        (["T01 TARGET LIVER"], ["T01 DIAMETER 1=50 2=35"], ["PR"]),
        (["T01 TARGET LYMPH NODE"], ["T01 DIAMETER 1=20 2=9.9 3=10"], ["CR", "PD"]),
        (["T01 TARGET LYMPH NODE"], ["T01 LDIAM 1=20 2=9.9"], ["NE"]),
        (["NT1 NON-TARGET LYMPH NODE"], ["NT1 LNSTATE 1=PATHOLOGICAL 2=NON-PATHOLOGICAL"], ["CR"]),
        (  # a normal node keeps its axis: 20 to 9 is CR, 12 against the nadir 9 is +33 % but 3 mm
            ["T01 TARGET LYMPH NODE", "T02 TARGET LIVER"],
            [
                "T01 LPERP 1=20 2=9 3=12",
                "T01 LNSTATE 1=PATHOLOGICAL 2=NON-PATHOLOGICAL 3=PATHOLOGICAL",
                "T02 LDIAM 1=50 2=50 3=50",
            ],
            ["SD", "SD"],
        ),
        (["NT1 NON-TARGET LIVER"], ["NT1 TUMSTATE 1=PRESENT 2=nd 3=UNEQUIVOCAL_PROGRESSION"], ["NE", "PD"]),
    ],
)
def test_what_a_row_says(tmp_path: Path, lesions: list[str], results: list[str], answers: list[str]) -> None:
    assert overall(rs(tmp_path, tu(*lesions), tr(*results))) == answers


def test_fragments_add_up_and_a_fragment_without_a_value_leaves_no_sum(tmp_path: Path) -> None:
    of_tu = tu("T01 TARGET LIVER", "T01.1 TARGET LIVER @2 TUSPLIT", "T01.2 TARGET LIVER @2 TUSPLIT")
    of_tr = tr("T01 LDIAM 1=50 2=nd", "T01.1 LDIAM 2=30 3=20 4=0 5=30", "T01.2 LDIAM 2=30 3=15 4=0")
    assert overall(rs(tmp_path, of_tu, of_tr)) == ["PD", "PR", "CR", "NE"]


def test_a_mass_counts_once(tmp_path: Path) -> None:
    of_tu = tu("R1-T01 TARGET LIVER", "R1-T02 TARGET LIVER", "R1-T01/T02 TARGET LIVER @2 TUMERGE")
    of_tr = tr("R1-T01 LDIAM 1=30 2=nd", "R1-T02 LDIAM 1=20", "R1-T01/T02 LDIAM 2=60 3=59.9 4=ABSENT")
    assert overall(rs(tmp_path, of_tu, of_tr)) == ["PD", "SD", "CR"]


def dated(*pairs: str) -> Rows:
    """TR of one target, one row a visit: `VISITNUM=mm@--DTC`, the word behind `:` being VISIT."""
    rows: Rows = []
    for pair in pairs:
        value, _, rest = pair.partition("@")
        dtc, _, visit = rest.partition(":")
        (row,) = tr(f"T01 LDIAM {value}")
        rows.append(row | {"TRDTC": dtc} | ({"VISIT": visit.replace("_", " ")} if visit else {}))
    return rows


@pytest.mark.parametrize(
    ("visits", "order", "answers"),
    [
        # whole dates: 900 is the nadir of 05-01, so that 45 of 33 is PD
        (
            ["1=50@2024-01-02", "2=40@2024-03-29", "3=45@2024-06-21", "900=33@2024-05-01"],
            ["2", "900", "3"],
            ["SD", "PR", "PD"],
        ),
        # reversed dates: 50, 49, 30
        (["1=50@2024-01-02", "2=30@2024-06-21", "3=49@2024-03-29"], ["3", "2"], ["SD", "PR"]),
        # no dates, or one month: by number
        (["1=50@", "10=60@", "9=30@", "2.1=40@"], ["2.1", "9", "10"], ["SD", "PR", "PD"]),
        (["1=50@2024-01", "3=60@2024-01", "2=30@2024-01"], ["2", "3"], ["PR", "PD"]),
        # a partial date stands where it can: 3 lies in February whatever its number
        (["1=50@2024-01-02", "2=60@2024-03-29", "3=30@2024-02"], ["3", "2"], ["PR", "PD"]),
        # an undated visit follows the last smaller number
        (["1=50@2024-01-02", "2=30@2024-03-29", "4=60@2024-09-01", "3=40@"], ["2", "3", "4"], ["PR", "PD", "PD"]),
        # one day: by number
        (["1=50@2024-01-02", "3=60@2024-03-29", "2=30@2024-03-29"], ["2", "3"], ["PR", "PD"]),
    ],
)
def test_dates_order_the_visits_and_numbers_those_that_dates_do_not(
    tmp_path: Path, visits: list[str], order: list[str], answers: list[str]
) -> None:
    for rows in (dated(*visits), dated(*visits)[::-1]):
        found = rs(tmp_path, tu("T01 TARGET LIVER"), rows)
        assert [row["VISITNUM"] for row in found if row["RSTESTCD"] == "OVRLRESP"] == order
        assert overall(found) == answers


def test_a_number_against_a_date_is_told_once_a_subject_with_both_visits(tmp_path: Path) -> None:
    rows = dated("1=50@2024-01-02", "2=30@2024-06-21:W12", "3=49@2024-03-29:W24", "4=30@2024-04-01:W36")
    result = command(tmp_path, tu("T01 TARGET LIVER"), rows)
    assert (
        "S-1: VISITNUM 3 (W24) on 2024-03-29 lies before VISITNUM 2 (W12) on 2024-06-21" not in result.stderr
    )  # 4 stands between
    assert "S-1: VISITNUM 4 (W36) on 2024-04-01 lies before VISITNUM 2 (W12) on 2024-06-21; visits are" in result.stderr


BASELINES = [
    # (rows, flagged rows, treatment start, responses after baseline, part of the notes)
    (["1=50@2023-12-01", "1.1=40@2024-01-03", "2=33@2024-03-29"], [1], "", ["SD"], "VISITNUM 1 lies before the base"),
    (["1=50@2023-12-01", "1.1=40@2024-01-03", "2=33@2024-03-29"], [], "", ["SD", "PR"], ""),
    (["1=50@2023-12-01", "1.1=40@2024-01-03", "2=33@2024-03-29"], [], "2024-01-05", ["SD"], "VISITNUM 1 lies before"),
    (["1=50@2023-12-01", "1.1=40@2024-01-03:Baseline", "2=33@2024-03-29"], [], "", ["SD"], "VISITNUM 1 lies before"),
    (
        ["1=50@2023-12-01:BASELINE", "1.1=40@2024-01-03", "2=33@2024-03-29"],
        [1],
        "",
        ["SD"],
        "VISITNUM 1 is called BASELINE, but the baseline is marked at VISITNUM 1.1; the mark counts",
    ),
    (
        ["1=50@2024-01-03", "2=33@2024-03-29"],
        [0],
        "2024-01-01",
        ["PR"],
        "the baseline, VISITNUM 1 on 2024-01-03, lies after the start on 2024-01-01",
    ),
]


@pytest.mark.parametrize("flag", ["TRLOBXFL", "TRBLFL"])
@pytest.mark.parametrize(("visits", "flagged", "start", "answers", "note"), BASELINES)
def test_the_baseline_is_the_marked_visit_then_the_named_one_then_the_last_before_treatment_then_the_first(
    tmp_path: Path, flag: str, visits: list[str], flagged: list[int], start: str, answers: list[str], note: str
) -> None:
    rows = [row | {flag: "Y" if place in flagged else ""} for place, row in enumerate(dated(*visits))]
    options: tuple[str, ...] = ()
    if start:
        (tmp_path / "ADSL.csv").write_text(f"USUBJID,TRTSDT\nS-1,{start}\n")
        options = ("--adsl", str(tmp_path / "ADSL.csv"))
    result = command(tmp_path, tu("T01 TARGET LIVER"), rows, *options)
    assert result.exit_code == 0, result.output
    assert overall(read(tmp_path)) == answers
    assert note in result.stderr


def test_a_lesion_keeps_its_own_marked_record_where_two_visits_are_marked(tmp_path: Path) -> None:
    of_tr = tr("T01 LDIAM 1=30 3=30", "T02 LDIAM 1=40 2=20 3=20", dates=("2023-12-01", "2024-01-03", "2024-03-29"))
    marked = [row | {"TRLOBXFL": "Y" if place in {0, 3} else ""} for place, row in enumerate(of_tr)]
    result = command(tmp_path, tu("T01 TARGET LIVER", "T02 TARGET LIVER"), marked)
    assert overall(read(tmp_path)) == ["SD"]  # 50 against 30 + 20
    assert "baseline records are marked at VISITNUM 1 and VISITNUM 2; each lesion keeps its own" in result.stderr


def test_a_scan_that_lies_before_the_visit_before_it_is_told(tmp_path: Path) -> None:
    rows = dated("1=40@2024-01-02", "2=41@2024-03-29", "3=42@2024-06-24")
    rows += [row | {"TRDTC": "2023-06-10"} for row in tr("N01 TUMSTATE 3=UNEQUIVOCAL")]
    result = command(tmp_path, tu("T01 TARGET LIVER", "N01 NEW BONE @3"), rows)
    assert (
        "VISITNUM 3 (WEEK 3) has scans from 2023-06-10 to 2024-06-24, across VISITNUM 2 (WEEK 2) on 2024-03-29"
        in result.stderr
    )


DAYS = ("2024-01-02", "2024-03-29", "2024-06-24")


@pytest.mark.parametrize(
    ("lesions", "results", "shown"),
    [
        # (row, date of the scan that it shows), then RSDTC of TRGRESP, NTRGRESP, NEWLPROG, OVRLRESP of the last visit
        (["N01 NEW BONE @3"], ["N01 TUMSTATE 3=UNEQUIVOCAL@2024-06-10"], "06-24 - 06-10 06-10"),
        (["N01 NEW BONE @3"], ["N01 TUMSTATE 3=UNEQUIVOCAL@2024-06-10T09:30"], "06-24 - 06-10T09:30 06-10T09:30"),
        (["N01 NEW BONE @3"], ["N01 TUMSTATE 3=UNEQUIVOCAL@2024-06"], "06-24 - 06 06"),
        (["N01 NEW BONE @3"], ["N01 TUMSTATE 3=EQUIVOCAL@2024-06-10"], "06-24 - 06-24 06-24"),
        (
            ["NT01 NON-TARGET BONE"],
            ["NT01 TUMSTATE 1=PRESENT@2024-01-02 2=PRESENT@2024-03-29 3=UNEQUIVOCAL_PROGRESSION@2024-06-12"],
            "06-24 06-12 06-24 06-12",
        ),
        (
            ["NT01 NON-TARGET BONE", "N01 NEW LUNG @3"],
            [
                "NT01 TUMSTATE 1=PRESENT@2024-01-02 2=PRESENT@2024-03-29 3=UNEQUIVOCAL_PROGRESSION@2024-06-12",
                "N01 TUMSTATE 3=UNEQUIVOCAL@2024-06-20",
            ],
            "06-24 06-12 06-20 06-12",
        ),
    ],
)
def test_a_progression_has_the_date_of_the_scan_that_shows_it(
    tmp_path: Path, lesions: list[str], results: list[str], shown: str
) -> None:
    of_tr = tr("T01 LDIAM 1=40 2=41 3=42", dates=DAYS)
    for line in results:
        name, test, *pairs = line.split()
        for pair in pairs:
            value, _, dtc = pair.partition("@")
            of_tr += [row | {"TRDTC": dtc} for row in tr(f"{name} {test} {value}")]
    for rows in (of_tr, of_tr[::-1]):
        found = rs(tmp_path, tu("T01 TARGET LIVER", *lesions), rows)
        last = {row["RSTESTCD"]: row["RSDTC"].removeprefix("2024-") for row in found if row["VISITNUM"] == "3"}
        assert " ".join(last.get(test, "-") for test in ("TRGRESP", "NTRGRESP", "NEWLPROG", "OVRLRESP")) == shown


@pytest.mark.parametrize(
    ("dates", "best"),
    [
        (("2014-01-01", "2014-02-12"), "SD"),  # 42 days
        (("2014-01-01", "2014-02-11"), "NE"),  # 41 days
        (("2014-01-01", "2014-02"), "SD"),  # 28 February would do
        (("2014-01-20", "2014-02"), "NE"),  # not even 28 February would
        (("2014-01-01", ""), "SD"),
        (("", "2014-02-11"), "SD"),
    ],
)
def test_stable_disease_is_the_best_response_unless_dates_show_that_it_was_early(
    tmp_path: Path, dates: tuple[str, str], best: str
) -> None:
    rows = rs(tmp_path, tu("T01 TARGET LIVER"), tr("T01 LDIAM 1=50 2=50", dates=dates))
    assert overall(rows, "BESTRESP") == [best]


def test_a_visit_without_a_date_is_no_later_than_the_next(tmp_path: Path) -> None:
    of_tr = tr("T01 LDIAM 1=50 2=50 3=nd", dates=("2014-01-01", "", "2014-02-01"))
    assert overall(rs(tmp_path, tu("T01 TARGET LIVER"), of_tr), "BESTRESP") == ["NE"]


def test_a_protocol_changes_the_rules(tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / "configs/protocols/retnet.yaml").read_text()
    (tmp_path / "own.yaml").write_text(text.replace("pr_persists: false", "pr_persists: true"))
    of_tr = tr("T01 LDIAM 1=100 2=65 3=72")
    assert overall(rs(tmp_path, tu("T01 TARGET LIVER"), of_tr)) == ["PR", "SD"]
    own = ("--protocol", str(tmp_path / "own.yaml"))
    assert overall(rs(tmp_path, tu("T01 TARGET LIVER"), of_tr, *own)) == ["PR", "PR"]


def test_limits_of_the_targets_are_reported_and_bar_nothing(tmp_path: Path) -> None:
    names = [f"T{number}" for number in range(1, 7)]
    of_tr = tr(*(f"{name} LDIAM 1=9 2=3" for name in names))
    result = command(tmp_path, tu(*(f"{name} TARGET LIVER" for name in names)), of_tr, "--json")
    told = json.loads(result.stdout)
    assert told["notes"]["more targets in all than the protocol allows"] == (
        "once; first S-1, INVESTIGATOR: found 6 targets, allowed 5"
    )
    assert told["notes"]["a target below the measurable size of its slice thickness"].startswith("6 times; first")
    assert overall(read(tmp_path)) == ["PR"]


def test_every_response_is_explained_where_that_is_asked_for(tmp_path: Path) -> None:
    of_tr = tr("T01 LDIAM 1=50 2=60", dates=("2014-01-01", "2014-02"))
    of_tr += tr("NEW01 LDIAM 2=7", dates=("2014-01-01", "2014-02"))
    of_tu = tu("T01 TARGET LIVER", "NEW01 NEW LIVER @2")
    rs(tmp_path, of_tu, of_tr, "--explain", str(tmp_path / "why.jsonl"))
    (line,) = (tmp_path / "why.jsonl").read_text().splitlines()
    said = json.loads(line)
    assert (said["USUBJID"], said["RSEVAL"], said["VISITNUM"]) == ("S-1", "INVESTIGATOR", "2")
    assert said["TRGRESP"]["rule"] == "recist11.target.pd"
    assert said["TRGRESP"]["numbers"] == {"sum_mm": "60", "baseline_mm": "50", "nadir_mm": "50"}
    assert said["NEWLPROG"] == {"answer": "yes", "sentence": "New lesion NEW01 on visit 2."}
    assert said["OVRLRESP"]["sentence"].endswith("New lesion NEW01 on visit 2.")
    assert said["OVRLRESP"]["date"] is None


def test_an_unknown_test_is_noted_and_sums_are_passed_over(tmp_path: Path) -> None:
    of_tr = tr("T01 LDIAM 1=50 2=30", "T01 HUE 1=3 2=3", "SUM SUMDIAM 1=50 2=30")
    result = command(tmp_path, tu("T01 TARGET LIVER"), of_tr)
    assert "TR.csv: TRTESTCD HUE is passed over; read are LDIAM" in result.stderr
    assert "(2 times)" in result.stderr
    assert "SUMDIAM" not in result.stderr


def test_another_ending_is_refused(tmp_path: Path) -> None:
    result = command(tmp_path, *two_subjects(), "--out", str(tmp_path / "RS.txt"))
    assert "RS.txt: found the extension '.txt'; allowed: .csv, .xpt, .json" in str(result.exception)


def test_visit_takes_the_first_name_that_a_row_gives(tmp_path: Path) -> None:
    of_tr = tr("T01 LDIAM 1=50 2=40", "T01 LPERP 1=30 2=20", dates=("2020-01-01", "2020-03-01"))
    names = {("LDIAM", "2"): "", ("LPERP", "2"): "WEEK 8"}
    named = [row | {"VISIT": names.get((row["TRTESTCD"], row["VISITNUM"]), "")} for row in of_tr]
    assert {row["VISIT"] for row in rs(tmp_path, tu("T01 TARGET LIVER"), named) if row["VISITNUM"]} == {"WEEK 8"}


def test_a_visit_is_accepted_where_one_of_its_rows_is(tmp_path: Path) -> None:
    of_tr = [row | {"TRACPTFL": ""} for row in tr("T01 LDIAM 1=50 2=40 3=40", "T01 LPERP 2=20 3=20")]
    marked = [row | {"TRACPTFL": "Y"} if (row["TRTESTCD"], row["VISITNUM"]) == ("LDIAM", "2") else row for row in of_tr]
    rows = rs(tmp_path, tu("T01 TARGET LIVER"), marked)
    assert [row["RSACPTFL"] for row in rows if row["RSTESTCD"] == "OVRLRESP"] == ["Y", ""]


def test_fragments_stand_for_their_lesion_from_the_visit_that_names_them(tmp_path: Path) -> None:
    of_tu = tu("T01 TARGET LIVER", "T01.1 TARGET LIVER @2 TUSPLIT", "T01.2 TARGET LIVER @2 TUSPLIT")
    of_tr = tr("T01 LDIAM 1=50 2=45", "T01.1 LDIAM 3=20", "T01.2 LDIAM 3=20")
    refused = command(tmp_path, of_tu, of_tr)
    assert refused.exit_code != 0
    assert "T01.1, T01.2" in refused.stderr


@pytest.mark.parametrize("word", ["NOT EVALUABLE", "NE", "not evaluable"])
def test_a_number_beside_not_evaluable_is_not_used_and_that_is_told(tmp_path: Path, word: str) -> None:
    of_tr = tr("T01 LDIAM 1=30 2=29 3=45")
    of_tr[2] |= {"TRORRES": word, "TRSTRESC": word}
    result = command(tmp_path, tu("T01 TARGET LIVER"), of_tr)
    assert overall(read(tmp_path)) == ["SD", "NE"]
    assert "TRSTRESN beside a result NOT EVALUABLE is not used; the lesion is NE at the visit (once)" in result.stderr


def test_a_word_that_nobody_knows_beside_a_number_is_refused(tmp_path: Path) -> None:
    of_tr = tr("T01 LDIAM 1=30 2=29")
    of_tr[1]["TRSTRESC"] = "BLURRED"
    result = command(tmp_path, tu("T01 TARGET LIVER"), of_tr)
    assert "TR.csv row 3, column TRSTRESC: found 'BLURRED'; allowed: a number, or one of" in result.stderr


def test_the_noise_of_a_double_in_csv_decides_nothing(tmp_path: Path) -> None:
    noisy = tr("T01 LDIAM 1=16 2=11.200000000000001 3=19.199999999999999")  # -30 % of 16; +20 % of 16, not of 11.2
    assert overall(rs(tmp_path, tu("T01 TARGET LIVER"), noisy)) == ["PR", "PD"]
    kept = tr("T01 LDIAM 1=16 2=11.21")
    assert overall(rs(tmp_path, tu("T01 TARGET LIVER"), kept)) == ["SD"]


NEW_IN = {"HEPATIC DOME": "liver", "HILAR NODE": "lymph node", "LEFT LOBE": "liver"}


@pytest.mark.parametrize("location", list(NEW_IN))
def test_an_unknown_location_is_told_and_a_table_of_words_maps_it(tmp_path: Path, location: str) -> None:
    tables = (tu("T01 TARGET LIVER", f"NEW01 NEW {location} @2"), tr("T01 LDIAM 1=50 2=50"))
    result = command(tmp_path, *tables, "--scope", "liver")
    assert f"TU.csv: TULOC {location!r} is a word that nobody mapped" in result.stderr
    assert overall(read(tmp_path)) == ["SD"]
    (tmp_path / "words.csv").write_text(f"word,organ\n{location.lower()},{NEW_IN[location]}\n")
    result = command(tmp_path, *tables, "--scope", "liver", "--anatomy", str(tmp_path / "words.csv"))
    assert "nobody mapped" not in result.stderr
    assert overall(read(tmp_path)) == (["PD"] if NEW_IN[location] == "liver" else ["SD"])


def test_a_table_of_words_names_each_location_once(tmp_path: Path) -> None:
    (tmp_path / "words.csv").write_text("word,organ\nDome,liver\nDOME,bone\n")
    result = command(tmp_path, *two_subjects(), "--anatomy", str(tmp_path / "words.csv"))
    assert "words.csv row 3, column word: found 'DOME'; allowed: each location once" in str(result.exception)


def test_the_minimum_of_stable_disease_counts_from_the_start_where_it_is_known(tmp_path: Path) -> None:
    # baseline on 2024-01-01, randomized on 01-21, treated on 01-28: SD on 02-20 is 50, 30 and 23 days later
    of_tu = tu("T01 TARGET LIVER")
    of_tr = tr("T01 LDIAM 1=50 2=50", dates=("2024-01-01", "2024-02-20"))
    (tmp_path / "adsl.csv").write_text("USUBJID,RANDDT,TRTSDT\nS-1,2024-01-21,2024-01-28\n", encoding="utf-8")
    (tmp_path / "baseline.yaml").write_text("best_response:\n  sd_from: baseline\n", encoding="utf-8")
    known, protocol = ("--adsl", str(tmp_path / "adsl.csv")), ("--protocol", str(tmp_path / "baseline.yaml"))
    assert overall(rs(tmp_path, of_tu, of_tr), "BESTRESP") == ["SD"]
    assert overall(rs(tmp_path, of_tu, of_tr, *known), "BESTRESP") == ["NE"]
    assert overall(rs(tmp_path, of_tu, of_tr, *known, *protocol), "BESTRESP") == ["SD"]
    said = command(tmp_path, of_tu, of_tr, *known).output
    assert "best response: SD from 42 days after the start (RANDDT, else TRTSDT) on" in said
