"""export --cut --as-of on a study without images: what was known then, byte for byte, whatever came later."""

import csv
import datetime as dt
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from pipeline.assess import plan
from pipeline.export import dataset
from pipeline.export.cut import NO_LIMITS, DataCut
from pipeline.export.domains import every
from pipeline.export.domains.adtte import ADTTE
from pipeline.export.tables.every import LAYOUTS
from pipeline.ingest import geometry
from pipeline.ingest import visits as naming
from pipeline.model.catalog import PhaseCall, Volume
from pipeline.model.errors import InputError
from pipeline.model.events import Event, EventKind
from pipeline.model.lesion import Finding
from pipeline.model.terms import Phase
from pipeline.model.visit import Burden
from pipeline.procedures import cut as cutting
from pipeline.procedures import derive as deriving
from pipeline.procedures import export as exporting
from pipeline.procedures import kept
from pipeline.procedures.derive_terms import Terms
from pipeline.procedures.line import OpenStudy
from pipeline.procedures.values import VisitBurden
from tests.builders import histories, study, trials
from tests.builders.command import hepatrack
from tests.builders.dicom_series import headers

VISITS, FINDINGS = histories.lesions("T1=100 T2=50 | T1=60 T2=40 | T1=80 T2=50 NL1=12")
W12, W24 = VISITS[1].date, VISITS[2].date
START = Event("S-001", EventKind.EMBOLIZATION, dt.date(2024, 1, 2))
RANDOMIZED = Event("S-001", EventKind.RANDOMIZED, dt.date(2024, 1, 1))
DEATH = Event("S-001", EventKind.DEATH, W24 + dt.timedelta(days=30))
MORNING = dt.time(9, tzinfo=dt.UTC)
READS = tuple(
    replace(f, signed_at=dt.datetime.combine(f.date or W24, MORNING) + dt.timedelta(days=2)) for f in FINDINGS
)
PROPOSALS = tuple(replace(f, reader="", signed_at=None, source=type(f.source).PROPOSED) for f in FINDINGS)
FIRST_SIGNED = dt.datetime.combine(VISITS[0].date or W12, MORNING) + dt.timedelta(days=2)


@pytest.fixture
def line(tmp_path: Path) -> Iterator[OpenStudy]:
    with study.opened(tmp_path / "study", trials.retnet(), VISITS, PROPOSALS, [RANDOMIZED, START, DEATH]) as opened:
        opened.add_reads(READS)
        opened.assess()
        yield opened


def files(out: Path) -> dict[str, bytes]:
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()}


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def scan(day: dt.date) -> Volume:
    slices = tuple(headers(10, subject="S-001", study_date=day))
    phase = PhaseCall(Phase.ARTERIAL, 0.9)
    return Volume(f"V{day}", "S-001", day, slices[0].modality, "1.2", "1", slices, geometry.grid(slices), phase=phase)


def terms() -> Terms:
    protocol = trials.retnet()
    return Terms(protocol.schedule, protocol.endpoint, protocol.best_response)


def endpoint(out: Path, paramcd: str = "HPFS") -> dict[str, str]:
    (found,) = [row for row in rows(out / "endpoint.csv") if row["paramcd"] == paramcd]
    return found


def test_a_whole_export_has_tables_datasets_and_report(line: OpenStudy, tmp_path: Path) -> None:
    done = exporting.export(line, tmp_path / "out")
    found = files(tmp_path / "out")
    for name in ("tu", "tr", "rs", "supptu", "supptr"):
        assert {f"sdtm/{name}.{ending}" for ending in ("csv", "xpt", "json", "parquet")} <= set(found)
    assert {"sdtm/define.xml", "adam/define.xml", "adam/adsl.xpt", "adam/adtr.parquet"} <= set(found)
    assert done.index == tmp_path / "out" / "index.html"
    said = json.loads(found["manifest.json"])
    assert said["cut"] is None
    assert said["as_of"] == max(r.signed_at for r in READS if r.signed_at).isoformat()
    assert set(said["tables"]) == {n for n in found if n.startswith(("sdtm/", "adam/"))} | {
        "lesions.csv",
        "timepoints.csv",
        "endpoint.csv",
        "criteria.csv",
        "certainty.csv",
        "explanations.json",
        "conformance.csv",
        "sources.csv",
    }
    assert said["seeds"] == {"certainty": 20210301}
    (sure,) = [row for row in rows(tmp_path / "out" / "certainty.csv") if row["criterion"] == "recist11"]
    assert (sure["subject"], sure["visit"]) == (endpoint(tmp_path / "out")["subject"], "W24")
    assert endpoint(tmp_path / "out")["event"] == "HEPATIC PROGRESSION"


