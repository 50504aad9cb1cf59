"""TU, TR, RS and ADTR of small studies: exact cells, worked out by hand from the rule book, section 6."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from pipeline.assess import best_response, registry
from pipeline.assess.best_response import DatedResponse
from pipeline.assess.timepoints import assess
from pipeline.endpoint import hpfs
from pipeline.export import adrs_visits, adsl, adtr, adtte_times, codelists, evaluator, pr, responses, tr, tu
from pipeline.export import case as cases
from pipeline.export.case import Case
from pipeline.export.dataset import Cell, Core, Dataset, Variable
from pipeline.model.events import Event, EventKind
from pipeline.model.flags import Flag
from pipeline.model.lesion import Axis
from pipeline.model.response import Response
from pipeline.model.scope import Scope
from pipeline.model.terms import Modality, Phase
from pipeline.procedures import respond as responding
from pipeline.store import dataset_write
from pipeline.store import datasets as reading
from tests.builders import histories, trials
from tests.builders.datasets import records
from tests.builders.exported import START, case, everything

RETNET = trials.retnet()
BODY = histories.changed(RETNET, "endpoint.scope=whole-body")


def cells(found: Dataset, *names: str) -> list[tuple[Cell, ...]]:
    return list(zip(*(found.column(name) for name in names), strict=True))


def results(text: str, protocol: object = RETNET) -> list[str]:
    """visit, link, test=original>standard of every row of TR that is not a sum."""
    found, _ = tr.build([case(text)], RETNET if protocol is RETNET else BODY)
    rows = cells(found, "VISITNUM", "TRLNKID", "TRTESTCD", "TRORRES", "TRSTRESC", "TRSTAT", "TRREASND")
    return [
        f"{visit} {link} {test}={status or original or '-'}>{reason or standard or '-'}"
        for visit, link, test, original, standard, status, reason in rows
        if link
    ]


def test_lesions_are_identified_once_by_reader() -> None:
    found, extra = tu.build(
        [case("T1=30 T3=10 TN2=18 NT1=present | T1=20 NL1=12 T3=split:9 | T1=merged T3=merged:22 NL1=15")], RETNET
    )
    assert cells(found, "TUSEQ", "TULNKID", "TUTESTCD", "TUSTRESC", "TULOC", "VISITNUM", "TUDTC", "TUDY") == [
        (1, "R1-NL1", "TUMIDENT", "NEW", "LIVER", 2, "2024-03-25", 84),
        (2, "R1-NT1", "TUMIDENT", "NON-TARGET", "LIVER", 1, "2024-01-01", -1),
        (3, "R1-T1", "TUMIDENT", "TARGET", "LIVER", 1, "2024-01-01", -1),
        (4, "R1-T3", "TUMIDENT", "TARGET", "LIVER", 1, "2024-01-01", -1),
        (5, "R1-T3", "TUSPLIT", "TARGET", "LIVER", 2, "2024-03-25", 84),
        (6, "R1-TN2", "TUMIDENT", "TARGET", "LYMPH NODE", 1, "2024-01-01", -1),
        (7, "R1-T3/R1-T1", "TUMERGE", "TARGET", "LIVER", 3, "2024-06-17", 168),
    ]
    assert set(found.column("TUEVAL")) == {"INDEPENDENT ASSESSOR"}
    assert set(found.column("TUEVALID")) == {"RADIOLOGIST 1"}
    assert set(found.column("TUACPTFL")) == {"Y"}
    assert {row[0] for row in cells(extra, "RDOMAIN")} == {"TU"}


def test_a_lesion_is_identified_where_it_is_first_seen() -> None:
    found, _ = tu.build([case("T1=30 | T1=30 NL1=0 | T1=30 NL1=8")], RETNET)
    assert cells(found, "TULNKID", "VISITNUM") == [("R1-NL1", 3), ("R1-T1", 1)]


def test_measurements_of_targets() -> None:
    assert results("T1=30/20 T2=12 TN3=18 | T1=0 T2=small TN3=9 | T1=4 T2=small:3 TN3=ne") == [
        "1 R1-T1 LDIAM=30>30",
        "1 R1-T1 VDIAM=20>20",
        "1 R1-T2 LDIAM=12>12",
        "1 R1-TN3 LPERP=18>18",
        "1 R1-TN3 LNSTATE=PATHOLOGICAL>PATHOLOGICAL",
        "2 R1-T1 LDIAM=0>0",
        "2 R1-T1 VDIAM=0>0",
        "2 R1-T2 LDIAM=TOO SMALL TO MEASURE>5",
        "2 R1-TN3 LPERP=9>9",
        "2 R1-TN3 LNSTATE=NON-PATHOLOGICAL>NON-PATHOLOGICAL",
        "3 R1-T1 LDIAM=4>4",
        "3 R1-T1 VDIAM=NOT DONE>NOT MEASURED",
        "3 R1-T2 LDIAM=3>3",
        "3 R1-TN3 LPERP=NOT DONE>NOT EVALUABLE",
    ]


@pytest.mark.parametrize(("axis", "state"), [("9.9", "NON-PATHOLOGICAL"), ("10", "PATHOLOGICAL")])
def test_a_node_is_normal_below_10_mm(axis: str, state: str) -> None:
    assert f"2 R1-TN1 LNSTATE={state}>{state}" in results(f"TN1=18 | TN1={axis}")


def test_what_nobody_assessed_is_not_done() -> None:
    assert results("T1=30 T2=20 | T1=30 | x") == [
        "1 R1-T1 LDIAM=30>30",
        "1 R1-T2 LDIAM=20>20",
        "2 R1-T1 LDIAM=30>30",
        "2 R1-T2 LDIAM=NOT DONE>LESION NOT ASSESSED",
        "3 R1-T1 LDIAM=NOT DONE>VISIT NOT COMPLETED",
        "3 R1-T2 LDIAM=NOT DONE>VISIT NOT COMPLETED",
    ]


def test_without_an_arterial_phase_the_viable_axis_is_not_done() -> None:
    assert results("T1=30/20 | T1=30!")[2:] == [
        "2 R1-T1 LDIAM=30>30",
        "2 R1-T1 VDIAM=NOT DONE>NO ARTERIAL PHASE",
    ]


def test_a_coalesced_lesion_counts_0_where_its_partner_has_the_diameter() -> None:
    assert results("T1=30 T2=20 | T1=merged:45 T2=merged")[2:] == [
        "2 R1-T1 LDIAM=45>45",
        "2 R1-T2 LDIAM=COALESCED>0",
    ]
    assert results("T1=30 T2=20 | T1=merged T2=merged")[2:] == [
        "2 R1-T1 LDIAM=NOT DONE>NOT MEASURED",
        "2 R1-T2 LDIAM=NOT DONE>NOT MEASURED",
    ]


def test_a_merged_lesion_with_a_diameter_of_its_own_counts_by_itself() -> None:
    assert results("T1=30/20 T2=20/15 | T1=merged:45/30 T2=merged:20")[4:] == [
        "2 R1-T1 LDIAM=45>45",
        "2 R1-T1 VDIAM=30>30",
        "2 R1-T2 LDIAM=20>20",
        "2 R1-T2 VDIAM=NOT DONE>NOT MEASURED",
    ]


def test_states_of_lesions_that_are_judged() -> None:
    assert results("NT1=present NT2=present | NT1=pd NT2=0 NL1=12 NL2=eq | NT1=ne NT2=small NL1=0 NL2=ne")[2:] == [
        "2 R1-NL1 LDIAM=12>12",
        "2 R1-NL1 TUMSTATE=UNEQUIVOCAL>UNEQUIVOCAL",
        "2 R1-NL2 TUMSTATE=EQUIVOCAL>EQUIVOCAL",
        "2 R1-NT1 TUMSTATE=UNEQUIVOCAL PROGRESSION>UNEQUIVOCAL PROGRESSION",
        "2 R1-NT2 TUMSTATE=ABSENT>ABSENT",
        "3 R1-NL1 TUMSTATE=ABSENT>ABSENT",
        "3 R1-NL2 TUMSTATE=NOT DONE>NOT EVALUABLE",
        "3 R1-NT1 TUMSTATE=NOT DONE>NOT EVALUABLE",
        "3 R1-NT2 TUMSTATE=PRESENT>PRESENT",
    ]


def test_an_unsigned_candidate_in_doubt_is_equivocal_and_the_software_s() -> None:
    subject = case("T1=30 | T1=30 NL1=12*")
    doubtful = tuple(replace(f, flags=(Flag.EQUIVOCAL_NEW,)) if f.lesion == "NL1" else f for f in subject.findings)
    found, _ = tr.build([replace(subject, findings=doubtful)], RETNET)
    rows = [row for row in records(found) if row["TRLNKID"] == "S-NL1"]
    assert [(row["TRTESTCD"], row["TRSTRESC"], row["TREVAL"], row["TREVALID"]) for row in rows] == [
        ("LDIAM", "12", "SOFTWARE PROPOSAL", None),
        ("TUMSTATE", "EQUIVOCAL", "SOFTWARE PROPOSAL", None),
    ]


def test_sums_and_their_changes() -> None:
    found, _ = tr.build([case("T1=100/50 T2=50 | T1=60/25 T2=30 | T1=70/30 T2=30")], RETNET)
    sums = [row for row in records(found) if row["TRLNKID"] is None]
    assert [(row["VISITNUM"], row["TRTESTCD"], row["TRSTRESN"], row["TRSTRESU"]) for row in sums] == [
        (1, "SUMDIAM", Decimal(150), "mm"),
        (1, "SUMNLNLD", Decimal(150), "mm"),
        (1, "SUMVDIAM", Decimal(100), "mm"),
        (2, "SUMDIAM", Decimal(90), "mm"),
        (2, "SUMNLNLD", Decimal(90), "mm"),
        (2, "SUMVDIAM", Decimal(55), "mm"),
        (2, "ACNSD", Decimal(-60), "mm"),
        (2, "PCBSD", Decimal("-40.0"), "%"),
        (2, "PCNSD", Decimal("-40.0"), "%"),
        (3, "SUMDIAM", Decimal(100), "mm"),
        (3, "SUMNLNLD", Decimal(100), "mm"),
        (3, "SUMVDIAM", Decimal(60), "mm"),
        (3, "ACNSD", Decimal(10), "mm"),
        (3, "PCBSD", Decimal("-33.3"), "%"),
        (3, "PCNSD", Decimal("11.1"), "%"),
    ]
    assert {row["TRLNKGRP"] for row in sums} == {"R1-A1", "R1-A2", "R1-A3"}


def test_the_sum_without_nodes_and_the_sum_of_volumes() -> None:
    visits, findings = histories.lesions("T1=30 TN2=18 | T1=0 TN2=9")
    sized = tuple(
        replace(f, volume_ml=Decimal("14.0") if f.lesion == "T1" else Decimal("2.5"))
        if f.visit == "BASELINE" or f.lesion == "TN2"
        else f
        for f in findings
    )
    points = assess("S-001", visits, sized, {}, BODY)
    found, _ = tr.build([Case("S-001", visits, sized, timepoints=points)], BODY)
    sums = {(row["VISITNUM"], row["TRTESTCD"]): row["TRSTRESN"] for row in records(found) if not row["TRLNKID"]}
    assert (sums[1, "SUMDIAM"], sums[1, "SUMNLNLD"], sums[1, "SUMVOL"]) == (48, 30, Decimal("16.5"))
    assert (sums[2, "SUMDIAM"], sums[2, "SUMNLNLD"], sums[2, "SUMVOL"]) == (9, 0, Decimal("2.5"))
    assert sums[2, "PCBSV"] == Decimal("-84.8")


def test_two_readers_stand_side_by_side_and_one_is_accepted() -> None:
    subject = case("T1=30 | T1=36")
    other = replace(
        subject.findings[1], reader="R2", signed_at=dt.datetime(2024, 6, 1, tzinfo=dt.UTC), long_axis_mm=Decimal(40)
    )
    earlier = replace(other, signed_at=dt.datetime(2024, 5, 1, tzinfo=dt.UTC), long_axis_mm=Decimal(39))
    found, extra = tr.build([replace(subject, reads=(*subject.reads, other, earlier))], RETNET)
    rows = [r for r in records(found) if r["TRTESTCD"] == "LDIAM" and r["VISITNUM"] == 2]
    assert [(r["TRLNKID"], r["TREVALID"], r["TRSTRESN"], r["TRACPTFL"]) for r in rows] == [
        ("R1-T1", "RADIOLOGIST 1", 36, "Y"),
        ("R2-T1", "RADIOLOGIST 2", 40, None),
    ]
    of_second = {r["QNAM"]: r["QVAL"] for r in records(extra) if r["IDVARVAL"] == str(rows[1]["TRSEQ"])}
    assert of_second["READVER"] == "2"
    assert of_second["SIGNDTC"] == "2024-06-01T00:00:00+00:00"


def test_every_row_leads_back_to_its_image_and_points() -> None:
    subject = case("T1=30.0")
    placed = replace(
        subject.findings[0],
        sop_uid="1.2.3.4",
        series_uid="1.2.3",
        modality=Modality.CT,
        phase=Phase.PORTAL_VENOUS,
        segment="VIII",
        density_hu=Decimal("85.5"),
        short_axis_mm=Decimal("20.0"),
        viable_short_axis_mm=Decimal("11.5"),
        volume_ml=Decimal("14.05"),
        viable_volume_ml=Decimal(2),
        long=Axis((-0.001, 12.345, -100.0), (30.0, 12.345, -100.0)),
        flags=tuple(Flag),
    )
    linked = replace(subject, findings=(placed,), reads=(placed,))
    found, extra = tr.build([linked], RETNET)
    assert cells(found, "TRTESTCD", "TRREFID", "TRMETHOD", "TRORRES", "TRSTRESU")[:2] == [
        ("LDIAM", "1.2.3.4", "CT SCAN", "30.0", "mm"),
        ("LPERP", "1.2.3.4", "CT SCAN", "20.0", "mm"),
    ]
    assert cells(found, "TRTESTCD", "TRSTRESC", "TRSTRESU")[2:6] == [
        ("VPERP", "11.5", "mm"),
        ("VOLUME", "14.1", "mL"),
        ("VVOLUME", "2.0", "mL"),
        ("RADIODEN", "85.5", "HU"),
    ]
    qualifiers = {row["QNAM"]: row["QVAL"] for row in records(extra) if row["IDVARVAL"] == "1"}
    flags = [str(qualifiers.pop(name)) for name in ("FLAGS", "FLAGS2", "FLAGS3", "FLAGS4") if name in qualifiers]
    assert all(len(part) <= 200 for part in flags)
    assert ";".join(flags) == ";".join(flag.name for flag in Flag)
    assert qualifiers == {
        "SERIESID": "1.2.3",
        "READER": "R1",
        "SIGNDTC": "2024-07-01T00:00:00+00:00",
        "READVER": "1",
        "SOURCE": "SIGNED",
        "STATE": "present",
        "PHASE": "portal venous",
        "SEGMENT": "VIII",
        "PTX1": "0.00",
        "PTY1": "12.35",
        "PTZ1": "-100.00",
        "PTX2": "30.00",
        "PTY2": "12.35",
        "PTZ2": "-100.00",
    }
    row = records(adtr.build([linked], RETNET))[0]
    assert (row["SOPUID"], row["SERIESID"], row["READER"], row["READVER"]) == ("1.2.3.4", "1.2.3", "R1", 1)
    assert [row[name] for name in ("X1", "Y1", "Z1", "X2")] == [
        Decimal("0.00"),
        Decimal("12.35"),
        Decimal("-100.00"),
        Decimal("30.00"),
    ]


def test_analysis_rows_have_baseline_nadir_and_changes() -> None:
    found = adtr.build([case("T1=100 | T1=60 | T1=80")], RETNET)
    rows = [row for row in records(found) if row["PARAMCD"] == "SDIAM"]
    names = ("AVISITN", "AVAL", "BASE", "CHG", "PCHG", "NADIR", "CHGNAD", "PCHGNAD", "ABLFL", "PROVFL")
    assert [tuple(row[name] for name in names) for row in rows] == [
        (1, 100, 100, 0, Decimal("0.0"), None, None, None, "Y", None),
        (2, 60, 100, -40, Decimal("-40.0"), 100, -40, Decimal("-40.0"), None, None),
        (3, 80, 100, -20, Decimal("-20.0"), 60, 20, Decimal("33.3"), None, None),
    ]
    sources, _ = tr.build([case("T1=100 | T1=60 | T1=80")], RETNET)
    by_sequence = {row["TRSEQ"]: row["TRSTRESN"] for row in records(sources)}
    assert all(by_sequence[row["SRCSEQ"]] == row["AVAL"] for row in records(found))


def test_a_scan_before_the_baseline_is_no_time_point() -> None:
    subject = case("T1=30 | T1=20")
    first = replace(subject.visits[0], name="PRE030", date=dt.date(2023, 12, 1), scan_dates=(dt.date(2023, 12, 1),))
    early = replace(subject.findings[0], visit="PRE030", date=first.date)
    shown = replace(subject, visits=(first, *subject.visits), findings=(early, *subject.findings))
    found, _ = tr.build([shown], RETNET)
    assert set(cells(found, "VISITNUM", "VISIT")) == {(1, "BASELINE"), (2, "W12")}


def test_responses_with_their_scope() -> None:
    found = responses.build([case("T1=100/50 NTB1=present | T1=60/25 NTB1=pd")], RETNET)
    assert cells(found, "RSSEQ", "RSTESTCD", "RSCAT", "RSSCAT", "RSSTRESC", "VISITNUM", "RSLNKGRP") == [
        (1, "TRGRESP", "RECIST 1.1", "LIVER", "PR", 2, "R1-A2"),
        (2, "NEWLPROG", "RECIST 1.1", "LIVER", "N", 2, "R1-A2"),
        (3, "OVRLRESP", "RECIST 1.1", "WHOLE BODY", "PD", 2, "R1-A2"),
        (4, "OVRLRESP", "RECIST 1.1", "LIVER", "PR", 2, "R1-A2"),
        (5, "OVRLRESP", "mRECIST", "LIVER", "PR", 2, "R1-A2"),
    ]


def test_responses_for_analysis_stop_at_the_first_progression() -> None:
    found = adrs_visits.build([case("T1=100 | T1=ne | T1=130 | T1=60")], RETNET, "RECIST 1.1")
    rows = [row for row in records(found) if row["PARAMCD"] == "OVRL"]
    assert [(row["AVISITN"], row["AVALC"], row["ANL01FL"], row["ANL02FL"]) for row in rows] == [
        (2, "NE", None, "Y"),
        (3, "PD", "Y", "Y"),
        (4, "PR", "Y", None),
    ]
    of_rs = responses.build([case("T1=100 | T1=ne | T1=130 | T1=60")], RETNET)
    sources = {row["RSSEQ"]: row for row in records(of_rs)}
    assert all(sources[row["SRCSEQ"]]["RSSTRESC"] == row["AVALC"] for row in rows)


@pytest.mark.parametrize(
    ("text", "param", "traced"),
    [
        ("T1=100 | T1=60 | T1=130", "HPFS", ("RS", "LIVER", "PD")),
        ("T1=100 | T1=60 | T1=130", "PFS", ("RS", "WHOLE BODY", "PD")),
        ("T1=100 | T1=60 | T1=130", "DOR", ("RS", "LIVER", "PD")),
        ("T1=100 NTB1=present | T1=60 NTB1=pd", "THP", ("RS", "LIVER", "PR")),
        ("T1=100 NTB1=present | T1=60 NTB1=pd", "PFS", ("RS", "WHOLE BODY", "PD")),
        ("T1=100 | T1=ne", "HPFS", ("ADSL", None, None)),
        ("T1=100 | T1=60", "OS", ("ADSL", None, None)),
    ],
)
def test_times_lead_to_the_response_that_dates_them(
    text: str, param: str, traced: tuple[str, str | None, str | None]
) -> None:
    events = (START, Event("S-001", EventKind.RANDOMIZED, dt.date(2024, 1, 1)))
    subject = case(text, events=events)
    subject = replace(subject, parameters=hpfs.derive_all("S-001", subject.timepoints, subject.visits, events, RETNET))
    sources = {row["RSSEQ"]: row for row in records(responses.build([subject], RETNET))}
    row = next(row for row in records(adtte_times.build([subject], RETNET)) if row["PARAMCD"] == param)
    source = sources.get(row["SRCSEQ"], {})
    assert (row["SRCDOM"], source.get("RSSCAT"), source.get("RSSTRESC")) == traced
    assert source.get("RSTESTCD") == (None if row["SRCDOM"] == "ADSL" else "OVRLRESP")
    assert row["SRCDOM"] == "ADSL" or source["RSDTC"] == row["ADT"].isoformat()


def test_dates_of_a_subject() -> None:
    def on(kind: EventKind, day: int) -> Event:
        return Event("S-001", kind, dt.date(2024, 1, day))

    events = (
        on(EventKind.RANDOMIZED, 1),
        on(EventKind.OTHER_THERAPY, 1),
        on(EventKind.EMBOLIZATION, 2),
        on(EventKind.EMBOLIZATION, 20),
        on(EventKind.OTHER_THERAPY, 25),
        on(EventKind.LAST_CONTACT, 28),
        on(EventKind.DEATH, 27),
    )
    (row,) = records(adsl.build([Case("S-001", events=events)], RETNET))
    assert {name: value for name, value in row.items() if value is not None} == {
        "STUDYID": "RETNET",
        "USUBJID": "S-001",
        "SUBJID": "S-001",
        "ITTFL": "Y",
        "SAFFL": "Y",
        "RANDDT": dt.date(2024, 1, 1),
        "TRTSDT": dt.date(2024, 1, 2),
        "TRTEDT": dt.date(2024, 1, 20),
        "DTHDT": dt.date(2024, 1, 27),
        "DTHFL": "Y",
        "NEWTXDT": dt.date(2024, 1, 25),
        "EOSDT": dt.date(2024, 1, 28),
        "DCSREAS": "LOST TO FOLLOW-UP",
        "LSTALVDT": dt.date(2024, 1, 27),
    }


def test_the_interval_between_embolizations_leads_to_the_procedure() -> None:
    kinds = ((EventKind.EMBOLIZATION, 20), (EventKind.EMBOLIZATION, 2), (EventKind.ABLATION, 9), (EventKind.PRRT, 25))
    events = tuple(Event("S-001", kind, dt.date(2024, 1, day)) for kind, day in kinds)
    subject = case("T1=100 | T1=60", events=events)
    rows = hpfs.derive_all("S-001", subject.timepoints, subject.visits, events, RETNET)
    shown = replace(subject, parameters=rows)
    assert cells(pr.build([shown], RETNET), "PRSEQ", "PRTRT", "PRSTDTC", "PRSTDY") == [
        (1, "EMBOLIZATION", "2024-01-02", 1),
        (2, "ABLATION", "2024-01-09", 8),
        (3, "EMBOLIZATION", "2024-01-20", 19),
    ]
    (interval,) = [row for row in records(adtte_times.build([shown], RETNET)) if row["PARAMCD"] == "INTEMB"]
    assert (interval["SRCDOM"], interval["SRCVAR"], interval["SRCSEQ"]) == ("PR", "PRSTDTC", 3)


def test_a_best_response_leads_to_the_response_it_rests_on() -> None:
    subject = case("T1=100/50 | T1=60/50 | T1=50/50", events=(START,))
    start = START.date
    visits = [DatedResponse(dt.date(2024, 3, 25), Response.PR), DatedResponse(dt.date(2024, 6, 17), Response.PR)]
    best = tuple((code, best_response.BY_CODE[code](visits, start, RETNET.best_response)) for code in ("BOR", "CBOR"))
    nothing = (("BOR", best_response.unconfirmed([], start, RETNET.best_response)),)
    sources = {row["RSSEQ"]: row for row in records(responses.build([subject], RETNET))}
    rows = records(adrs_visits.build([replace(subject, best=best)], RETNET, "RECIST 1.1"))
    for row in (row for row in rows if row["PARAMCD"] in {"BOR", "CBOR"}):
        source = sources[row["SRCSEQ"]]
        found = (source["RSTESTCD"], source["RSSCAT"], source["RSSTRESC"], source["RSDTC"])
        assert found == ("OVRLRESP", "LIVER", "PR", "2024-03-25")
        assert row["ADY"] == 84
    (row,) = [
        row
        for row in records(adrs_visits.build([replace(subject, best=nothing)], RETNET, "RECIST 1.1"))
        if row["PARAMCD"] == "BOR"
    ]
    assert (row["AVALC"], row["SRCDOM"], row["SRCVAR"], row["SRCSEQ"]) == ("NE", None, None, None)


def test_visitnum_has_one_meaning_for_all_subjects() -> None:
    first, second = case("T1=100 | T1=60 | T1=50"), replace(case("T1=100 | T1=60 | T1=50"), subject="S-002")
    late = replace(second.visits[2], name="W48")
    moved = tuple(replace(f, visit="W48") if f.visit == "W24" else f for f in second.findings)
    study = cases.numbered([first, replace(second, visits=(*second.visits[:2], late), findings=moved)], RETNET.schedule)
    found, _ = tr.build(study, RETNET)
    assert set(cells(found, "VISITNUM", "VISIT")) == {(1, "BASELINE"), (2, "W12"), (3, "W24"), (5, "W48")}


def test_arms_stand_in_adsl_only_where_the_export_was_told_of_them() -> None:
    subjects = [Case("S-001", arm="CTACE"), Case("S-002", arm="OTHER")]
    rows = records(adsl.build(subjects, RETNET))
    words = "lipiodol chemoembolization with doxorubicin"
    assert [(row["ARMCD"], row["ARM"], row["TRT01P"]) for row in rows] == [
        ("CTACE", words, words),
        ("OTHER", "OTHER", "OTHER"),
    ]
    assert "TRT01P" not in adsl.build([Case("S-001")], RETNET).domain.names


@pytest.mark.parametrize(
    ("reader", "expected"),
    [
        ("R1", ("INDEPENDENT ASSESSOR", "RADIOLOGIST 1", "R1")),
        ("READER-2", ("INDEPENDENT ASSESSOR", "RADIOLOGIST 2", "R2")),
        ("radiologist 01", ("INDEPENDENT ASSESSOR", "RADIOLOGIST 1", "R1")),
        ("ADJ", ("INDEPENDENT ASSESSOR", "ADJUDICATOR", "ADJ")),
        ("Investigator", ("INVESTIGATOR", "", "INV")),
        ("m.k.", ("INDEPENDENT ASSESSOR", "M.K.", "M.K.")),
        ("", ("SOFTWARE PROPOSAL", "", "S")),
    ],
)
def test_who_stands_behind_a_row(reader: str, expected: tuple[str, str, str]) -> None:
    found = evaluator.of(reader)
    assert (found.evaluation, found.identifier, found.prefix) == expected


@pytest.mark.parametrize("criterion", ["recist11", "mrecist"])
@pytest.mark.parametrize(
    "text",
    [
        "T1=100/60 T2=50/40 NT1=present | T1=60/30 T2=40/20 NT1=present | T1=80/50 T2=50/40 NT1=0 NL1=12",
        "T1=30/20 T2=12/10 | T1=0 T2=small | T1=ne T2=30/20 | T1=20/10 T2=-",
        "T1=30 T2=20 | T1=merged:45 T2=merged | x | T1=merged:60 T2=merged",
        "T1=40/40 NT1=present | T1=40/40 NT1=pd NL1=eq | T1=40/40 NT1=ne NL1=9",
    ],
)
def test_respond_gives_our_responses_from_our_tables(tmp_path: Path, criterion: str, text: str) -> None:
    subject = case(text)
    for name, found in (("tu", tu.build([subject], RETNET)[0]), ("tr", tr.build([subject], RETNET)[0])):
        dataset_write.write(found, tmp_path / f"{name}.xpt")
    order = responding.Order(tmp_path / "tu.xpt", tmp_path / "tr.xpt", registry.get(criterion), Scope.LIVER, RETNET)
    responding.respond(order, tmp_path / "rs.csv")
    theirs = {
        (row.text("VISITNUM"), row.text("RSTESTCD")): row.text("RSSTRESC")
        for row in reading.read(tmp_path / "rs.csv", ("VISITNUM", "RSTESTCD", "RSSTRESC"))
        if row.text("RSTESTCD") == "OVRLRESP"
    }
    category = registry.get(criterion).facts.category
    ours = {
        (str(row["VISITNUM"]), row["RSTESTCD"]): row["RSSTRESC"]
        for row in records(responses.build([subject], RETNET))
        if row["RSTESTCD"] == "OVRLRESP"
        and (row["RSCAT"], row["RSSCAT"]) == (category, "LIVER")
        and row["VISIT"] != "BASELINE"
    }
    assert theirs == ours


def test_every_value_is_a_term_of_its_list() -> None:
    for found in everything():
        domain = found.domain
        for entry in domain.described:
            if not entry.codelist:
                continue
            terms = {term.value for term in codelists.BY_NAME[entry.codelist].terms}
            name = entry.name if isinstance(entry, Variable) else entry.variable
            for row in records(found):
                if isinstance(entry, Variable) or row[entry.by] in entry.among:
                    assert row[name] is None or row[name] in terms, (domain.name, name, row[name])


def test_the_keys_tell_rows_apart_and_required_variables_are_filled() -> None:
    for found in everything():
        keys = [tuple(row[key] for key in found.domain.keys) for row in records(found)]
        assert len(set(keys)) == len(keys), found.domain.name
        for variable in found.domain.variables:
            if variable.core is Core.REQ:
                assert None not in found.column(variable.name), (found.domain.name, variable.name)


def test_related_records_name_variables_of_their_datasets() -> None:
    found = {each.domain.name: each for each in everything()}
    related = [(row["RDOMAIN"], row["IDVAR"], row["RELTYPE"], row["RELID"]) for row in records(found["RELREC"])]
    assert related == [
        ("TU", "TULNKID", "ONE", "TUTR"),
        ("TR", "TRLNKID", "MANY", "TUTR"),
        ("TR", "TRLNKGRP", "MANY", "TRRS"),
        ("RS", "RSLNKGRP", "MANY", "TRRS"),
    ]
    assert all(name in found[str(domain)].domain.names for domain, name, _, _ in related)
    signed = case("T1=100/60 NT1=present | T1=ne NT1=0 | T1=60 NT1=0 NL1=8")
    groups = set(tr.build([signed], RETNET)[0].column("TRLNKGRP"))
    assert groups == {"R1-A1", "R1-A2", "R1-A3"}
    assert set(responses.build([signed], RETNET).column("RSLNKGRP")) == {"R1-A2", "R1-A3"}


def test_sequence_numbers_are_those_the_supplemental_rows_and_sources_name() -> None:
    found = {each.domain.name: each for each in everything()}
    for parent in ("TU", "TR"):
        known = {(row["USUBJID"], str(row[f"{parent}SEQ"])) for row in records(found[parent])}
        assert {(row["USUBJID"], row["IDVARVAL"]) for row in records(found[f"SUPP{parent}"])} <= known
    links = {(row["USUBJID"], row["TULNKID"]) for row in records(found["TU"])}
    assert {(row["USUBJID"], row["TRLNKID"]) for row in records(found["TR"]) if row["TRLNKID"]} <= links
