"""One table in four forms gives the same rows; a wrong table is refused with the place named."""

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest

from pipeline.model import partial_date
from pipeline.model.errors import InputError
from pipeline.store import datasets
from pipeline.store.csv_rows import Row

COLUMNS = ["USUBJID", "VISITNUM", "TRSTRESN", "TRDTC"]
RECORDS = [["S-1", 1, 23.4, "2014-02"], ["S-1", 2.1, None, "2014-02-03"]]
CELLS = [
    {"USUBJID": "S-1", "VISITNUM": "1", "TRSTRESN": "23.4", "TRDTC": "2014-02"},
    {"USUBJID": "S-1", "VISITNUM": "2.1", "TRSTRESN": "", "TRDTC": "2014-02-03"},
]


def table_csv(path: Path) -> None:
    path.write_text("\ufeffusubjid,VisitNum,TRSTRESN,TRDTC\nS-1,1,23.4,2014-02\n\nS-1,2.1,,2014-02-03\n", "utf-8")


def table_xpt(path: Path) -> None:
    pyreadstat.write_xport(pd.DataFrame(RECORDS, columns=COLUMNS), str(path), table_name="TR", file_format_version=5)


def about() -> dict[str, object]:
    return {
        "datasetJSONVersion": "1.1.0",
        "name": "TR",
        "records": 2,
        "columns": [{"itemOID": f"IT.TR.{name}", "name": name, "dataType": "string"} for name in COLUMNS],
    }


def table_json(path: Path) -> None:
    path.write_text(json.dumps({**about(), "rows": RECORDS}), "utf-8")


def table_rows_first(path: Path) -> None:
    path.write_text(json.dumps({"rows": RECORDS, **about()}, indent=1), "utf-8")


def table_ndjson(path: Path) -> None:
    path.write_text("\n".join(json.dumps(line) for line in [about(), *RECORDS]) + "\n", "utf-8")


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("t.csv", table_csv),
        ("t.xpt", table_xpt),
        ("T.XPT", table_xpt),
        ("t.json", table_json),
        ("t.json", table_rows_first),
        ("t.ndjson", table_ndjson),
    ],
)
def test_every_form_gives_the_same_rows(tmp_path: Path, name: str, write) -> None:
    write(tmp_path / name)
    rows = list(datasets.read(tmp_path / name, ["USUBJID", "VISITNUM"], ["TRSTRESN"]))
    assert [row.cells for row in rows] == CELLS
    assert [row.file for row in rows] == [name, name]


def test_the_row_is_the_line_of_a_csv_and_the_record_elsewhere(tmp_path: Path) -> None:
    table_csv(tmp_path / "t.csv")
    table_xpt(tmp_path / "t.xpt")
    assert [row.number for row in datasets.read(tmp_path / "t.csv", [])] == [2, 4]
    assert [row.number for row in datasets.read(tmp_path / "t.xpt", [])] == [2, 3]


def test_sas_dates_become_iso_text(tmp_path: Path) -> None:
    frame = pd.DataFrame({"ID": ["A", "B"], "TRTSDT": [19757.0, None], "TRTSDTM": [19757 * 86400.0 + 3600, None]})
    path = tmp_path / "adsl.xpt"
    pyreadstat.write_xport(frame, str(path), variable_format={"TRTSDT": "DATE9.", "TRTSDTM": "DATETIME20."})
    cells = [row.cells for row in datasets.read(path, [])]
    assert cells == [
        {"ID": "A", "TRTSDT": "2014-02-03", "TRTSDTM": "2014-02-03T01:00:00"},
        {"ID": "B", "TRTSDT": "", "TRTSDTM": ""},
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [(23.4, "23.4"), (7.8 * 3, "23.4"), (0.1 + 0.2, "0.3"), (5.0, "5"), (1e-7, "0.0000001"), (-2.5, "-2.5"), (0, "0")],
)
def test_numbers_stand_at_their_shortest_decimals(tmp_path: Path, value: float, text: str) -> None:
    path = tmp_path / "t.json"
    path.write_text(json.dumps({"columns": [{"name": "V"}], "rows": [[value]]}))
    assert next(datasets.read(path, ["V"], ["V"])).text("V") == text
    pyreadstat.write_xport(pd.DataFrame({"V": [float(value)]}), str(tmp_path / "t.xpt"))
    assert next(datasets.read(tmp_path / "t.xpt", ["V"], ["V"])).text("V") == text


def test_a_long_transport_file_is_read_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(datasets, "_CHUNK", 4)
    for count in (7, 8, 9):
        pyreadstat.write_xport(pd.DataFrame({"N": [float(n) for n in range(count)]}), str(tmp_path / "t.xpt"))
        rows = list(datasets.read(tmp_path / "t.xpt", ["N"]))
        assert [(row.number, row.text("N")) for row in rows] == [(n + 2, str(n)) for n in range(count)]