def test_the_cut_hides_what_came_later(line: OpenStudy, tmp_path: Path) -> None:
    done = exporting.export(line, tmp_path / "out", DataCut(cut=W24 - dt.timedelta(days=1)))
    assert {row["visit"] for row in rows(tmp_path / "out" / "timepoints.csv")} == {"BASELINE", "W12"}
    assert {row["lesion"] for row in rows(tmp_path / "out" / "lesions.csv")} == {"T1", "T2"}
    assert endpoint(tmp_path / "out")["cnsr"] == "1"
    assert endpoint(tmp_path / "out")["date"] == W12.isoformat()
    assert rows(tmp_path / "out" / "adam" / "adsl.csv")[0]["DTHDT"] == ""
    assert json.loads((tmp_path / "out" / "manifest.json").read_text())["cut"] == "2024-06-16"
    assert W24.isoformat().encode() not in b"".join(files(tmp_path / "out").values())
    assert not (tmp_path / "out" / "index.html").exists()
    assert done.index == tmp_path / "out"


def test_the_burden_of_a_visit_that_the_cut_goes_through_is_not_known(tmp_path: Path) -> None:
    earlier = W24 - dt.timedelta(days=3)
    across = replace(VISITS[2], scan_dates=(earlier, W24))
    burdens = [VisitBurden(v.name, Burden(Decimal(1500), Decimal(30), Decimal(2))) for v in VISITS]
    with study.opened(tmp_path / "study", trials.retnet(), [*VISITS[:2], across], PROPOSALS, [START]) as line:
        line.database.replace(kept.burden, "S-001", burdens)
        line.assess()
        exporting.export(line, tmp_path / "out", DataCut(cut=earlier))
    shown = {row["visit"]: row["burden_pct"] for row in rows(tmp_path / "out" / "timepoints.csv")}
    assert shown == {"BASELINE": "2.0", "W12": "2.0", "W24": ""}


def test_a_scan_after_the_cut_takes_no_name(tmp_path: Path) -> None:
    anchor = dt.date(2024, 1, 2)
    days = [anchor + dt.timedelta(days=n) for n in (-1, 75, 84)]
    volumes = [scan(day) for day in days]
    protocol = trials.retnet()
    found = naming.assign("S-001", volumes, [START], protocol, plan.first_phases(protocol))
    assert [visit.name for visit in found] == ["BASELINE", "U075", "W12"]
    proposals = [replace(PROPOSALS[0], visit=visit.name, date=visit.date) for visit in found]
    with study.opened(tmp_path / "study", trials.retnet(), found, proposals, [START], volumes) as opened:
        opened.add_reads([replace(READS[0], visit="U075", date=days[1])])
        opened.assess()
        exporting.export(opened, tmp_path / "out", DataCut(cut=days[1]))
    assert [row["visit"] for row in rows(tmp_path / "out" / "timepoints.csv")] == ["BASELINE", "W12"]
    assert {(row["visit"], row["source"]) for row in rows(tmp_path / "out" / "lesions.csv")} == {
        ("BASELINE", "proposed"),
        ("W12", "signed"),
    }
    assert "OUTSIDE_WINDOW" not in (tmp_path / "out" / "timepoints.csv").read_text()


