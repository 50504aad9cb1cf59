"""A dataset written in any format reads back, in pyreadstat, R, pyarrow and our own reader."""

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pyreadstat
import pytest

from pipeline.export import dataset
from pipeline.export.dataset import Core, Dataset, DataType, Domain, Model, Origin, Variable
from pipeline.model.errors import InputError
from pipeline.store import dataset_write, datasets

CREATED = dt.datetime(2026, 3, 1, 12, 30, 5, tzinfo=dt.UTC)
DOMAIN = Domain(
    "ADX",
    "Example, one of each kind",
    Model.ADAM,
    "BASIC DATA STRUCTURE",
    "One record per subject",
    ("USUBJID", "ASEQ"),
    (
        Variable("USUBJID", "Unique Subject Identifier", DataType.TEXT, 20, Core.REQ, Origin.ASSIGNED),
        Variable("ASEQ", "Sequence Number", DataType.INTEGER, 8, Core.REQ, Origin.DERIVED),
        Variable("AVAL", "Analysis Value", DataType.DECIMAL, 8, Core.COND, Origin.DERIVED),
        Variable("ADT", "Analysis Date", DataType.DATE, 8, Core.COND, Origin.DERIVED),
        Variable("XDTC", "Date as Collected", DataType.ISO_DATE, 19, Core.PERM, Origin.COLLECTED),
        Variable("NOTE", "Never Filled", DataType.TEXT, 40, Core.PERM, Origin.ASSIGNED),
    ),
)
ROWS = dataset.of(
    DOMAIN,
    [
        {"USUBJID": "S-001", "ASEQ": 1, "AVAL": Decimal("23.40"), "ADT": dt.date(2024, 2, 29), "XDTC": "2014-02"},
        {"USUBJID": "S-001", "ASEQ": 2, "AVAL": Decimal("-0.1"), "ADT": dt.date(1959, 12, 31), "XDTC": "2024-02-29"},
        {"USUBJID": "S-002-LONG", "ASEQ": 1},
    ],
)
ENDINGS = [ending.removeprefix(".") for ending in dataset_write.WRITERS]


@pytest.mark.parametrize("ending", ENDINGS)
def test_equal_rows_give_equal_bytes(tmp_path: Path, ending: str) -> None:
    for name in ("first", "second"):
        dataset_write.write(ROWS, tmp_path / name / f"adx.{ending}", CREATED)
    first, second = ((tmp_path / name / f"adx.{ending}").read_bytes() for name in ("first", "second"))
    assert first == second
    assert [path.name for path in (tmp_path / "first").iterdir()] == [f"adx.{ending}"]