def test_a_byte_order_mark_and_large_numbers_are_read(tmp_path: Path) -> None:
    tables = {"t.json": ', "rows": [[12345678901234567890123], [1E+3]]}', "t.ndjson": "}\n[7]\n[-0.50]"}
    for name, content in tables.items():
        (tmp_path / name).write_bytes(b'\xef\xbb\xbf{"columns": [{"name": "V"}]' + content.encode())
    assert [row.text("V") for row in datasets.read(tmp_path / "t.json", [])] == ["12345678901234567890123", "1000"]
    assert [row.text("V") for row in datasets.read(tmp_path / "t.ndjson", [])] == ["7", "-0.5"]


HEAD = b'{"columns": [{"name": "USUBJID"}, {"name": "TRSTRESN"}]'
"""The start of a Dataset-JSON table, as JSON and as NDJSON."""


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("t.doc", b"", r"t.doc: found the extension '.doc'; allowed: .csv, "),
        ("t.csv", b"", r"t.csv: is empty; expected a header with USUBJID, TRSTRESN"),
        ("t.csv", b"USUBJID\n", r"row 1: missing column TRSTRESN; allowed: USUBJID, TRSTRESN and others; found: USUBJ"),
        ("t.csv", b"usubjid,USUBJID,TRSTRESN\n", r"t.csv row 1: found column 'USUBJID' twice; allowed: once"),
        ("t.csv", b"USUBJID,TRSTRESN\nA\n", r"t.csv row 2: found 1 cells; allowed: 2"),
        ("t.csv", b"USUBJID,TRSTRESN\nA,1\nA,x\n", r"t.csv row 3, column TRSTRESN: found 'x'; allowed: a number"),
        ("t.csv", b"USUBJID,TRSTRESN\nA,1,5\n", r"t.csv row 2: found 3 cells; allowed: 2"),
        ("t.csv", b"USUBJID,TRSTRESN\nM\x81ller,1\n", r"t.csv row 2: is neither UTF-8 nor Windows-1252; save it as"),
        ("t.xpt", b"USUBJID,TRSTRESN\n", r"t.xpt: .*; expected a SAS transport file"),
        ("t.xpt", b"", r"t.xpt: .*; expected a SAS transport file"),
        ("t.json", b"[1]", r"t.json: found no columns; allowed: CDISC Dataset-JSON 1.1"),
        ("t.json", b"", r"t.json: is not JSON \(parse error: premature EOF near ''\); allowed: CDISC Dataset-JSON 1.1"),
        ("t.json", b'{"rows": []}', r"t.json: found no columns; allowed"),
        ("t.json", b'{"columns": [1]}', r"t.json: found a column without a name; allowed"),
        ("t.json", b'{"columns": [{"name": "USUBJID"}', r"t.json: is not JSON \(.*\); allowed"),
        (
            "t.json",
            b'{"columns": [{"name": "USUBJID"}, {"name": "TRSTRESN"}], "rows": [["A"',
            r"t.json: is not JSON \(.*\); allowed",
        ),
        (
            "t.json",
            b'{"columns": [{"name": "USUBJID"}, {"name": "TRSTRESN"}], "rows": [["A"]]}',
            r"row 2: found 1 cells",
        ),
        ("t.json", b'{"columns": [{"name": "USUBJID"}, {"name": "TRSTRESN"}], "rows": ["A"]}', r"row 2: found 'A'"),
        ("t.json", b'{"columns": [{"name": "USUBJID"}, {"name": "TRSTRESN"}], "rows": [["A", {}]]}', r"row 2: found"),
        ("t.json", b'{"name": "\xfc"}', r"t.json: is not UTF-8 near '.*name.*'; save it as UTF-8"),
        ("t.json", HEAD + b', "rows": [["A",1],["B",2] ["C",3]]}', r"is not JSON \(.* near '.*B.*C"),
        ("t.json", HEAD + b', "rows": [["A",1]]} 7', r"t.json: is not JSON \(.*trailing garbage near"),
        ("t.ndjson", HEAD + b'}\n["A",1]\n["B"', r"t.ndjson: is not JSON \(.*premature EOF"),
        ("t.ndjson", b"", r"t.ndjson: is not JSON \(parse error: premature EOF near ''\); allowed"),
        ("t.ndjson", b'{"columns": []}', r"t.ndjson: found no columns; allowed"),
    ],
)
def test_a_wrong_table_is_refused_with_row_column_found_and_allowed(
    tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=message):
        list(datasets.read(tmp_path / name, ["USUBJID", "TRSTRESN"], ["TRSTRESN"]))