def test_a_subject_that_contradicts_itself_is_a_failure_and_the_rest_is_written(tmp_path: Path) -> None:
    other = [replace(visit, subject="S-002") for visit in VISITS]
    dead = replace(DEATH, subject="S-002", date=W12)
    lesions = [*PROPOSALS, *(replace(f, subject="S-002") for f in PROPOSALS)]
    begun = [START, replace(START, subject="S-002"), dead]
    with study.opened(tmp_path / "study", trials.retnet(), [*VISITS, *other], lesions, begun) as opened:
        done = exporting.export(opened, tmp_path / "out", DataCut(as_of=FIRST_SIGNED))
    assert [(failure.subject, failure.step) for failure in done.report.failures] == [("S-002", "assess")]
    assert {row["subject"] for row in rows(tmp_path / "out" / "timepoints.csv")} == {"S-001"}


def test_a_cut_after_everything_changes_nothing(line: OpenStudy, tmp_path: Path) -> None:
    exporting.export(line, tmp_path / "whole")
    exporting.export(line, tmp_path / "cut", DataCut(cut=dt.date(2030, 1, 1)))
    whole, limited = files(tmp_path / "whole"), files(tmp_path / "cut")
    tables = [name for name in limited if name != "manifest.json"]
    assert {name: limited[name] for name in tables} == {name: whole[name] for name in tables}


def test_as_of_hides_what_was_signed_later(line: OpenStudy, tmp_path: Path) -> None:
    exporting.export(line, tmp_path / "out", DataCut(as_of=FIRST_SIGNED))
    source = {row["visit"]: row["source"] for row in rows(tmp_path / "out" / "lesions.csv")}
    assert source == {"BASELINE": "signed", "W12": "proposed", "W24": "proposed"}
    provisional = {row["visit"]: row["provisional"] for row in rows(tmp_path / "out" / "timepoints.csv")}
    assert provisional == {"BASELINE": "", "W12": "Y", "W24": "Y"}


def test_the_same_pair_gives_equal_bytes_after_newer_reads(line: OpenStudy, tmp_path: Path) -> None:
    limits = DataCut(cut=W24, as_of=dt.datetime(2024, 6, 30, tzinfo=dt.UTC))
    exporting.export(line, tmp_path / "first", limits)
    exporting.export(line, tmp_path / "whole")
    newer = replace(READS[2], signed_at=dt.datetime(2024, 7, 1, tzinfo=dt.UTC), long_axis_mm=READS[0].long_axis_mm)
    line.add_reads([newer])
    line.assess()
    exporting.export(line, tmp_path / "second", limits)
    exporting.export(line, tmp_path / "now")
    assert files(tmp_path / "first") == files(tmp_path / "second")
    assert files(tmp_path / "whole")["lesions.csv"] != files(tmp_path / "now")["lesions.csv"]


def test_the_recorded_moment_of_a_whole_export_gives_it_again(line: OpenStudy, tmp_path: Path) -> None:
    exporting.export(line, tmp_path / "whole")
    moment = dt.datetime.fromisoformat(json.loads((tmp_path / "whole" / "manifest.json").read_text())["as_of"])
    exporting.export(line, tmp_path / "again", DataCut(as_of=moment))
    whole, again = files(tmp_path / "whole"), files(tmp_path / "again")
    assert again == {name: whole[name] for name in again}


@pytest.mark.r
def test_every_transport_file_reads_in_r(line: OpenStudy, tmp_path: Path, rscript: Callable[..., str]) -> None:
    exporting.export(line, tmp_path / "out", formats=["xpt", "csv"])
    paths = sorted((tmp_path / "out").rglob("*.xpt"))
    code = (
        "for (f in commandArgs(TRUE)) { x <- haven::read_xpt(f); "
        "l <- sapply(x, function(v) attr(v, 'label')); "
        "cat(basename(f), nrow(x), paste(names(x), collapse=','), sum(nchar(l) > 0), sep='|', fill=9999) }"
    )
    for path, told in zip(paths, rscript(code, *paths).splitlines(), strict=True):
        name, count, names, labels = told.strip().split("|")
        in_csv = rows(path.with_suffix(".csv"))
        assert (name, int(count)) == (path.name, len(in_csv))
        assert names.split(",") == list(in_csv[0])
        assert int(labels) == len(in_csv[0])


