"""A trial's tables in every form give respond and derive the same bytes as plain CSV with ISO dates."""

import datetime as dt
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.assess import registry
from pipeline.model.scope import Scope
from pipeline.model.standard_protocol import STANDARD
from pipeline.procedures import derive as deriving
from pipeline.procedures import respond as responding
from pipeline.procedures.derive_terms import Terms
from pipeline.store import dataset_write
from tests.builders import table_forms
from tests.builders.table_forms import FORMS, Rows

TERMS = Terms(STANDARD.schedule, STANDARD.endpoint, STANDARD.best_response)
START = dt.date(2024, 1, 5)
LENGTHS = st.none() | st.decimals(0, 99, places=1)
SUBJECTS = st.lists(st.lists(LENGTHS, min_size=2, max_size=4), min_size=1, max_size=3)
RESPONSES = st.lists(
    st.lists(st.sampled_from(["CR", "PR", "SD", "PD", "NE"]), min_size=1, max_size=4), min_size=1, max_size=3
)


def day(visit: int, of: int) -> str:
    return (START + dt.timedelta(days=84 * visit + of)).isoformat()


def tumors(subjects: list[list[object]]) -> tuple[Rows, Rows]:
    tu, tr = [], []
    for of, lengths in enumerate(subjects):
        name = f"Ü-{of:02}"
        tu.append({"STUDYID": "X", "USUBJID": name, "TULNKID": "T1", "TUSTRESC": "TARGET", "TULOC": "LIVER"})
        for visit, length in enumerate(lengths):
            text = "" if length is None else str(length)
            row = {"STUDYID": "X", "USUBJID": name, "TRLNKID": "T1", "TRTESTCD": "LDIAM", "TRSTRESC": text}
            row |= {"TRSTRESN": text, "TRSTAT": "" if text else "NOT DONE", "VISITNUM": f"{visit + 1}"}
            tr.append(row | {"TRDTC": day(visit, of)})
    return tu, tr


def responses(subjects: list[list[str]]) -> tuple[Rows, Rows]:
    rs, adsl = [], []
    for of, answers in enumerate(subjects):
        name = f"Ü-{of:02}"
        adsl.append({"STUDYID": "X", "USUBJID": name, "RANDDT": day(0, of), "TRTSDT": day(0, of)})
        adsl[-1] |= {"DTHDT": "" if of % 2 else day(9, of), "LSTALVDT": "", "TRT01P": "A" if of % 2 else "B"}
        for visit, answer in enumerate(answers, start=1):
            row = {"STUDYID": "X", "USUBJID": name, "RSSEQ": str(visit), "RSTESTCD": "OVRLRESP", "RSSTRESC": answer}
            rs.append(row | {"RSACPTFL": "Y", "VISITNUM": f"{visit}.5", "RSDTC": day(visit, of)})
    return rs, adsl


def respond(tu: Path, tr: Path) -> bytes:
    order = responding.Order(tu, tr, registry.get("recist11"), Scope.WHOLE_BODY, STANDARD)
    out = tu.parent / "out.csv"
    responding.respond(order, out)
    return out.read_bytes()


def derive(rs: Path, adsl: Path) -> list[bytes]:
    derived = deriving.derive(deriving.Sources(rs, adsl), [deriving.ALL], TERMS)
    outs = [rs.parent / f"{table.domain.name}.csv" for table in derived.tables]
    for table, out in zip(derived.tables, outs, strict=True):
        dataset_write.write(table, out)
    return [out.read_bytes() for out in outs]


def in_form(form: str, folder: str, first: Rows, second: Rows) -> tuple[tuple[Path, Path], tuple[Path, Path]]:
    """Both tables as plain CSV and in a form."""
    homes = [Path(folder) / name for name in ("plain", "form")]
    for home in homes:
        home.mkdir()
    plain = [table_forms.plain(rows, homes[0] / name) for rows, name in ((first, "one"), (second, "two"))]
    formed = [FORMS[form](rows, homes[1] / name) for rows, name in ((first, "one"), (second, "two"))]
    return (plain[0], plain[1]), (formed[0], formed[1])


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=3, deadline=None)
@given(SUBJECTS)
def test_respond_writes_the_same_bytes_from_every_form(form: str, subjects: list[list[object]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        plain, formed = in_form(form, folder, *tumors(subjects))
        assert respond(*formed) == respond(*plain)


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=3, deadline=None)
@given(RESPONSES)
def test_derive_writes_the_same_bytes_from_every_form(form: str, subjects: list[list[str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        plain, formed = in_form(form, folder, *responses(subjects))
        assert derive(*formed) == derive(*plain)


def test_every_form_says_what_was_read_as_something_else(tmp_path: Path) -> None:
    rs, adsl = responses([["SD", "PD"], ["PR"]])
    for number, (form, write) in enumerate(FORMS.items()):
        home = tmp_path / str(number)
        home.mkdir()
        derived = deriving.derive(deriving.Sources(write(rs, home / "RS"), write(adsl, home / "ADSL")), ["PFS"], TERMS)
        if form not in {"transport, DATE9.", "Parquet", "Dataset-JSON"}:
            assert [line for line in derived.notes if "read" in line or "separated" in line or "passed" in line], form