@pytest.mark.parametrize("name", ["t.csv", "t.xpt", "t.json", "t.ndjson"])
def test_a_table_that_is_not_there_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match=rf"{name}: cannot be read"):
        datasets.read(tmp_path / name, ["USUBJID"])


def row(**cells: str) -> Row:
    return Row("t.csv", 2, cells)


def test_cells_of_a_row_are_numbers_and_partial_dates() -> None:
    assert row(VISITNUM="2.10").decimal("VISITNUM") == Decimal("2.1")
    assert row(N="12").integer("N") == 12
    assert row(N="").integer("N") is None
    assert row(D="").partial_date("D") is None
    date = row(D="2014-02").partial_date("D")
    assert date is not None
    assert (date.text, date.complete, date.first(), date.last()) == (
        "2014-02",
        False,
        dt.date(2014, 2, 1),
        dt.date(2014, 2, 28),
    )


@pytest.mark.parametrize(
    ("read", "text", "allowed"),
    [
        (Row.decimal, "", "a number with"),
        (Row.decimal, "1e2", "a number with"),
        (Row.integer, "1.5", "a whole number >= 0, or empty"),
        (Row.partial_date, "2014-02-30", "a date that exists: 2014-02-03, 2014-02, 2014"),
    ],
)
def test_a_wrong_cell_is_named(read, text: str, allowed: str) -> None:
    with pytest.raises(InputError, match=rf"t.csv row 2, column X: found '{text}'; allowed: {allowed}"):
        read(row(X=text), "X")


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2014", "2014-01-01", "2014-12-31"),
        ("2012-02", "2012-02-01", "2012-02-29"),
        ("2014-02-03", "2014-02-03", "2014-02-03"),
        ("2014-02-03T10", "2014-02-03", "2014-02-03"),
        ("2014-02-03T10:30:05.5+01:00", "2014-02-03", "2014-02-03"),
    ],
)
def test_a_partial_date_spans_the_days_that_it_may_be(text: str, first: str, last: str) -> None:
    date = partial_date.parse(text)
    assert (date.first().isoformat(), date.last().isoformat()) == (first, last)


@pytest.mark.parametrize(
    "text", ["", "2014-13", "2014-02-30", "2014-2", "14", "20140203", "2014-02-03T25", "2014-02-03T10:61", "0000"]
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        partial_date.parse(text)


def test_na_as_r_writes_it_is_missing_in_csv(tmp_path: Path) -> None:
    (tmp_path / "tr.csv").write_text("USUBJID,TREVALID,TRSTRESN\nNA-1,NA,NA\n", "utf-8")
    rows = list(datasets.read(tmp_path / "tr.csv", ["USUBJID"], numeric=["TRSTRESN"]))
    assert [row.cells for row in rows] == [{"USUBJID": "NA-1", "TREVALID": "", "TRSTRESN": ""}]


@pytest.mark.parametrize("name", ["t.json", "t.ndjson"])
@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("[" * 100_000, "nest deeper than 20"),
        ('{"a": [' * 50_000, "nest deeper than 20"),
        ("9" * 5000, "a number of 1000 digits or more"),
        ("-1." + "3" * 70_000, "a number of 1000 digits or more"),
        ('"' + "x" * 2_000_000 + '"', "a text of more than 1048576 bytes"),
        ("1e400", "row 2: found"),
        ("-1e999999999999", "row 2: found"),
        ("1e-99999999999999999999999999", "a number that no computer holds"),
    ],
)
def test_json_that_would_end_its_reader_is_refused(tmp_path: Path, name: str, value: str, message: str) -> None:
    ends = (', "rows": [[', "]]}") if name == "t.json" else ("}\n[", "]")
    path = tmp_path / name
    path.write_text('{"columns": [{"name": "V"}]' + ends[0] + value + ends[1], encoding="utf-8")
    with pytest.raises(InputError, match=message):
        list(datasets.read(path, []))


def test_brackets_and_digits_in_texts_are_no_nesting_and_no_number(tmp_path: Path) -> None:
    texts = ["[" * 70_000, '\\"' + "[" * 50, "9" * 5000, "\\\\", "{" * 30]
    path = tmp_path / "t.json"
    cells = ", ".join(f'["{text}"]' for text in texts)
    path.write_text('{"columns": [{"name": "V"}], "rows": [' + cells + "]}", encoding="utf-8")
    written = [row.text("V") for row in datasets.read(path, [])]
    assert written == [text.replace('\\"', '"').replace("\\\\", "\\") for text in texts]