def test_two_whole_exports_are_equal(line: OpenStudy, tmp_path: Path) -> None:
    for name in ("first", "second"):
        exporting.export(line, tmp_path / name)
    assert files(tmp_path / "first") == files(tmp_path / "second")


@pytest.mark.parametrize("paramcd", ["HPFS", "HPFSR", "THP", "PFS", "OS"])
def test_derive_reads_what_we_export(line: OpenStudy, tmp_path: Path, paramcd: str) -> None:
    exporting.export(line, tmp_path / "out", formats=["xpt", "csv"])
    adam, sdtm = tmp_path / "out" / "adam", tmp_path / "out" / "sdtm"
    derived = deriving.derive(deriving.Sources(sdtm / "rs.xpt", adam / "adsl.xpt"), [paramcd], terms())
    (ours,) = [row for row in rows(adam / "adtte.csv") if row["PARAMCD"] == paramcd]
    (theirs,) = dataset.as_table(derived.tables[0]).rows
    same = {"PARAM", "AVAL", "STARTDT", "ADT", "CNSR", "EVNTDESC", "ICLDT", "ICRDT", "RULESET", "EVAL", "EVALID"}
    assert {name: value for name, value in zip(ADTTE.names, theirs, strict=True) if name in same} == {
        name: value for name, value in ours.items() if name in same
    }


@pytest.mark.parametrize("paramcd", ["BOR", "CBOR"])
def test_best_responses_are_those_that_derive_gives(line: OpenStudy, tmp_path: Path, paramcd: str) -> None:
    exporting.export(line, tmp_path / "out", formats=["csv"])
    adam, sdtm = tmp_path / "out" / "adam", tmp_path / "out" / "sdtm"
    derived = deriving.derive(deriving.Sources(sdtm / "rs.csv", adam / "adsl.csv"), [paramcd], terms())
    (ours,) = [row for row in rows(adam / "adrs.csv") if row["PARAMCD"] == paramcd]
    assert (ours["AVALC"], ours["ADT"]) == (
        derived.tables[0].column("AVALC")[0],
        dataset.text(derived.tables[0].column("ADT")[0]),
    )


def test_reads_are_never_replaced(line: OpenStudy) -> None:
    line.add_reads(READS[:1])
    known = cutting.collect(line, NO_LIMITS).cases[0].reads
    assert sorted(known, key=repr) == sorted(READS, key=repr)
    with pytest.raises(InputError, match="A correction is a new signing"):
        line.add_reads([replace(READS[0], segment="VIII")])


def test_a_format_can_be_chosen_and_others_go(line: OpenStudy, tmp_path: Path) -> None:
    exporting.export(line, tmp_path / "out")
    exporting.export(line, tmp_path / "out", formats=["csv"])
    endings = {path.suffix for folder in ("sdtm", "adam") for path in (tmp_path / "out" / folder).iterdir()}
    assert endings == {".csv"}


def test_an_export_writes_every_dataset_and_every_table(line: OpenStudy, tmp_path: Path) -> None:
    exporting.export(line, tmp_path / "out", formats=["csv"])
    datasets = {path.stem.upper() for folder in ("sdtm", "adam") for path in (tmp_path / "out" / folder).iterdir()}
    assert datasets == {domain.name for domain in every.DOMAINS}, "built in pipeline/procedures/datasets.py"
    written = {path.name for path in (tmp_path / "out").glob("*.csv")}
    assert written == {layout.file for layout in LAYOUTS}, "written in pipeline/procedures/export.py"