@pytest.mark.parametrize("ending", [ending for ending in ENDINGS if f".{ending}" in datasets.READERS])
def test_our_reader_reads_what_we_write(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"adx.{ending}"
    dataset_write.write(ROWS, path, CREATED)
    rows = list(datasets.read(path, DOMAIN.names, ("ASEQ", "AVAL")))
    assert [(r.text("USUBJID"), r.text("ASEQ"), r.text("ADT"), r.text("XDTC"), r.text("NOTE")) for r in rows] == [
        ("S-001", "1", "2024-02-29", "2014-02", ""),
        ("S-001", "2", "1959-12-31", "2024-02-29", ""),
        ("S-002-LONG", "1", "", "", ""),
    ]
    assert [Decimal(r.text("AVAL")) for r in rows[:2]] == [Decimal("23.4"), Decimal("-0.1")]
    assert rows[2].text("AVAL") == ""


def test_csv_keeps_recorded_decimals(tmp_path: Path) -> None:
    dataset_write.write(ROWS, tmp_path / "adx.csv")
    assert (tmp_path / "adx.csv").read_text(encoding="utf-8") == (
        "USUBJID,ASEQ,AVAL,ADT,XDTC,NOTE\n"
        "S-001,1,23.40,2024-02-29,2014-02,\n"
        "S-001,2,-0.1,1959-12-31,2024-02-29,\n"
        "S-002-LONG,1,,,,\n"
    )


def test_xpt_has_labels_widths_dates_and_the_given_stamp(tmp_path: Path) -> None:
    path = tmp_path / "adx.xpt"
    dataset_write.write(ROWS, path, CREATED)
    found, about = pyreadstat.read_xport(path)
    assert about.table_name == "ADX"
    assert about.file_label == DOMAIN.label
    assert about.column_names_to_labels == {v.name: v.label for v in DOMAIN.variables}
    assert about.variable_storage_width["USUBJID"] == len("S-002-LONG")
    assert about.original_variable_types["ADT"] == "DATE9"
    assert about.creation_time == about.modification_time == CREATED.replace(tzinfo=None)
    assert list(found["ADT"][:2]) == [dt.date(2024, 2, 29), dt.date(1959, 12, 31)]
    assert list(found["AVAL"][:2]) == [23.4, -0.1]
    assert found["AVAL"].isna().tolist() == [False, False, True]
    assert path.read_bytes().count(b"01MAR26:12:30:05") == 4
    assert len(path.read_bytes()) % 80 == 0


@pytest.mark.r
def test_xpt_reads_back_in_r(tmp_path: Path, rscript: Callable[..., str]) -> None:
    path = tmp_path / "adx.xpt"
    dataset_write.write(ROWS, path, CREATED)
    code = (
        "x <- haven::read_xpt(commandArgs(TRUE)[1]); "
        "for (n in names(x)) cat(n, class(x[[n]])[1], attr(x[[n]], 'label'), format(x[[n]]), sep='|', fill=999)"
    )
    assert [line.strip() for line in rscript(code, path, libraries=["haven"]).splitlines()] == [
        "USUBJID|character|Unique Subject Identifier|S-001     |S-001     |S-002-LONG",
        "ASEQ|numeric|Sequence Number|1|2|1",
        "AVAL|numeric|Analysis Value|23.4|-0.1|  NA",
        "ADT|Date|Analysis Date|2024-02-29|1959-12-31|NA",
        "XDTC|character|Date as Collected|2014-02   |2024-02-29|",
        "NOTE|character|Never Filled|||",
    ]


def test_dataset_json_has_every_required_attribute(tmp_path: Path) -> None:
    dataset_write.write(ROWS, tmp_path / "adx.json", CREATED)
    found = json.loads((tmp_path / "adx.json").read_text(encoding="utf-8"))
    assert {key: found[key] for key in found if key not in {"columns", "rows"}} == {
        "datasetJSONCreationDateTime": "2026-03-01T12:30:05+00:00",
        "datasetJSONVersion": "1.1.0",
        "originator": "hepatrack",
        "itemGroupOID": "IG.ADX",
        "records": 3,
        "name": "ADX",
        "label": "Example, one of each kind",
    }
    assert found["columns"][:4] == [
        {
            "itemOID": "IT.ADX.USUBJID",
            "name": "USUBJID",
            "label": "Unique Subject Identifier",
            "dataType": "string",
            "length": 20,
            "keySequence": 1,
        },
        {
            "itemOID": "IT.ADX.ASEQ",
            "name": "ASEQ",
            "label": "Sequence Number",
            "dataType": "integer",
            "keySequence": 2,
        },
        {
            "itemOID": "IT.ADX.AVAL",
            "name": "AVAL",
            "label": "Analysis Value",
            "dataType": "decimal",
            "targetDataType": "decimal",
        },
        {
            "itemOID": "IT.ADX.ADT",
            "name": "ADT",
            "label": "Analysis Date",
            "dataType": "date",
            "targetDataType": "integer",
            "displayFormat": "E8601DA.",
        },
    ]
    assert found["rows"] == [
        ["S-001", 1, "23.40", "2024-02-29", "2014-02", None],
        ["S-001", 2, "-0.1", "1959-12-31", "2024-02-29", None],
        ["S-002-LONG", 1, None, None, None, None],
    ]


def test_parquet_is_typed_and_exact(tmp_path: Path) -> None:
    dataset_write.write(ROWS, tmp_path / "adx.parquet", CREATED)
    found = pq.read_table(tmp_path / "adx.parquet")
    assert [str(field.type) for field in found.schema] == [
        "string",
        "int64",
        "decimal128(38, 9)",
        "date32[day]",
        "string",
        "string",
    ]
    assert found.schema.field("AVAL").metadata == {b"label": b"Analysis Value"}
    assert found.column("AVAL").to_pylist() == [Decimal("23.4"), Decimal("-0.1"), None]
    assert found.column("ADT").to_pylist()[:2] == [dt.date(2024, 2, 29), dt.date(1959, 12, 31)]


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_dataset_without_rows_is_written(tmp_path: Path, ending: str) -> None:
    dataset_write.write(Dataset(DOMAIN, ()), tmp_path / f"adx.{ending}", CREATED)
    assert (tmp_path / f"adx.{ending}").stat().st_size > 0


def test_too_many_decimals_for_parquet_are_told(tmp_path: Path) -> None:
    long = dataset.of(DOMAIN, [{"USUBJID": "S-1", "AVAL": Decimal("0.1234567891")}])
    with pytest.raises(InputError, match=r"ADX\.AVAL.*at most 9 decimal places"):
        dataset_write.write(long, tmp_path / "adx.parquet")
    assert not list(tmp_path.iterdir())


def test_what_xpt_cannot_hold_is_told_and_nothing_written(tmp_path: Path) -> None:
    domain = replace(DOMAIN, label="x" * 41)
    long = dataset.of(domain, [{"USUBJID": "S-" + "1" * 20}])
    with pytest.raises(InputError) as caught:
        dataset_write.write(long, tmp_path / "adx.xpt", CREATED)
    assert "adx.xpt" in str(caught.value)
    assert "label of 41 bytes" in str(caught.value)
    assert "ADX.USUBJID row 1: found 22 bytes" in str(caught.value)
    assert not list(tmp_path.iterdir())
    dataset_write.write(long, tmp_path / "adx.csv", CREATED)


def test_another_ending_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"found the extension '.xlsx'; allowed: .csv, .xpt, .json"):
        dataset_write.write(ROWS, tmp_path / "adx.xlsx")
