"""Any criterion may be the primary of a trial: it decides, and every table, data set and page has it."""

from pathlib import Path

import pytest

from pipeline.assess import registry
from pipeline.model.events import Event, EventKind
from pipeline.model.scope import Scope
from pipeline.procedures import export
from pipeline.store.db import schema
from tests.builders import histories, study, trials
from tests.builders.command import rows

START = Event(histories.SUBJECT, EventKind.EMBOLIZATION, histories.DAY_ZERO)


def exported(folder: Path, text: str, settings: str) -> Path:
    visits, findings = histories.lesions(text)
    protocol = histories.changed(trials.retnet(), settings)
    with study.opened(folder / "study", protocol, visits, proposals=findings, events=[START]) as line:
        line.assess()
        export.export(line, folder / "out")
    return folder / "out"


def test_who_decides_by_its_own_sums(tmp_path: Path) -> None:
    out = exported(tmp_path, "T1=50x40 | T1=50x48 | T1=52x50", "criteria.primary=who")
    points = rows(out / "timepoints.csv")
    assert [row["who_sum_mm2"] for row in points] == ["2000", "2400", "2600"]
    assert [row["hepatic_who"] for row in points] == ["", "SD", "PD"]
    assert [row["hepatic_recist11"] for row in points] == ["", "SD", "SD"]
    (hpfs,) = (row for row in rows(out / "endpoint.csv") if row["paramcd"] == "HPFS")
    assert (hpfs["source_visit"], hpfs["cnsr"]) == ("W24", "0")
    page = next((out / "report").glob("S-001*.html")).read_text(encoding="utf-8")
    assert "sum of products of long axis and perpendicular (mm²)" in page
    assert "Filled circles: sum of products of long axis and perpendicular (WHO). Responses" in page
    assert "viable sum (mRECIST)" not in page


def test_irecist_waits_for_a_confirmation(tmp_path: Path) -> None:
    text = "T1=50 | @56 T1=60 | @90 T1=66 | @180 T1=70"
    out = exported(tmp_path, text, "criteria.primary=irecist")
    assert [row["hepatic_irecist"] for row in rows(out / "timepoints.csv")] == ["", "iUPD", "iCPD", "iCPD"]
    (hpfs,) = (row for row in rows(out / "endpoint.csv") if row["paramcd"] == "HPFS")
    assert (hpfs["date"], hpfs["cnsr"]) == ("2024-02-26", "0"), "dated to the progression that was confirmed"
    analysis = [row for row in rows(out / "adam" / "adrs.csv") if row["PARAMCD"] == "OVRLI"]
    assert [(row["AVALC"], row["AVAL"]) for row in analysis] == [("iUPD", "6"), ("iCPD", "5"), ("iCPD", "5")]
    define = (out / "sdtm" / "define.xml").read_text(encoding="utf-8")
    assert all(f'CodedValue="{term}"' in define for term in ("iRECIST", "iUPD", "iCPD"))


def test_a_criterion_of_the_whole_body_decides_there(tmp_path: Path) -> None:
    text = "T1=50x40 TL1=10x10 | T1=50x40 TL1=30x30"
    out = exported(tmp_path, text, "criteria.primary=who endpoint.scope=whole-body")
    last = rows(out / "timepoints.csv")[-1]
    assert (last["hepatic_who"], last["overall_who"], last["overall_who_sum_mm2"]) == ("SD", "PD", "2900")
    (hpfs,) = (row for row in rows(out / "endpoint.csv") if row["paramcd"] == "HPFS")
    assert (hpfs["source_visit"], hpfs["reason"]) == ("W12", "PROGRESSION")


@pytest.mark.parametrize("name", registry.criteria())
def test_every_criterion_is_read_where_it_decides(name: str, tmp_path: Path) -> None:
    visits, findings = histories.lesions("T1=50x40/30x20,v60/40,h80 | T1=50x40/30x20,v60/40,h80")
    protocol = histories.changed(trials.retnet(), f"criteria.primary={name}")
    with study.opened(tmp_path, protocol, visits, proposals=findings, events=[START]) as line:
        line.assess()
        points = line.database.rows(schema.time_point, histories.SUBJECT)
    assert points[1].read(name, Scope.LIVER).overall.response in {"SD", "iSD"}