def test_an_unknown_format_is_refused(line: OpenStudy, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="--format: found 'pdf'; allowed: csv, xpt, dataset-json"):
        exporting.export(line, tmp_path / "out", formats=["pdf"])
    assert not (tmp_path / "out").exists()


def test_a_limited_export_refuses_the_folder_of_a_report(line: OpenStudy, tmp_path: Path) -> None:
    exporting.export(line, tmp_path / "out")
    before = files(tmp_path / "out")
    with pytest.raises(InputError, match="Choose another folder"):
        exporting.export(line, tmp_path / "out", DataCut(cut=W12))
    assert files(tmp_path / "out") == before


def test_a_subject_that_xpt_cannot_hold_is_left_out_by_name(tmp_path: Path) -> None:
    def renamed(value: Finding) -> Finding:
        return replace(value, segment="Größe")

    with study.opened(tmp_path / "study", trials.retnet(), VISITS, list(map(renamed, PROPOSALS)), [START]) as line:
        line.assess()
        (failure,) = exporting.export(line, tmp_path / "out").report.failures
        assert failure.subject == PROPOSALS[0].subject
        assert "SUPPTU.QVAL row 4: found 'Größe'; allowed: ASCII. Export with --format csv." in failure.reason
        assert (tmp_path / "out" / "sdtm" / "tu.csv").read_text().count("\n") == 1
        assert (tmp_path / "out" / "lesions.csv").read_text().count("Größe") == len(PROPOSALS)
        exported = exporting.export(line, tmp_path / "out", formats=["csv", "define"])
        assert exported.report.failures == ()
        assert (tmp_path / "out" / "sdtm" / "define.xml").read_text(encoding="utf-8").count("supptu.csv") == 2


@pytest.mark.parametrize(
    ("option", "value", "told"),
    [("--cut", "2024-02-30", "a date that exists"), ("--as-of", "2024-02-28", "a date and time")],
)
def test_an_impossible_limit_is_told(tmp_path: Path, option: str, value: str, told: str) -> None:
    (tmp_path / "study").mkdir()
    done = hepatrack("export", "--study", tmp_path / "study", "--out", tmp_path / "out", option, value)
    assert done.code == 2
    assert f"{option}: found '{value}'; allowed: {told}" in done.err.replace("\n", "")
    assert not (tmp_path / "out").exists()


def test_the_command_takes_both_limits(line: OpenStudy, tmp_path: Path) -> None:
    limits = ("--cut", W12, "--as-of", "2024-06-30T00:00:00", "--format", "xpt", "--json")
    done = hepatrack("export", "--study", tmp_path / "study", "--out", tmp_path / "out", *limits)
    assert done.code == 0, done.err
    assert {row["visit"] for row in json.loads(done.out)["tables"]["timepoints.csv"]} == {"BASELINE", "W12"}
    said = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert (said["cut"], said["as_of"]) == (W12.isoformat(), "2024-06-30T00:00:00+00:00")


def test_arms_of_adsl_are_filled_in_and_told(line: OpenStudy, tmp_path: Path) -> None:
    arms = tmp_path / "adsl.csv"
    arms.write_text("USUBJID;TRT01P\nS-001;CONTROL\nS-002;.\n", encoding="utf-8")
    done = exporting.export(line, tmp_path / "out", formats=["csv"], arms=arms)
    assert [row["TRT01P"] for row in rows(tmp_path / "out" / "adam" / "adsl.csv")] == ["CONTROL"]
    assert done.notes == (
        "adsl.csv: cells separated by semicolons",
        "adsl.csv TRT01P: 1 value '.' read as missing",
        "adsl.csv: the arm is TRT01P; 1 of 2 subjects have none",
    )


def test_an_export_before_anything_is_assessed_says_so(tmp_path: Path) -> None:
    with study.opened(tmp_path / "study", trials.retnet(), VISITS, PROPOSALS, [START]) as early:
        assert exporting.export(early, tmp_path / "out").notes == (exporting.NOTHING_ASSESSED,)
        early.assess()
        assert exporting.export(early, tmp_path / "out").notes == ()
