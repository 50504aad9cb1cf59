"""One table in every form that programs write gives the same rows as plain CSV, and what was converted is counted."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyreadstat
import pytest

from pipeline.model.errors import InputError
from pipeline.store import datasets, tables
from pipeline.store.table_forms.conversions import Conversions

PLAIN = """USUBJID,TRSTRESN,TRSTRESC,TRDTC,TRLOC
HX-01,23.4,23.4,2024-01-05,LEFT
HX-02,,,2024-01-05T10:30:00,Größe
HX-03,1200.5,NE,,"two
lines"
"""


def plain(path: Path) -> None:
    path.write_text(PLAIN, "utf-8")


def sas(path: Path) -> None:
    text = PLAIN.replace("2024-01-05T10:30:00", "05JAN2024:10:30:00").replace("2024-01-05", "05JAN2024")
    path.write_text(text.replace(",,,", ",.,.,").replace("NE,,", "NE,.,").replace("USUBJID", "usubjid"), "utf-8")


def semicolons(path: Path) -> None:
    path.write_bytes(b"\xef\xbb\xbf" + PLAIN.replace(",", ";").replace("23.4", "23,4").replace("0.5", "0,5").encode())


def stated(path: Path) -> None:
    path.write_text("sep=;\r\n" + PLAIN.replace(",", ";").replace("\n", "\r\n").replace("two\r", "two"), "utf-8")


def tabs_in_utf16(path: Path) -> None:
    path.write_bytes(PLAIN.replace(",", "\t").encode("utf-16"))


def windows(path: Path) -> None:
    path.write_bytes(PLAIN.encode("cp1252"))


def spaced(path: Path) -> None:
    lines = PLAIN.replace(",", "  ,").replace("LEFT", "LEFT  ").replace("TRLOC", "trloc,,")
    lines = lines.replace("\nHX-02", "\n , ,,,\n\nHX-02").replace(",LEFT  ", ",LEFT  ,,")
    path.write_text(lines + "\n\n", "utf-8")


def numeric(path: Path) -> None:
    path.write_text(PLAIN.replace("2024-01-05,", "23380,"), "utf-8")


@pytest.mark.parametrize(
    ("write", "converted"),
    [
        (plain, []),
        (
            sas,
            [
                "t.csv TRDTC: 2 values in the form 05JAN2024 read as dates",
                "t.csv TRSTRESN: 1 value '.' read as missing",
                "t.csv TRSTRESC: 1 value '.' read as missing",
                "t.csv TRDTC: 1 value '.' read as missing",
            ],
        ),
        (
            semicolons,
            [
                "t.csv: cells separated by semicolons",
                "t.csv TRSTRESN: 2 values with a decimal comma or marks of thousands read as numbers",
                "t.csv TRSTRESC: 1 value with a decimal comma or marks of thousands read as a number",
            ],
        ),
        (stated, ["t.csv: cells separated by semicolons"]),
        (tabs_in_utf16, ["t.csv: cells separated by tabs"]),
        (windows, ["t.csv: 1 row not in UTF-8 read as Windows-1252"]),
        (spaced, ["t.csv: 2 rows without any value passed over"]),
        (numeric, ["t.csv TRDTC: 1 value in the form 23380, days of SAS from 1960-01-01, read as a date"]),
    ],
)
def test_a_text_table_gives_the_rows_of_plain_csv(
    tmp_path: Path, write: Callable[[Path], None], converted: list[str]
) -> None:
    path, conversions = tmp_path / "t.csv", Conversions()
    write(path)
    assert [row.cells for row in datasets.read(path, ["USUBJID"], conversions=conversions)] == expected(tmp_path)
    assert sorted(conversions.lines()) == sorted(converted)


def expected(folder: Path) -> list[dict[str, str]]:
    plain(folder / "plain.csv")
    rows = [row.cells for row in datasets.read(folder / "plain.csv", ["USUBJID"])]
    assert [row["TRDTC"] for row in rows] == ["2024-01-05", "2024-01-05T10:30:00", ""]
    return rows


DAYS = [dt.date(2024, 1, 5), None]


def parquet_dates(path: Path) -> None:
    pq.write_table(pa.table({"USUBJID": ["A", "B"], "RANDDT": pa.array(DAYS, pa.date32()), "AVAL": [23.4, None]}), path)


def parquet_times(path: Path) -> None:
    frame = pd.DataFrame(
        {"usubjid": pd.Categorical(["A ", "B"]), "randdt": pd.to_datetime(DAYS), "aval": [7.8 * 3, None]}
    )
    frame.to_parquet(path)


def parquet_numbers(path: Path) -> None:
    pq.write_table(
        pa.table(
            {
                "USUBJID": ["A", "B"],
                "RANDDT": pa.array([23380, None], pa.int64()),
                "AVAL": pa.array(["23.400", None], pa.string()).cast(pa.decimal128(10, 3)),
            }
        ),
        path,
    )


def xpt_date9(path: Path) -> None:
    frame = pd.DataFrame({"USUBJID": ["A", "B"], "RANDDT": [23380.0, None], "AVAL": [23.4, None]})
    pyreadstat.write_xport(frame, str(path), variable_format={"RANDDT": "DATE9."}, file_format_version=5)


def xpt_bare(path: Path) -> None:
    frame = pd.DataFrame({"USUBJID": ["A", "B"], "RANDDT": [23380.0, None], "AVAL": [23.4, None]})
    pyreadstat.write_xport(frame, str(path), file_format_version=8)


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("a.parquet", parquet_dates),
        ("a.parquet", parquet_times),
        ("a.parquet", parquet_numbers),
        ("a.xpt", xpt_date9),
        ("a.xpt", xpt_bare),
    ],
)
def test_binary_forms_give_dates_and_numbers_as_csv_does(
    tmp_path: Path, name: str, write: Callable[[Path], None]
) -> None:
    write(tmp_path / name)
    rows = [list(row.cells.values()) for row in datasets.read(tmp_path / name, ["USUBJID", "RANDDT"])]
    assert rows == [["A", "2024-01-05", "23.4"], ["B", "", ""]]


def test_a_transport_file_in_windows_1252_is_read_and_told(tmp_path: Path) -> None:
    path, conversions = tmp_path / "t.xpt", Conversions()
    pyreadstat.write_xport(pd.DataFrame({"USUBJID": ["Muller"]}), str(path), file_format_version=5)
    path.write_bytes(path.read_bytes().replace(b"Muller", b"M\xfcller"))
    assert [row.text("USUBJID") for row in datasets.read(path, ["USUBJID"], conversions=conversions)] == ["Müller"]
    assert list(conversions.lines()) == ["t.xpt: text not in UTF-8 read as Windows-1252"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("USUBJID;AVAL\nA;1,234\nB;5\n", "column AVAL: found '1,234'; .*it may be 1.234 or 1234"),
        ("USUBJID,RANDDT\nA,03/04/2024\n", "column RANDDT: found '03/04/2024'; .*it may be 2024-03-04 or 2024-04-03"),
        ("USUBJID,RANDDT\nA,45292\n", "column RANDDT: found '45292'; .*format the column as yyyy-mm-dd"),
    ],
)
def test_what_cannot_be_told_is_refused_with_both_readings(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text(content, "utf-8")
    row = next(datasets.read(path, ["USUBJID"]))
    with pytest.raises(InputError, match=message):
        row.partial_date("RANDDT") if "RANDDT" in row.cells else row.length("AVAL")


@pytest.mark.parametrize("name", ["t.csv", "t.parquet"])
def test_a_column_whose_other_dates_show_one_order_has_that_order(tmp_path: Path, name: str) -> None:
    path, conversions = tmp_path / name, Conversions()
    table = {
        "USUBJID": ["A", "B", "C", "D"],
        "RANDDT": ["03.04.2024", "25.04.2024", "2024-05-01", "07.07.2024"],
        "TRTSDT": ["03/04/2024", "04/25/2024", "", "01/02/2024"],
        "DTHDT": ["03/04/2024", "25/04/2024", "04/26/2024", ""],
        "LSTALVDT": ["03/04/2024", "", "", ""],
    }
    pd.DataFrame(table).to_csv(path, index=False) if name == "t.csv" else pd.DataFrame(table).to_parquet(path)
    rows = list(datasets.read(path, ["USUBJID"], conversions=conversions))
    dates = {column: [row.text(column) for row in rows] for column in table}
    assert dates["RANDDT"] == ["2024-04-03", "2024-04-25", "2024-05-01", "2024-07-07"]
    assert dates["TRTSDT"] == ["2024-03-04", "2024-04-25", "", "2024-01-02"]
    assert dates["DTHDT"] == ["03/04/2024", "2024-04-25", "2024-04-26", ""]
    assert dates["LSTALVDT"] == ["03/04/2024", "", "", ""]
    told = [line for line in conversions.lines() if "as other dates" in line]
    assert told == [
        f"{name} RANDDT: 1 value with the day first, as other dates of the column show, read as a date",
        f"{name} TRTSDT: 2 values with the month first, as other dates of the column show, read as dates",
    ]


def test_a_column_that_uses_a_decimal_comma_has_points_for_thousands(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("USUBJID;AVAL;BASE\nA;1,234;1.234\nB;23,4;23.4\nC;1.234;1\n", "utf-8")
    rows = [(row.text("AVAL"), row.text("BASE")) for row in datasets.read(path, ["USUBJID"])]
    assert rows == [("1.234", "1.234"), ("23.4", "23.4"), ("1234", "1")]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("t.csv", "USUBJID,A\nX,1\n".encode("utf-16-le"), "holds zero bytes"),
        ("t.csv", "USUBJID\n".encode("utf-32"), "is UTF-32"),
        ("t.csv", "USUBJID,A\n".encode("utf-16")[:-1], "is not UTF-16"),
        ("t.parquet", b"PAR1", "is not Parquet or is damaged"),
    ],
)
def test_a_table_that_is_not_read_is_refused(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=message):
        list(datasets.read(tmp_path / name, ["USUBJID"]))


def test_a_parquet_column_of_lists_is_refused(tmp_path: Path) -> None:
    pq.write_table(pa.table({"USUBJID": ["A"], "L": [[1, 2]]}), tmp_path / "t.parquet")
    with pytest.raises(InputError, match=r"t.parquet row 1, column L: found type list"):
        list(datasets.read(tmp_path / "t.parquet", ["USUBJID"]))


def test_own_tables_take_every_form_too(tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    path.write_text("SUBJECT;EVENT;DATE\nS-1;DEATH;05JAN2024\n;;\n", "utf-8")
    assert [event.date for event in tables.read_events(path)] == [dt.date(2024, 1, 5)]
    xpt = tmp_path / "events.xpt"
    frame = pd.DataFrame({"SUBJECT": ["S-1"], "EVENT": ["DEATH"], "DATE": [23380.0]})
    pyreadstat.write_xport(frame, str(xpt), file_format_version=5)
    assert tables.read_events(xpt) == tables.read_events(path)


def test_what_is_to_be_judged_stays_as_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("usubjid,TRDTC,TRSTRESN\nA,05JAN2024,1E3\n", "utf-8")
    assert [row.cells for row in datasets.read_as_written(path)] == [
        {"USUBJID": "A", "TRDTC": "05JAN2024", "TRSTRESN": "1E3"}
    ]


def test_a_cell_is_judged_by_its_column_however_often_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("USUBJID;AVAL;RANDDT;BASE;CHG\nA;23380;23380;1.234;12,5\nA;23380;23380;1.234;1.234\n", "utf-8")
    rows = [list(row.cells.values())[1:] for row in datasets.read(path, ["USUBJID"])]
    assert rows == [["23380", "2024-01-05", "1.234", "12.5"], ["23380", "2024-01-05", "1.234", "1234"]]
