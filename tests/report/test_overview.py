"""What the index row and the tables pick from a subject."""

import dataclasses
import datetime as dt

import pytest

from pipeline.model.flags import Flag
from pipeline.model.response import Response
from pipeline.model.scope import Scope
from pipeline.report import deciding, overview
from tests.report import builder

PROGRESSING, VANISHING = builder.progressing(), builder.vanishing()
PROTOCOL = builder.protocol()


def test_best_counts_up_to_the_first_progression() -> None:
    assert overview.best_response(PROGRESSING.timepoints, PROGRESSING.endpoints, PROTOCOL) is Response.PR
    progressed = PROGRESSING.timepoints[-1]
    vanished = dataclasses.replace(VANISHING.timepoints[-1], date=progressed.date + dt.timedelta(days=84))
    late = (PROGRESSING.timepoints[0], progressed, vanished)
    assert overview.best_response(late, (), PROTOCOL) is Response.PD
    assert overview.best_response(PROGRESSING.timepoints[:1], (), PROTOCOL) is Response.NONE


def test_best_needs_the_minimum_duration_of_stable_disease() -> None:
    stable = PROGRESSING.timepoints[1]
    for days, best in ((41, Response.NE), (42, Response.SD)):
        early = dataclasses.replace(stable, date=PROGRESSING.timepoints[0].date + dt.timedelta(days=days))
        assert overview.best_response((PROGRESSING.timepoints[0], early), (), PROTOCOL) is best


def test_last_response_skips_time_points_without_one() -> None:
    assert overview.last_response(PROGRESSING.timepoints, PROTOCOL) is Response.PD
    assert overview.last_response(PROGRESSING.timepoints[:1], PROTOCOL) is Response.NONE


def test_flags_are_gathered_with_their_places_weightiest_first() -> None:
    rows = overview.flags(PROGRESSING)
    assert [row.flag for row in rows] == [Flag.GAP, Flag.PHASE_SWITCH, Flag.LIPIODOL]
    assert rows[1].places == ("volume W24-a", "volume W24-p", "W24", "T01 W24")


def test_lesions_stand_by_role_with_a_cell_for_each_visit() -> None:
    rows = overview.lesions(PROGRESSING)
    assert [row.lesion for row in rows] == ["T01", "NT01"]
    assert [len(row.cells) for row in rows] == [5, 5]
    assert rows[0].segment == "VII"


def test_a_read_without_a_visit_name_is_found_by_its_date() -> None:
    unnamed = tuple(dataclasses.replace(finding, visit="") for finding in PROGRESSING.findings)
    rows = overview.lesions(dataclasses.replace(PROGRESSING, findings=unnamed))
    assert [len(cell) for cell in rows[0].cells] == [1, 1, 1, 1, 1]


@pytest.mark.parametrize(("subject", "expected"), [(PROGRESSING, True), (VANISHING, False)])
def test_provisional_until_signed(subject: builder.SubjectReport, expected: bool) -> None:
    assert overview.provisional(subject) is expected


def test_the_accepted_read_is_shown() -> None:
    first, *_ = PROGRESSING.timepoints
    reads = (
        dataclasses.replace(first, reader="RADIOLOGIST 1", accepted=False),
        dataclasses.replace(first, reader="RADIOLOGIST 2", accepted=True),
    )
    assert [point.reader for point in overview.accepted(reads)] == ["RADIOLOGIST 2"]
    assert [point.reader for point in overview.accepted(reads[:1])] == ["RADIOLOGIST 1"]
    assert overview.readers(reads) == ("RADIOLOGIST 2", "RADIOLOGIST 1")


def test_the_primary_endpoint_is_the_protocols() -> None:
    row = overview.primary(PROGRESSING.endpoints, builder.protocol())
    assert row is not None
    assert row.paramcd == "HPFS"
    assert overview.primary((), builder.protocol()) is None


@pytest.mark.parametrize(
    ("primary", "scope", "name", "best"),
    [
        ("recist11", "liver", "Hepatic RECIST 1.1", Response.PR),
        ("mrecist", "liver", "Hepatic mRECIST", Response.CR),
        ("recist11", "whole-body", "Overall RECIST 1.1", Response.PR),
    ],
)
def test_the_protocol_says_which_response_decides(primary: str, scope: str, name: str, best: Response) -> None:
    criteria = PROTOCOL.criteria.model_copy(update={"primary": primary})
    endpoint = PROTOCOL.endpoint.model_copy(update={"scope": Scope(scope)})
    protocol = PROTOCOL.model_copy(update={"criteria": criteria, "endpoint": endpoint})
    assert deciding.name(protocol) == name
    points = [dataclasses.replace(point, scope=Scope(scope)) for point in PROGRESSING.timepoints]
    assert overview.best_response(points, PROGRESSING.endpoints, protocol) is best
